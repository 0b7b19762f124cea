/// What a model is asked to name a conversation by, once its first reply is there.
struct TitleQuestion: Sendable {
    /// How long the model may take; after that the beginning of the message stays the title.
    static let patience = Duration.seconds(5)
    /// How much of the message and of the reply it is shown, in characters.
    private static let longestQuote = 1000

    let prompt: Prompt

    init(question: String, reply: String) {
        self.prompt = Prompt(
            system: """
                You name conversations. Answer with a title of two to six words for the conversation that you are shown, in \
                the language of its first message, without quotation marks and without a full stop, and with nothing else.
                """,
            turns: [
                Prompt.Turn(
                    role: .user,
                    text: """
                        First message:
                        \(question.prefix(Self.longestQuote))

                        Reply:
                        \(reply.prefix(Self.longestQuote))

                        The title:
                        """
                )
            ],
            purpose: .title
        )
    }

    /// The title that an answer holds: its first line without what models put around it; `nil` when nothing is left.
    static func title(in answer: String) -> String? {
        let line = answer.split(whereSeparator: \.isNewline).first { $0.contains { $0.isLetter || $0.isNumber } }
        guard var title = line.map(String.init) else { return nil }
        if let label = title.firstMatch(of: /^\W*(?:title|标题)\W*[:：]/.ignoresCase()) {
            title.removeSubrange(label.range)
        }
        let around = "\"'“”„‘’«»「」『』*#_`"
        let isAround = { (character: Character) in character.isWhitespace || around.contains(character) }
        title = String(title.drop(while: isAround))
        while let last = title.last, isAround(last) || ".。".contains(last) { title.removeLast() }
        return title.contains { $0.isLetter || $0.isNumber } ? Conversation.title(from: title) : nil
    }
}
