package import Chat
import Identifiers
import JSONValue

/// The session dialect: unnamed frames of the types `start`, `token`, `end` and `error`.
///
/// With `chunkWords` a token has that many words, as a client expects that was written for replies cut in pieces; without,
/// it is a piece as the model sent it.
package struct SessionEncoder: EventEncoder {
    private let chunkWords: Int?
    private var reply = ""
    /// Text whose last word may go on.
    private var pending = ""

    package init(chunkWords: Int? = nil) {
        self.chunkWords = chunkWords
    }

    package static func dialect(chunkWords: Int? = nil) -> Dialect {
        Dialect(name: "session-\(chunkWords ?? 0)") { SessionEncoder(chunkWords: chunkWords) }
    }

    package mutating func encode(_ event: Event, number: Int?) -> [UInt8] {
        switch event {
        case .accepted(let acceptance):
            self.reply = acceptance.reply.rawValue
            return frame(["type": "start", "messageId": .string(self.reply)])
        case .text(let piece):
            return self.tokens(piece)
        case .completed, .stopped:
            return self.rest() + frame(["type": "end", "messageId": .string(self.reply)])
        case .failed(let failure):
            return self.rest() + frame(["type": "error", "error": .string(failure.message)])
        case .interrupted:
            return self.rest() + frame(["type": "error", "error": .string(interruptedSentence)])
        case .routed, .status, .reasoning, .toolCall, .toolResult, .onboarding, .title, .notice, .source, .file,
            .reset:
            return []
        }
    }

    private mutating func tokens(_ piece: String) -> [UInt8] {
        guard let chunkWords else { return token(piece) }
        self.pending += piece
        var bytes: [UInt8] = []
        while let end = endOfWords(chunkWords, in: self.pending) {
            bytes += token(String(self.pending[..<end]))
            self.pending = String(self.pending[end...])
        }
        return bytes
    }

    private mutating func rest() -> [UInt8] {
        defer { self.pending = "" }
        return self.pending.isEmpty ? [] : token(self.pending)
    }
}

/// What the reader is told of a reply that the process did not live to finish.
let interruptedSentence = "The reply was interrupted."

private func token(_ text: String) -> [UInt8] {
    text.isEmpty ? [] : frame(["type": "token", "content": .string(text)])
}

/// Where the first `count` words end, the white space behind them included; `nil` while the last of them may go on.
private func endOfWords(_ count: Int, in text: String) -> String.Index? {
    // By scalars: a character may still grow when the next piece comes.
    let scalars = text.unicodeScalars
    var index = scalars.startIndex
    for _ in 0..<count {
        index = scalars[index...].firstIndex { !$0.properties.isWhitespace } ?? scalars.endIndex
        index = scalars[index...].firstIndex { $0.properties.isWhitespace } ?? scalars.endIndex
    }
    return scalars[index...].firstIndex { !$0.properties.isWhitespace }
}
