import Glibc

@testable import JSONValue

/// A text means what a slow reader of RFC 8259 finds in it; written out and read again it is the same value; its numbers
/// are those of the C library; and the first part of a text is never a text.
func checkJSON(_ input: [UInt8]) throws {
    for duplicateKeys in [JSON.DuplicateKeys.reject, .keepLast] {
        let expected = SlowJSON.read(input, keepsLast: duplicateKeys == .keepLast)
        do {
            let value = try JSON(parsing: input, duplicateKeys: duplicateKeys)
            let plain = PlainJSON(value)
            try require(plain == expected, "the value is that of the standard")
            try require(plain.byteCount <= input.count, "a value is no larger than its text")
            try checkWriting(value)
            try checkNumbers(in: value)
        } catch let error as JSON.ParsingError {
            try require(expected == nil, "a text of the standard is read: \(error)")
            try require((0...input.count).contains(error.offset), "an error is inside the text")
        }
    }
    try checkBeginnings(input)
}

private func checkWriting(_ value: JSON) throws {
    for layout in JSON.Layout.allCases {
        let written = value.bytes(layout)
        let again = try JSON(parsing: written)
        try require(PlainJSON(again) == PlainJSON(value), "what was written reads back")
        try require(again.bytes(layout) == written, "what was read back is written alike")
    }
}

private func checkNumbers(in value: JSON) throws {
    switch value {
    case .number(let number):
        let nearest = unsafe strtod(number.text, nil)
        try require(number.double == (nearest.isFinite ? nearest : nil), "\(number.text) is the nearest double")
        try require(
            number.int == integer(spelled: number.text, nearest),
            "\(number.text) is the integer that it spells"
        )
    case .array(let elements): for element in elements { try checkNumbers(in: element) }
    case .object(let object): for member in object.members { try checkNumbers(in: member.value) }
    case .null, .bool, .string: break
    }
}

/// What ``JSON/Number/int`` promises: plain digits count exactly, other spellings through a double below 2^53.
private func integer(spelled text: String, _ nearest: Double) -> Int? {
    guard text.utf8.contains(where: { ".eE".utf8.contains($0) }) else { return Int(text) }
    return abs(nearest) < 0x1p53 && nearest == nearest.rounded() ? Int(nearest) : nil
}

/// A text that begins with a bracket is none before its last byte, and the error says that it ends too early.
private func checkBeginnings(_ input: [UInt8]) throws {
    guard let first = input.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
        let last = input.last, !JSONText.isWhiteSpace(last), (try? JSON(parsing: input)) != nil
    else { return }
    try input.forEachCut { pieces in
        guard let beginning = pieces.first, beginning.count < input.count else { return }
        do {
            _ = try JSON(parsing: beginning)
            throw Violation(description: "the first \(beginning.count) bytes are no text")
        } catch let error as JSON.ParsingError {
            let isCut = error.reason == .endsEarly || error.reason == .notUTF8 || isInsideWord(beginning, error)
            try require(isCut, "the first \(beginning.count) bytes end early: \(error)")
        }
    }
}

/// Numbers and escapes that were cut count as wrong, at the place where the rest is missing.
private func isInsideWord(_ beginning: [UInt8], _ error: JSON.ParsingError) -> Bool {
    switch error.reason {
    case .invalidNumber: error.offset == beginning.count
    case .invalidEscape: beginning.count - error.offset < 12
    default: false
    }
}

/// A value in bytes, since two strings of different bytes may be equal.
indirect enum PlainJSON: Equatable {
    case word(String)
    case number([UInt8])
    case string([UInt8])
    case array([PlainJSON])
    case object([Member])

    struct Member: Equatable {
        let key: [UInt8]
        var value: PlainJSON
    }

    /// The bytes of its texts and numbers.
    var byteCount: Int {
        switch self {
        case .word: 0
        case .number(let bytes), .string(let bytes): bytes.count
        case .array(let elements): elements.reduce(0) { $0 + $1.byteCount }
        case .object(let members): members.reduce(0) { $0 + $1.key.count + $1.value.byteCount }
        }
    }

    init(_ value: JSON) {
        switch value {
        case .null: self = .word("null")
        case .bool(let value): self = .word(value ? "true" : "false")
        case .number(let number): self = .number(Array(number.text.utf8))
        case .string(let text): self = .string(Array(text.utf8))
        case .array(let elements): self = .array(elements.map(PlainJSON.init))
        case .object(let object):
            self = .object(object.members.map { Member(key: Array($0.key.utf8), value: PlainJSON($0.value)) })
        }
    }
}
