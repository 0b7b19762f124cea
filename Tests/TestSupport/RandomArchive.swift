package import Chat
import Identifiers
package import Observability

extension ArchivedConversation {
    /// A conversation with branches, as another product might hand it over.
    package static func random(
        id: String,
        messages count: Int,
        at time: Timestamp,
        using random: inout some RandomNumberGenerator
    ) -> ArchivedConversation {
        var messages: [ArchivedMessage] = []
        for index in 0..<count {
            // Mostly behind the last one, now and then a branch, seldom another beginning.
            let parent =
                index == 0 || Int.random(in: 0..<12, using: &random) == 0
                ? nil
                : Bool.random(using: &random) ? messages.last : messages.randomElement(using: &random)
            messages.append(
                .random(id: "\(id)/\(index)", following: parent, at: time + .seconds(index), using: &random)
            )
        }
        var conversation = ArchivedConversation(
            id: id,
            title: "Talk \(id)",
            createdAt: time,
            updatedAt: time + .seconds(count),
            messages: messages
        )
        conversation.isPinned = Int.random(in: 0..<4, using: &random) == 0
        conversation.isArchived = Int.random(in: 0..<4, using: &random) == 0
        if Bool.random(using: &random) { conversation.leaf = messages.randomElement(using: &random)?.id }
        return conversation
    }

    /// The same with every id replaced by its place, so that two can be compared that were named differently.
    package var unnamed: ArchivedConversation {
        let places = Dictionary(self.messages.enumerated().map { ($1.id, "\($0)") }) { first, _ in first }
        var copy = self
        copy.id = ""
        copy.leaf = self.leaf.map { places[$0] ?? "nowhere" }
        for index in copy.messages.indices {
            copy.messages[index].id = "\(index)"
            copy.messages[index].parent = self.messages[index].parent.map { places[$0] ?? "nowhere" }
        }
        return copy
    }
}

extension ArchivedMessage {
    fileprivate static func random(
        id: String,
        following parent: ArchivedMessage?,
        at time: Timestamp,
        using random: inout some RandomNumberGenerator
    ) -> ArchivedMessage {
        let isReply = parent?.role == .user
        let states: [ReplyState] = [.complete, .complete, .stopped, .failed, .interrupted]
        let state = isReply ? states.randomElement(using: &random) ?? .complete : .complete
        return ArchivedMessage(
            id: id,
            parent: parent?.id,
            role: isReply ? .assistant : .user,
            state: state,
            agent: isReply && Bool.random(using: &random) ? "general" : nil,
            error: state == .failed ? "It failed." : nil,
            shown: state == .stopped ? Int.random(in: 0...9, using: &random) : nil,
            createdAt: time,
            parts: .random(isReply: isReply, using: &random)
        )
    }
}

extension [Part] {
    fileprivate static func random(isReply: Bool, using random: inout some RandomNumberGenerator) -> [Part] {
        let texts = ["Hello", "", "你好 \"\\\" \u{0} \u{2028}", "```\nopen", "\r\n# 🧑‍🚀", "naïve"]
        guard isReply else { return [.text(texts.randomElement(using: &random) ?? "")] }
        let nanoseconds = Int64.random(in: 0...9_999_999_999, using: &random)
        let call = ToolCall(id: "1", name: "bmi", arguments: "{\"kg\": 70}")
        let outcome: ToolResult.Outcome = Bool.random(using: &random) ? .result("22.5") : .error("No height.")
        let result = ToolResult(id: "1", name: "bmi", outcome: outcome, duration: .nanoseconds(nanoseconds))
        let all: [Part] = [
            .text(texts.randomElement(using: &random) ?? ""), .reasoning("Hm."),
            .tool(call: call, result: Bool.random(using: &random) ? result : nil),
            .source(url: "https://example.org/?a=1&b=2", title: "E"), .file(type: "image/png", reference: "f/1"),
        ]
        return (0..<Int.random(in: 0...4, using: &random)).compactMap { _ in all.randomElement(using: &random) }
    }
}
