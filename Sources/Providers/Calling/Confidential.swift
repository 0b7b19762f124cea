import Chat
import JSONValue

/// What an error may not tell the log: the key, and everything that people and models have said.
///
/// Servers quote both when they refuse: a key that they do not know, a request whose form they do not like. Their words
/// are kept as long as they hold neither; a key is cut out, and a message that quotes the prompt goes as a whole.
struct Confidential {
    /// The longest message that is kept of a server, in UTF-8 bytes.
    private static let longestMessage = 300
    /// A text of the prompt that is at least this long counts as quoted where it stands whole.
    private static let shortestQuote = 4
    /// So many bytes in common with a longer text are no coincidence.
    private static let window = 24

    private let key: String?
    private let prompt: Prompt

    init(key: String?, prompt: Prompt) {
        self.key = key.flatMap { $0.isEmpty ? nil : $0 }
        self.prompt = prompt
    }

    /// The same error without what is confidential.
    func removed(from error: ProviderError) -> ProviderError {
        switch error {
        case .unreachable(let reason): .unreachable(reason: self.removed(from: reason))
        case .broken(let reason): .broken(reason: self.removed(from: reason))
        case .rejected(let status, let message): .rejected(status: status, message: self.removed(from: message))
        case .malformed(let reason): .malformed(reason: self.removed(from: reason))
        case .failed(let message): .failed(message: self.removed(from: message))
        case .overloaded, .cancelled: error
        }
    }

    private func removed(from message: String) -> String {
        let message = String(decoding: self.withoutKey(message).utf8.prefix(Self.longestMessage), as: UTF8.self)
        let isQuoting = self.texts.contains { self.quotes(message, $0) }
        return isQuoting ? "(not shown, since it quotes the prompt)" : message
    }

    /// Everything that was said in the prompt.
    private var texts: [String] {
        let relayed = self.prompt.relayed.flatMap { try? JSON(parsing: $0.messages) }  // what is no JSON was not sent
        return [self.prompt.system] + self.prompt.turns.map(\.text) + self.prompt.rounds.flatMap(said(in:))
            + said(in: relayed)
    }

    private func withoutKey(_ message: String) -> String {
        guard let key, let range = firstRange(of: Array(key.utf8), in: Array(message.utf8)) else { return message }
        let bytes = Array(message.utf8)
        let before = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
        return before + "(key)" + self.withoutKey(String(decoding: bytes[range.upperBound...], as: UTF8.self))
    }

    private func quotes(_ message: String, _ text: String) -> Bool {
        let (message, text) = (Array(message.utf8), Array(text.utf8))
        if text.count >= Self.shortestQuote, firstRange(of: text, in: message) != nil { return true }
        let windows = Set(self.windowHashes(of: message))
        return self.windowHashes(of: text).contains { windows.contains($0) }
    }

    /// A hash of every window, each made from the one before (Rabin and Karp); two windows with one hash by chance would
    /// only cost a message.
    private func windowHashes(of bytes: [UInt8]) -> [UInt64] {
        guard bytes.count >= Self.window else { return [] }
        let base: UInt64 = 0x100_0000_01B3
        let leading = (1..<Self.window).reduce(UInt64(1)) { power, _ in power &* base }
        var hash = bytes[..<Self.window].reduce(UInt64(0)) { $0 &* base &+ UInt64($1) }
        var hashes = [hash]
        for end in Self.window..<bytes.count {
            hash = (hash &- UInt64(bytes[end - Self.window]) &* leading) &* base &+ UInt64(bytes[end])
            hashes.append(hash)
        }
        return hashes
    }
}

private func firstRange(of part: [UInt8], in whole: [UInt8]) -> Range<Int>? {
    guard part.count <= whole.count else { return nil }
    let start = (0...(whole.count - part.count)).first { whole[$0...].starts(with: part) }
    return start.map { $0..<$0 + part.count }
}

private func said(in round: ToolRound) -> [String] {
    [round.text] + round.calls.map(\.arguments)
        + round.results.map {
            switch $0.outcome {
            case .result(let text), .error(let text): text
            }
        }
}

/// What the messages of another program say, whatever their form.
private func said(in json: JSON?) -> [String] {
    switch json {
    case .array(let elements): elements.flatMap(said(in:))
    case .object(let object):
        object.members.flatMap { member in
            guard let text = member.value.string else { return said(in: member.value) }
            return ["content", "text", "arguments"].contains(member.key) ? [text] : []
        }
    default: []
    }
}
