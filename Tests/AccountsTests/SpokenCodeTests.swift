import Accounts
import TestSupport
import Testing

@Suite struct `A code that people read out` {
    @Test(arguments: Seeds.all)
    func `is read as meant, however it is spelled`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let code = SpokenCode(using: &random)
        let spelled = String(
            code.text.map { letter -> Character in
                switch letter {
                case "-": [" ", ".", "-", "–"].randomElement(using: &random) ?? "-"
                case "0": ["0", "o", "O"].randomElement(using: &random) ?? "0"
                case "1": ["1", "i", "l", "I", "L"].randomElement(using: &random) ?? "1"
                default: Bool.random(using: &random) ? Character(letter.lowercased()) : letter
                }
            }
        )

        #expect(code.text.wholeMatch(of: /([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}/) != nil)
        #expect(SpokenCode(reading: "  \(spelled)\n") == code)
        #expect(SpokenCode(reading: spelled)?.hash == code.hash)
        #expect(SpokenCode(using: &random) != code)
    }

    @Test(arguments: ["", "-", "ABCD-EFGH-JKMN", "ABCD-EFGH-JKMN-PQRST", "ABCD-EFGH-JKMN-PQRU", "密密密密-密密密密-密密密密-密密密密"])
    func `is nothing else`(text: String) {
        #expect(SpokenCode(reading: text) == nil)
        #expect(SpokenCode(reading: String(repeating: " ", count: 300) + text) == nil)
    }
}
