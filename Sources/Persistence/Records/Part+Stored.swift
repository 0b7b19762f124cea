internal import Chat
internal import JSONValue

extension [Part] {
    /// The parts as the column `message.parts` has them.
    var stored: String { JSON.array(self.map(\.stored)).text }

    /// Reads the column `message.parts`.
    init(stored text: String) throws(StoredFormError) {
        try self.init(stored: JSON(stored: text))
    }

    init(stored json: JSON) throws(StoredFormError) {
        guard let elements = json.array else { throw StoredFormError(expectation: "a list of parts") }
        self = []
        for element in elements { self.append(try Part(stored: element)) }
    }
}

extension Part {
    var stored: JSON {
        switch self {
        case .text(let text): ["type": "text", "text": .string(text)]
        case .reasoning(let text): ["type": "reasoning", "text": .string(text)]
        case .tool(let call, let result):
            ["type": "tool", "call": call.stored, "result": result?.stored ?? .null]
        case .source(let url, let title): ["type": "source", "url": .string(url), "title": .string(title)]
        case .file(let type, let reference):
            ["type": "file", "media_type": .string(type), "reference": .string(reference)]
        }
    }

    init(stored json: JSON) throws(StoredFormError) {
        switch json["type"]?.string {
        case "text": self = .text(try json.need("text", \.string))
        case "reasoning": self = .reasoning(try json.need("text", \.string))
        case "tool":
            self = .tool(
                call: try ToolCall(stored: json.need("call") { $0 }),
                result: try json.may("result") { $0 }.map(ToolResult.init(stored:))
            )
        case "source": self = .source(url: try json.need("url", \.string), title: try json.need("title", \.string))
        case "file":
            self = .file(
                type: try json.need("media_type", \.string),
                reference: try json.need("reference", \.string)
            )
        default: throw StoredFormError(expectation: "a known type of part")
        }
    }
}

extension ToolCall {
    var stored: JSON {
        ["id": .string(self.id), "name": .string(self.name), "arguments": .string(self.arguments)]
    }

    init(stored json: JSON) throws(StoredFormError) {
        self.init(
            id: try json.need("id", \.string),
            name: try json.need("name", \.string),
            arguments: try json.need("arguments", \.string)
        )
    }
}

extension ToolResult {
    var stored: JSON {
        let (key, text) =
            switch self.outcome {
            case .result(let text): ("result", text)
            case .error(let text): ("error", text)
            }
        return [
            "id": .string(self.id), "name": .string(self.name), key: .string(text),
            "nanoseconds": .integer(self.duration.nanosecondCount),
        ]
    }

    init(stored json: JSON) throws(StoredFormError) {
        let outcome: Outcome
        if let text = try json.may("result", \.string) {
            outcome = .result(text)
        } else {
            outcome = .error(try json.need("error", \.string))
        }
        self.init(
            id: try json.need("id", \.string),
            name: try json.need("name", \.string),
            outcome: outcome,
            duration: Duration(nanosecondCount: try json.need("nanoseconds", \.int))
        )
    }
}
