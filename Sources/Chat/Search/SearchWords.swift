/// Words as a search counts them.
///
/// Ideographs, kana and hangul are a word each, since nothing in a text says where their words end; everything else that
/// belongs together is one word.
package enum SearchWords {
    /// Stands around the words that are one character: no word has it, and nobody writes it.
    package static let seam: Unicode.Scalar = "\u{1F}"

    /// The text with seams around the words that are one character, as it is given to the index.
    package static func seamed(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard Self.isWordAlone(scalar) else {
                scalars.append(Self.isMark(scalar) ? " " : scalar)
                continue
            }
            scalars.append(contentsOf: [Self.seam, scalar, Self.seam])
        }
        return String(scalars)
    }

    /// The words of a text in order, as they are written there.
    package static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        func end() {
            if !word.isEmpty { words.append(String(word)) }
            word.removeAll()
        }
        for scalar in text.unicodeScalars {
            if Self.isWordAlone(scalar) {
                end()
                words.append(String(scalar))
            } else if Self.isPartOfWord(scalar) {
                word.append(scalar)
            } else {
                end()
            }
        }
        end()
        return words
    }

    /// Whether an index uses the character for itself: seams, and the marks that ``Snippet`` is read from.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 3 || scalar == Self.seam }

    private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark:
            true
        default:
            false
        }
    }

    private static func isWordAlone(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Kana, bopomofo and what is written among them; ideographs; hangul; the ideographs of the later planes.
        case 0x3041...0x30FF, 0x3105...0x312F, 0x3131...0x318E, 0x31A0...0x31BF, 0x31F0...0x31FF, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            scalar.properties.isAlphabetic || scalar.properties.isIdeographic
        default:
            false
        }
    }
}
