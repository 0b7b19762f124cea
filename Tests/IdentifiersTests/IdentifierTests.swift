import Foundation
import Identifiers
import TestSupport
import Testing

@Suite struct `An identifier` {
    @Test(arguments: Seeds.all)
    func `is 128 bits in the base64url that everybody else writes`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        let expected = Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")

        #expect(base64URL(of: bytes) == expected)
        #expect(PersonID(using: &generator).rawValue.count == 22)
    }

    @Test(arguments: ["0123456789abcdef", "123e4567-e89b-12d3-a456-426614174000", String(repeating: "Z", count: 64)])
    func `may be a caller's own`(text: String) {
        #expect(PersonID(rawValue: text)?.rawValue == text)
    }

    @Test(arguments: ["", "0123456789abcde", String(repeating: "a", count: 65), "0123456789abcde/", "0123456789abcdé"])
    func `is refused where it could be guessed or misread`(text: String) {
        #expect(PersonID(rawValue: text) == nil)
    }
}
