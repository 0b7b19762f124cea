import Accounts
import TestSupport
import Testing

@Suite struct `A new password` {
    private let name: AccountName

    init() throws {
        self.name = try #require(AccountName("ada.lovelace@example.org"))
    }

    private func problem(_ text: String) -> NewPassword.Problem? {
        do throws(NewPassword.Problem) {
            _ = try NewPassword(text, for: self.name)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "password", "Password1", "p4ssw0rd", "P@ssw0rd!", "passw0rd2026", "1password1", "12345678", "87654321",
        "11111111",
        "123123123", "abcabcabc", "abcdefgh", "qwertyuiop", "qwerty123", "1q2w3e4r", "1qaz2wsx", "asdfghjkl",
        "zxcvbnm1",
        "iloveyou", "Il0veY0u!!", "letmein123", "welcome1", "Admin123!", "sunshine99", "football7", "dragon1234",
        "trustno1", "Summer2024", "w3lc0me!", "19841224", "24.12.1984", "2024-12-24", "aaaaaaaaaa", "xyxyxyxy",
        "shuren123",
        "lovelace1", "Ada.Lovelace@Example.org", "monkey!!!", "qazwsxedc", "00000000a", "a1234567",
    ])
    func `is not one of those that are guessed first`(text: String) {
        #expect(self.problem(text) == .common)
    }

    @Test(arguments: [
        "correct horse", "tr0ub4dor&3", "mj7%kQ2!x", "夜来风雨声花落知多少", "une petite maison", "kX9-vmq2",
        "gr8 big yellow bus", "👩‍🚀🐘🚲🎺🌵🧵🪁🏔️",
        "the password is long", "9f86d081884c7d65",
    ])
    func `is taken as it is otherwise, whatever it is made of`(text: String) throws {
        #expect(self.problem(text) == nil)
        #expect(try NewPassword(text, for: self.name).text == text)
    }

    @Test func `has 8 to 256 characters, none of which is cut off`() throws {
        #expect(self.problem("kX9-vmq") == .tooShort)
        let longest = String((0..<256).map { Character(Unicode.Scalar(UInt8(33 + $0 * 37 % 90))) })
        #expect(try NewPassword(longest, for: self.name).text == longest)
        #expect(self.problem(longest + "x") == .tooLong)
    }

    @Test(arguments: Seeds.all)
    func `is never refused when it is random`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!%&/()=?+#-_.,;:<>")
        let text = String((0..<16).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })

        #expect(self.problem(text) == nil)
    }
}

@Suite struct `An account's name` {
    @Test(arguments: ["ada", "Ada.Lovelace", "ada@example.org", "李白", "björn", "a1", "x_y-z+1", "Ελένη"])
    func `is made of letters, digits and a few signs`(text: String) {
        #expect(AccountName(text)?.text == text)
    }

    @Test(arguments: [
        "", "a", "a b", " ada", "ada\n", "ada\u{0}", "a/b", "a\u{301}da", "ada\u{202E}", "..", "@@", "ada\u{200B}",
        "a;b", "🐘🐘",
        String(repeating: "a", count: 65),
    ])
    func `is nothing that looks like another or like none`(text: String) {
        #expect(AccountName(text) == nil)
    }

    @Test func `is the same in small letters`() throws {
        #expect(AccountName("ADA") == AccountName("ada"))
        #expect(try #require(AccountName("BJÖRN")).folded == "björn")
    }
}
