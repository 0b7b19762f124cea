import Chat
import HTTPClient
import HTTPTypes
import JSONValue

/// What an OpenAI-compatible server is sent for a prompt.
struct ChatRequest {
    private let prompt: Prompt
    private let settings: OpenAIProvider.Settings

    init(for prompt: Prompt, _ settings: OpenAIProvider.Settings) {
        self.prompt = prompt
        self.settings = settings
    }

    /// The request as it goes out.
    var request: HTTPClientRequest {
        var fields: HTTPFields = [
            "Content-Type": "application/json",
            "Accept": self.settings.streams ? "text/event-stream" : "application/json",
            "User-Agent": "shuren",
        ]
        if let key = self.settings.key { fields.append("Authorization", "Bearer \(key)") }
        return HTTPClientRequest(
            method: .post,
            url: self.settings.baseURL + "/chat/completions",
            fields: fields,
            body: JSON.object(self.body).bytes()
        )
    }

    private var body: JSON.Object {
        let prompt = self.prompt
        let system: [JSON] = prompt.system.isEmpty ? [] : [["role": "system", "content": .string(prompt.system)]]
        var body = JSON.Object()
        body["model"] = .string(prompt.model ?? self.settings.model)
        if let temperature = prompt.temperature.flatMap({ JSON.Number($0) }) {
            body["temperature"] = .number(temperature)
        }
        body["messages"] = .array(system + (self.relayedMessages ?? self.ownMessages))
        for option in prompt.relayed.flatMap({ json($0.options).object?.members }) ?? [] {
            body[option.key] = option.value
        }
        if prompt.relayed == nil, !prompt.tools.isEmpty { body["tools"] = .array(prompt.tools.map(description(of:))) }
        body["stream"] = .bool(self.settings.streams)
        if self.settings.streams { body["stream_options"] = ["include_usage": true] }
        return body
    }

    /// A program that speaks in the model's own terms makes its own rounds of tools.
    private var relayedMessages: [JSON]? { self.prompt.relayed.flatMap { json($0.messages).array } }

    private var ownMessages: [JSON] {
        self.prompt.turns.map { ["role": .string($0.role.rawValue), "content": .string($0.text)] }
            + self.prompt.rounds.flatMap(messages(of:))
    }
}

private func description(of tool: ToolDescription) -> JSON {
    [
        "type": "function",
        "function": [
            "name": .string(tool.name), "description": .string(tool.purpose), "parameters": tool.parameters.json,
        ],
    ]
}

/// What the model asked for and what it got: its own message, and one for each result.
private func messages(of round: ToolRound) -> [JSON] {
    let kept = KeptFields.fields(of: round.providerState)
    var message: JSON.Object = [
        "role": "assistant", "content": round.text.isEmpty ? .null : .string(round.text),
    ]
    for field in kept.message { message[field.key] = field.value }
    message["tool_calls"] = .array(
        round.calls.map { call in
            var entry: JSON.Object = [
                "id": .string(call.id), "type": "function",
                "function": ["name": .string(call.name), "arguments": .string(sendable(call.arguments))],
            ]
            entry["extra_content"] = kept.calls?[call.id]
            return .object(entry)
        }
    )
    return [.object(message)]
        + round.results.map { result in
            ["role": "tool", "tool_call_id": .string(result.id), "content": .string(content(of: result))]
        }
}

/// Servers that put the conversation into a template fail at arguments which were cut off.
private func sendable(_ arguments: String) -> String {
    (try? JSON(parsing: arguments)) == nil ? "{}" : arguments
}

private func content(of result: ToolResult) -> String {
    switch result.outcome {
    case .result(let text): text
    case .error(let sentence): (["error": .string(sentence)] as JSON).text
    }
}

/// JSON that this program wrote.
private func json(_ text: String) -> JSON {
    (try? JSON(parsing: text)) ?? .null  // what no program could have sent says nothing
}
