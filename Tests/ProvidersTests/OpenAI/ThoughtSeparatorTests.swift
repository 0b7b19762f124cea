import TestSupport
import Testing

@testable import Providers

@Suite struct `Telling thoughts from the answer` {
    typealias Piece = ThoughtSeparator.Piece

    @Test(
        arguments: [
            ("<think>hm</think>\n\nYes.", [.thought("hm"), .text("Yes.")]),
            ("\n<think>\nhm\n</think>Yes.", [.thought("\nhm\n"), .text("Yes.")]),
            ("<think></think>Yes.", [.text("Yes.")]),
            // Never closed: all of it is thought.
            ("<think>hm", [.thought("hm")]), ("<think>hm</thi", [.thought("hm</thi")]), ("<think>", []),
            // Nearly a tag, and white space of the answer's own.
            ("<thin", [.text("<thin")]), ("<thinking> is a word", [.text("<thinking> is a word")]),
            ("  1 < 2", [.text("  1 < 2")]), ("  ", [.text("  ")]), ("", []),
            ("a </thin b", [.text("a </thin b")]), ("a <", [.text("a <")]),
            // Tags that are spoken of.
            ("In R1, <think>a</think> is", [.text("In R1, <think>a</think> is")]),
            ("The tag `</think>` ends it.", [.text("The tag `</think>` ends it.")]),
            ("<think>a</think>b</think>c", [.thought("a"), .text("b</think>c")]),
        ] as [(String, [Piece])]
    )
    func `finds the same however the text is cut`(text: String, expected: [Piece]) {
        #expect(ThoughtSeparator.pieces(of: text).joined == expected)
        for seed in Seeds.all {
            var generator = SeededGenerator(seed: seed)
            var separator = ThoughtSeparator()
            var pieces: [Piece] = []
            var rest = text[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...4, using: &generator))
                separator.take(String(piece)) { pieces.append($0) }
                rest = rest.dropFirst(piece.count)
            }
            separator.finish { pieces.append($0) }
            #expect(pieces.joined == expected)
        }
    }

    @Test func `leaves out a closing tag that nothing opened`() {
        var separator = ThoughtSeparator()
        var pieces: [Piece] = []
        for text in ["so it is", " 3.\n", "</th", "ink>", "\n\nThree."] { separator.take(text) { pieces.append($0) } }
        separator.finish { pieces.append($0) }

        // What was shown cannot be taken back.
        #expect(pieces == [.text("so it is"), .text(" 3.\n"), .text("\n\nThree.")])
        // In one piece, it is known before anything is shown.
        #expect(ThoughtSeparator.pieces(of: "so\n</think>\n\nThree.") == [.thought("so\n"), .text("Three.")])
    }

    @Test func `holds nothing back that cannot become a tag`() {
        var separator = ThoughtSeparator()
        var pieces: [Piece] = []
        for text in ["Hel", "lo, 1 < 2", " <", "b>"] { separator.take(text) { pieces.append($0) } }

        #expect(pieces == [.text("Hel"), .text("lo, 1 < 2"), .text(" "), .text("<b>")])
    }
}

extension [ThoughtSeparator.Piece] {
    /// These pieces with neighbours of one kind as one.
    fileprivate var joined: Self {
        self.reduce(into: []) { pieces, piece in
            switch (pieces.last, piece) {
            case (.text(let before)?, .text(let more)): pieces[pieces.count - 1] = .text(before + more)
            case (.thought(let before)?, .thought(let more)): pieces[pieces.count - 1] = .thought(before + more)
            default: pieces.append(piece)
            }
        }
    }
}
