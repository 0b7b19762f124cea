import Chat
import Identifiers
import JSONValue
import Observability

/// A conversation as every route shows it.
func summary(_ conversation: Conversation, isTitling: Bool) -> JSON {
    [
        "id": .string(conversation.id.rawValue),
        "title": .string(conversation.title),
        "created_at": .number(JSON.Number(Int(conversation.createdAt.milliseconds))),
        "updated_at": .number(JSON.Number(Int(conversation.updatedAt.milliseconds))),
        "running": .bool(conversation.isRunning),
        "pinned": .bool(conversation.isPinned),
        "archived": .bool(conversation.isArchived),
        "deleted_at": conversation.deletedAt.map { .number(JSON.Number(Int($0.milliseconds))) } ?? .null,
        "titling": .bool(isTitling),
    ]
}

func message(_ message: Message, variants: [Message.ID]) -> JSON {
    [
        "id": .string(message.id.rawValue),
        "role": .string(message.role.rawValue),
        "parent": optional(message.parent?.rawValue),
        "variants": .array(variants.map { .string($0.rawValue) }),
        "reply_to": message.role == .assistant ? optional(message.parent?.rawValue) : .null,
        "state": .string(message.state.rawValue),
        "agent": optional(message.agent),
        "error": optional(message.error),
        "shown": message.shown.map { .number(JSON.Number($0)) } ?? .null,
        "created_at": .number(JSON.Number(Int(message.createdAt.milliseconds))),
        "parts": .array(message.parts.map(json)),
        "provenance": message.provenance.map(json) ?? .null,
    ]
}

private func json(_ provenance: Provenance) -> JSON {
    [
        "reason": optional(provenance.reason), "stand_in": optional(provenance.standIn),
        "facts": .array(provenance.facts.map { .string($0.rawValue) }),
        "usage": provenance.usage?.json ?? .null, "finish_reason": optional(provenance.finishReason?.rawValue),
        "first_text_seconds": seconds(provenance.firstText), "seconds": seconds(provenance.duration),
    ]
}

private func seconds(_ duration: Duration?) -> JSON {
    duration.flatMap { JSON.Number($0.inSeconds) }.map(JSON.number) ?? .null
}

func json(_ part: Part) -> JSON {
    switch part {
    case .text(let text): ["type": "text", "text": .string(text)]
    case .reasoning(let text): ["type": "reasoning", "text": .string(text)]
    case .tool(let call, let result):
        [
            "type": "tool", "id": .string(call.id), "name": .string(call.name), "arguments": .string(call.arguments),
            "result": optional(result?.text), "is_error": .bool(result?.isError ?? false),
            "seconds": seconds(result?.duration),
        ]
    case .source(let url, let title): ["type": "source", "url": .string(url), "title": .string(title)]
    case .file(let type, let reference): ["type": "file", "media_type": .string(type), "reference": .string(reference)]
    }
}

extension ToolResult {
    fileprivate var isError: Bool { if case .error = self.outcome { true } else { false } }

    fileprivate var text: String {
        switch self.outcome {
        case .result(let text), .error(let text): text
        }
    }
}

func optional(_ text: String?) -> JSON {
    text.map(JSON.string) ?? .null
}
