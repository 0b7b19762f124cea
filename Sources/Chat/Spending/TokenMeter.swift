/// How many tokens a reply has come to: as its provider counted them, and by their size where it has not done so yet.
///
/// A token is taken for four bytes, OpenAI's published figure for English.
struct TokenMeter {
    private static let bytesPerToken = 4

    /// What the provider counted for the calls that are over.
    private var counted: Usage?
    private var askedBytes = 0
    private var writtenBytes = 0

    /// A model call begins with this prompt.
    mutating func asks(_ prompt: Prompt) { self.askedBytes += prompt.byteCount }

    /// The model has written so much more.
    mutating func wrote(_ byteCount: Int) { self.writtenBytes += byteCount }

    /// The provider says what the call cost that is over.
    mutating func count(_ usage: Usage) {
        self.counted = self.counted + usage
        self.askedBytes = 0
        self.writtenBytes = 0
    }

    /// What the reply has come to.
    var usage: Usage {
        Usage(
            inputTokens: (self.counted?.inputTokens ?? 0) + Self.tokens(self.askedBytes),
            outputTokens: (self.counted?.outputTokens ?? 0) + Self.tokens(self.writtenBytes)
        )
    }

    /// What is to be paid; a call that brought nothing is taken for one that was never served.
    var bill: Usage {
        self.writtenBytes > 0 ? self.usage : self.counted ?? Usage(inputTokens: 0, outputTokens: 0)
    }

    private static func tokens(_ bytes: Int) -> Int { (bytes + Self.bytesPerToken - 1) / Self.bytesPerToken }
}

extension Prompt {
    /// How much text a model is sent, the forms of the tools' arguments aside.
    fileprivate var byteCount: Int {
        let said = self.relayed.map { $0.messages.utf8.count } ?? self.turns.reduce(0) { $0 + $1.text.utf8.count }
        let tools = self.tools.reduce(0) { $0 + $1.name.utf8.count + $1.purpose.utf8.count }
        return self.system.utf8.count + said + tools + self.rounds.reduce(0) { $0 + $1.byteCount }
    }
}

extension ToolRound {
    fileprivate var byteCount: Int {
        self.text.utf8.count + self.calls.reduce(0) { $0 + $1.name.utf8.count + $1.arguments.utf8.count }
            + self.results.reduce(0) { $0 + $1.outcome.byteCount }
    }
}

extension ToolResult.Outcome {
    fileprivate var byteCount: Int {
        switch self {
        case .result(let text), .error(let text): text.utf8.count
        }
    }
}
