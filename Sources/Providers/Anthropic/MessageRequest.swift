import Chat
import HTTPClient
import HTTPTypes
import JSONValue

/// What the Anthropic API is sent for a prompt.
struct MessageRequest {
    /// The version of the API that is spoken.
    private static let version = "2023-06-01"

    private let prompt: Prompt
    private let settings: AnthropicProvider.Settings
    /// What the model has written of this answer before it paused.
    private let written: [JSON]

    init(for prompt: Prompt, _ settings: AnthropicProvider.Settings, written: [JSON] = []) {
        self.prompt = prompt
        self.settings = settings
        self.written = written
    }

    /// The request as it goes out.
    var request: HTTPClientRequest {
        var fields: HTTPFields = [
            "Content-Type": "application/json",
            "Accept": self.settings.streams ? "text/event-stream" : "application/json",
            "User-Agent": "shuren",
            "anthropic-version": Self.version,
        ]
        if let key = self.settings.key { fields.append("x-api-key", key) }
        let base = self.settings.baseURL
        return HTTPClientRequest(
            method: .post,
            url: (base.hasSuffix("/v1") ? base : base + "/v1") + "/messages",
            fields: fields,
            body: JSON.object(self.body).bytes()
        )
    }

    private var body: JSON.Object {
        var body = JSON.Object()
        body["model"] = .string(self.prompt.model ?? self.settings.model)
        body["max_tokens"] = .number(JSON.Number(self.settings.maximumTokens))
        if !self.prompt.system.isEmpty { body["system"] = .string(self.prompt.system) }
        // This API's scale ends at 1.
        if let temperature = self.prompt.temperature.flatMap({ JSON.Number(min($0, 1)) }) {
            body["temperature"] = .number(temperature)
        }
        body["messages"] = .array(self.messages)
        self.addTools(to: &body)
        body["stream"] = .bool(self.settings.streams)
        return body
    }

    private var messages: [JSON] {
        var messages = MessageList()
        for turn in self.prompt.turns where !turn.text.allSatisfy(\.isWhitespace) {
            messages.append(turn.role, [["type": "text", "text": .string(turn.text)]])
        }
        for round in self.prompt.rounds {
            messages.append(.assistant, content(of: round))
            messages.append(.user, round.results.map(block(for:)))
        }
        messages.append(.assistant, self.written)
        return messages.json
    }

    private func addTools(to body: inout JSON.Object) {
        let tools = self.prompt.tools.map { tool in
            [
                "name": .string(tool.name), "description": .string(tool.purpose),
                "input_schema": tool.parameters.json,
            ] as JSON
        }
        if !tools.isEmpty { return body["tools"] = .array(tools) }
        // Calls may only be spoken of where the tools are described, also when there are to be no more.
        var names: [String] = []
        for call in self.prompt.rounds.flatMap(\.calls) where !names.contains(call.name) { names.append(call.name) }
        guard !names.isEmpty else { return }
        body["tools"] = .array(names.map { ["name": .string($0), "input_schema": ["type": "object"]] })
        body["tool_choice"] = ["type": "none"]
    }
}

/// Messages as the API wants them: the first one the reader's, and never two of one side in a row.
private struct MessageList {
    private var messages: [(role: Message.Role, blocks: [JSON])] = []

    mutating func append(_ role: Message.Role, _ blocks: [JSON]) {
        guard !blocks.isEmpty else { return }
        if self.messages.isEmpty, role == .assistant {
            // What is left of a conversation may begin with an answer.
            self.messages.append((.user, [["type": "text", "text": "Hello."]]))
        }
        if self.messages.last?.role == role {
            self.messages[self.messages.count - 1].blocks += blocks
        } else {
            self.messages.append((role, blocks))
        }
    }

    var json: [JSON] {
        self.messages.map { ["role": .string($0.role.rawValue), "content": .array($0.blocks)] }
    }
}

/// The model's message of a round: as it came, or made from what is known where another API answered.
private func content(of round: ToolRound) -> [JSON] {
    // The state of another provider, which may have no such form, says nothing here.
    let kept = round.providerState.flatMap { try? JSON(parsing: $0, duplicateKeys: .keepLast) }?.array
    if let kept { return kept }
    let text: [JSON] = round.text.isEmpty ? [] : [["type": "text", "text": .string(round.text)]]
    return text
        + round.calls.map { call in
            let input = (try? JSON(parsing: call.arguments))?.object ?? [:]  // cut off arguments were not run
            return [
                "type": "tool_use", "id": .string(usable(call.id)), "name": .string(call.name), "input": .object(input),
            ]
        }
}

private func block(for result: ToolResult) -> JSON {
    var block: JSON.Object = ["type": "tool_result", "tool_use_id": .string(usable(result.id))]
    switch result.outcome {
    case .result(let text): block["content"] = .string(text)
    case .error(let sentence):
        block["content"] = .string(sentence)
        block["is_error"] = true
    }
    return .object(block)
}

/// The id with `_` for what this API takes in no id, which another one may have given.
private func usable(_ id: String) -> String {
    String(
        decoding: id.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                byte
            default: UInt8(ascii: "_")
            }
        },
        as: UTF8.self
    )
}
