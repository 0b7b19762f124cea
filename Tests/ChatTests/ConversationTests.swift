import Chat
import TestSupport
import Testing

@Suite struct `The title of a conversation` {
    @Test(arguments: [
        ("Hello", "Hello"), ("  How  much\tprotein?\nAnd fat?", "How much protein?"), ("\n\n \nsecond", "second"),
        ("你好,世界", "你好,世界"), ("", "New conversation"), (" \n ", "New conversation"),
        (
            "I would like to know how to begin with running when I have never done any sport at all",
            "I would like to know how to begin with running when I have…"
        ),
    ])
    func `is the beginning of its first message`(message: String, title: String) {
        #expect(Conversation.title(from: message) == title)
    }

    @Test(arguments: Seeds.all)
    func `is never empty, never long, and one line, whatever the message is`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let characters: [Character] = ["a", "ß", "你", " ", "\n", "\r\n", "\u{2029}", "🧑‍🚀", "\t"]
        let message = String(
            (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                characters[Int.random(in: characters.indices, using: &generator)]
            }
        )

        let title = Conversation.title(from: message)

        #expect((1...Conversation.longestTitle).contains(title.count))
        let newlines = title.filter(\.isNewline)
        #expect(newlines.isEmpty)
    }
}
