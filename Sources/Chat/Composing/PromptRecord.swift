internal import Identifiers
package import JSONValue

/// What a model was told to write one reply, so that its reader can see it.
///
/// The messages are named by their ids; what they say stands in the conversation. What tools gave stands in the reply.
package struct PromptRecord: Sendable, Equatable {
    package let system: String
    /// The messages that went along, oldest first; the last one is the reader's.
    package let messages: [Message.ID]
    /// How many earlier messages of the conversation were left out for length.
    package let leftOut: Int
    /// The tools that it could use.
    package let tools: [String]
    /// The facts about the reader that it was told.
    package let facts: [Fact.ID]
    package let model: String?
    package let temperature: Double?

    package init(
        system: String,
        messages: [Message.ID],
        leftOut: Int,
        tools: [String],
        facts: [Fact.ID] = [],
        model: String?,
        temperature: Double?
    ) {
        self.system = system
        self.messages = messages
        self.leftOut = leftOut
        self.tools = tools
        self.facts = facts
        self.model = model
        self.temperature = temperature
    }
}

extension PromptRecord {
    /// The record as it is kept and shown.
    package var json: JSON {
        [
            "system": .string(self.system), "messages": .array(self.messages.map { .string($0.rawValue) }),
            "left_out": .number(JSON.Number(self.leftOut)), "tools": .array(self.tools.map(JSON.string)),
            "facts": .array(self.facts.map { .string($0.rawValue) }),
            "model": self.model.map(JSON.string) ?? .null,
            "temperature": self.temperature.flatMap { JSON.Number($0) }.map(JSON.number) ?? .null,
        ]
    }

    /// Reads what was kept; `nil` when it is no such record.
    package init?(_ json: JSON) {
        guard let system = json["system"]?.string, let messages = json["messages"]?.array else { return nil }
        self.init(
            system: system,
            messages: messages.compactMap { $0.string.flatMap { Message.ID(rawValue: $0) } },
            leftOut: json["left_out"]?.int ?? 0,
            tools: json["tools"]?.array?.compactMap(\.string) ?? [],
            facts: json["facts"]?.array?.compactMap { $0.string.flatMap { Fact.ID(rawValue: $0) } } ?? [],
            model: json["model"]?.string,
            temperature: json["temperature"]?.double
        )
    }
}
