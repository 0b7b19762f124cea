package import Chat
package import JSONValue

/// What one event of an OpenAI-compatible stream says, or the whole body of a reply that was not streamed.
///
/// Servers differ in where they put things; this is the one form that the rest reads. A field that is missing, `null`
/// or of another type than expected says nothing.
package struct ChatChunk: Sendable, Equatable {
    /// A piece of one tool call; the pieces of a call are joined by index or id.
    package struct ToolCallFragment: Sendable, Equatable {
        package var index: Int?
        package var id: String?
        package var name: String?
        /// A piece of JSON text, or all of it where a server sends an object instead of text.
        package var arguments = ""
        /// What the server wants to see again with this call: Gemini's signatures.
        package var extra: JSON?

        package init(
            index: Int? = nil,
            id: String? = nil,
            name: String? = nil,
            arguments: String = "",
            extra: JSON? = nil
        ) {
            self.index = index
            self.id = id
            self.name = name
            self.arguments = arguments
            self.extra = extra
        }
    }

    /// An error that came where a reply was expected.
    package struct ReportedError: Sendable, Equatable {
        package var message: String
        /// A status or a word, whichever the server uses.
        package var code: String?

        package init(message: String, code: String? = nil) {
            self.message = message
            self.code = code
        }
    }

    package var role: String?
    package var text = ""
    package var reasoning = ""
    package var toolCalls: [ToolCallFragment] = []
    package var finishReason: String?
    package var usage: Usage?
    package var error: ReportedError?
    /// The fields that a server may want to see again with the results of tools, as they came.
    package var kept: JSON.Object

    package init(
        role: String? = nil,
        text: String = "",
        reasoning: String = "",
        toolCalls: [ToolCallFragment] = [],
        finishReason: String? = nil,
        usage: Usage? = nil,
        error: ReportedError? = nil,
        kept: JSON.Object = [:]
    ) {
        self.role = role
        self.text = text
        self.reasoning = reasoning
        self.toolCalls = toolCalls
        self.finishReason = finishReason
        self.usage = usage
        self.error = error
        self.kept = kept
    }
}

// MARK: Reading

extension ChatChunk {
    /// Reads a chunk from what the server sent.
    ///
    /// The choice with index 0 counts, or one without an index; the list may be empty (usage, Azure's filter results).
    /// A streamed choice has a `delta`, a whole one a `message`; where both are there, `message` repeats everything.
    package init(_ value: JSON) {
        let choice = value["choices"]?.array?.first { ($0["index"]?.int ?? 0) == 0 }
        let delta = choice?["delta"].flatMap(\.object).map(JSON.object) ?? choice?["message"]
        let content = ChatContent(delta?["content"])

        self.role = delta?["role"]?.string
        self.text = content.text
        self.reasoning = delta.flatMap(reasoning(in:)) ?? content.reasoning
        self.toolCalls = delta.map(toolCalls(in:)) ?? []
        self.finishReason = choice?["finish_reason"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        self.usage = reportedUsage(in: value, choice)
        self.error = reportedError(in: value, choice)
        self.kept = KeptFields.worthKeeping(in: delta)
    }
}

/// Text and thoughts, which Mistral mixes in a list of blocks where others have a string.
private struct ChatContent {
    var text = ""
    var reasoning = ""

    init(_ content: JSON?) {
        switch content {
        case .string(let text): self.text = text
        case .array(let blocks): for block in blocks { self.append(block) }
        default: break
        }
    }

    private mutating func append(_ block: JSON) {
        switch block["type"]?.string {
        case "thinking": self.reasoning += block["thinking"]?.string ?? ChatContent(block["thinking"]).text
        case "text", "output_text", nil: self.text += block["text"]?.string ?? ""
        default: break
        }
    }
}

/// The thoughts in the first of the known fields that has any: the same text may stand in several.
private func reasoning(in delta: JSON) -> String? {
    for field in ["reasoning_content", "reasoning", "reasoning_text"] {
        if let text = delta[field]?.string, !text.isEmpty { return text }
    }
    let details = delta["reasoning_details"]?.array ?? []
    let text = details.map { $0["text"]?.string ?? $0["summary"]?.string ?? "" }.joined()
    return text.isEmpty ? nil : text
}

private func toolCalls(in delta: JSON) -> [ChatChunk.ToolCallFragment] {
    if let calls = delta["tool_calls"]?.array {
        return calls.filter { $0.object != nil }.map { call in
            ChatChunk.ToolCallFragment(
                index: call["index"]?.int,
                id: call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 },
                name: call["function"]?["name"]?.string,
                arguments: arguments(of: call["function"]),
                extra: call["extra_content"].flatMap { $0.isNull ? nil : $0 }
            )
        }
    }
    // The form before parallel calls: one function, no id.
    guard let function = delta["function_call"], function.object != nil else { return [] }
    return [.init(index: 0, name: function["name"]?.string, arguments: arguments(of: function))]
}

private func arguments(of function: JSON?) -> String {
    switch function?["arguments"] {
    case .string(let text): text
    case .object(let object): JSON.object(object).text
    default: ""
    }
}

private func reportedUsage(in value: JSON, _ choice: JSON?) -> Usage? {
    for usage in [value["usage"], value["x_groq"]?["usage"], choice?["usage"]] {
        let input = usage?["prompt_tokens"]?.int ?? usage?["input_tokens"]?.int
        let output = usage?["completion_tokens"]?.int ?? usage?["output_tokens"]?.int
        if input != nil || output != nil { return Usage(inputTokens: input ?? 0, outputTokens: output ?? 0) }
    }
    return nil
}

private func reportedError(in value: JSON, _ choice: JSON?) -> ChatChunk.ReportedError? {
    for error in [value["error"], choice?["error"]] {
        switch error {
        case .string(let message) where !message.isEmpty: return .init(message: message)
        case .object:
            let code = error?["code"] ?? error?["type"]
            return .init(
                message: error?["message"]?.string ?? "no reason given",
                code: code?.string ?? code?.number?.text
            )
        default: break
        }
    }
    if value["object"]?.string == "error" || value["type"]?.string == "error" {
        return .init(message: value["message"]?.string ?? "no reason given", code: value["code"]?.number?.text)
    }
    return choice?["finish_reason"]?.string == "error" ? .init(message: "no reason given") : nil
}
