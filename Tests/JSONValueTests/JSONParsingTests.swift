import Foundation
import JSONValue
import TestSupport
import Testing

@Suite struct `Reading JSON` {
    @Test(
        arguments: [
            ("null", JSON.null), (" true\n", true), ("\tfalse\r", false), ("\"\"", ""), ("[]", []), ("{}", [:]),
            ("[1, -2.5, []]", [1, -2.5, []]), (#"{"a":{"b":[null]}}"#, ["a": ["b": [nil]]]),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u6F22\ud83d\ude00""#, "é漢😀"),
            (#""\u0000""#, "\u{0}"), ("\"\u{7F}\u{2028}\"", "\u{7F}\u{2028}"),
        ] as [(String, JSON)]
    )
    func `takes what the grammar allows`(text: String, expected: JSON) throws {
        #expect(try JSON(parsing: text) == expected)
    }

    @Test(arguments: [
        (#""\ud83d""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
        (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
    ])
    func `puts the replacement character where half a surrogate pair stands`(text: String, expected: String) throws {
        #expect(try JSON(parsing: text).string == expected)
    }

    @Test(arguments: [
        ("", JSON.ParsingError.Reason.endsEarly, 0), ("  ", .endsEarly, 2), ("[1,", .endsEarly, 3),
        ("[1,]", .unexpectedByte, 3), ("[1 2]", .unexpectedByte, 3), ("{\"a\" 1}", .unexpectedByte, 5),
        ("{a:1}", .unexpectedByte, 1), ("{\"a\":1,}", .unexpectedByte, 7), ("nul", .endsEarly, 3),
        ("nulL", .unexpectedByte, 3), ("1 2", .unexpectedByte, 2), ("01", .unexpectedByte, 1),
        ("1.", .invalidNumber, 2),
        ("-", .invalidNumber, 1), ("+1", .unexpectedByte, 0), (".5", .unexpectedByte, 0), ("1e", .invalidNumber, 2),
        ("1e+-2", .invalidNumber, 3), ("0x3", .unexpectedByte, 1), ("NaN", .unexpectedByte, 0), ("\"a", .endsEarly, 2),
        ("\"\n\"", .controlCharacter, 1), ("\"\\n\t\"", .controlCharacter, 3), (#""\x""#, .invalidEscape, 1),
        (#""\u12g4""#, .invalidEscape, 1), (#""\"#, .invalidEscape, 1), ("'a'", .unexpectedByte, 0),
        ("\u{FEFF}1", .unexpectedByte, 0), ("\u{A0}1", .unexpectedByte, 0), ("/**/1", .unexpectedByte, 0),
        (#"{"a":1,"b":2,"a":3}"#, .duplicateKey, 13),
    ])
    func `says what is wrong and where`(text: String, reason: JSON.ParsingError.Reason, offset: Int) {
        #expect(throws: JSON.ParsingError(reason: reason, offset: offset)) { try JSON(parsing: text) }
    }

    @Test(
        arguments: [
            ([0x22, 0xFF, 0x22], 1), ([0x22, 0xC0, 0xAF, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
            ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0x61, 0xE6, 0xBC], 2),
        ] as [([UInt8], Int)]
    )
    func `takes UTF-8 only`(bytes: [UInt8], offset: Int) {
        #expect(throws: JSON.ParsingError(reason: .notUTF8, offset: offset)) { try JSON(parsing: bytes) }
    }

    @Test func `bounds how deep containers lie in each other`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }

        _ = try JSON(parsing: nested(JSON.maximumDepth))
        #expect(throws: JSON.ParsingError(reason: .tooDeep, offset: JSON.maximumDepth)) {
            try JSON(parsing: nested(JSON.maximumDepth + 1))
        }
        #expect(throws: JSON.ParsingError.self) { try JSON(parsing: String(repeating: "[", count: 1_000_000)) }
    }

    @Test func `lets the last of equal keys win where that is asked for, few keys or many`() throws {
        let text = "{" + (0..<100).map { "\"k\($0 % 40)\": \($0)" }.joined(separator: ",") + "}"

        let value = try JSON(parsing: text, duplicateKeys: .keepLast)

        #expect(value.object?.members.count == 40)
        #expect((0..<40).allSatisfy { value["k\($0)"]?.int == ($0 < 20 ? $0 + 80 : $0 + 40) })
        #expect(throws: JSON.ParsingError.self) { try JSON(parsing: text) }
    }

    @Test func `tells keys apart by their bytes`() throws {
        let value = try JSON(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")

        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
    }

    @Test(
        arguments: [
            ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min), ("9223372036854775808", nil),
            ("-0", 0),
            ("3.0", 3), ("2e3", 2000), ("3.5", nil), ("1e400", nil), ("9007199254740993.0", nil), ("1E-400", 0),
        ] as [(String, Int?)]
    )
    func `keeps a number as it is written and reads integers out of it`(text: String, expected: Int?) throws {
        let value = try JSON(parsing: text)

        #expect(value.number?.text == text)
        #expect(value.int == expected)
    }

    @Test(arguments: Seeds.all)
    func `reads what Foundation reads, in random values`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = JSON.random(using: &generator)
        let bytes = value.bytes(Bool.random(using: &generator) ? .compact : .spaced)

        let theirs = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)

        #expect(isSame(try JSON(parsing: bytes), theirs))
    }

    @Test(arguments: Seeds.all)
    func `accepts and refuses what Foundation does, in damaged texts`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let bytes = damaged(JSON.random(using: &generator).bytes(.spaced), using: &generator)

            let ours = try? JSON(parsing: bytes, duplicateKeys: .keepLast)
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)

            let text = String(decoding: bytes, as: UTF8.self)
            switch (ours, theirs) {
            case (nil, nil): break
            case (let ours?, let theirs?): #expect(isSame(ours, theirs), "\(text)")
            case (_?, nil): #expect(isTooMuchForFoundation(text), "only we take \(text)")
            case (nil, _?): Issue.record("only Foundation takes \(text)")
            }
        }
    }
}

/// Foundation refuses numbers beyond a double and half surrogate pairs.
private func isTooMuchForFoundation(_ text: String) -> Bool {
    text.contains("\\ud") || text.contains("\\uD") || text.contains(/[0-9][eE]\+?[0-9]{3,}/)
}

private func damaged(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    let signs = Array(#"{}[]",:\ue0129-+.tfn /"#.utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xED]
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0 where place < bytes.count: bytes.remove(at: place)
        case 1 where place < bytes.count: bytes[place] = signs.randomElement(using: &generator) ?? 0
        default: bytes.insert(signs.randomElement(using: &generator) ?? 0, at: place)
        }
    }
    return bytes
}

/// Whether our value is Foundation's.
private func isSame(_ ours: JSON, _ theirs: Any) -> Bool {
    switch ours {
    case .null: return theirs is NSNull
    case .bool(let value): return (theirs as? Bool) == value
    case .number(let number):
        guard let theirs = theirs as? NSNumber, let ours = number.double else { return false }
        return abs(theirs.doubleValue - ours) <= abs(ours) * 1e-15
    case .string(let text): return (theirs as? String).map { Array($0.utf8) == Array(text.utf8) } ?? false
    case .array(let elements):
        guard let theirs = theirs as? [Any], theirs.count == elements.count else { return false }
        return zip(elements, theirs).allSatisfy { isSame($0, $1) }
    case .object(let object):
        guard let theirs = theirs as? [String: Any], theirs.count == object.members.count else { return false }
        return object.members.allSatisfy { member in theirs[member.key].map { isSame(member.value, $0) } ?? false }
    }
}
