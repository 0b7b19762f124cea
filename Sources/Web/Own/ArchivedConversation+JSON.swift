import Chat
import JSONValue
import Observability

/// A conversation in the form in which readers take it away, and in which it can come back.
func json(_ conversation: ArchivedConversation) -> JSON {
    [
        "id": .string(conversation.id),
        "title": .string(conversation.title),
        "created_at": json(conversation.createdAt),
        "updated_at": json(conversation.updatedAt),
        "pinned": .bool(conversation.isPinned),
        "archived": .bool(conversation.isArchived),
        "leaf": conversation.leaf.map(JSON.string) ?? .null,
        "messages": .array(conversation.messages.map(json)),
    ]
}

private func json(_ message: ArchivedMessage) -> JSON {
    var object: JSON.Object = [
        "id": .string(message.id),
        "parent": message.parent.map(JSON.string) ?? .null,
        "role": .string(message.role.rawValue),
        "state": .string(message.state.rawValue),
        "agent": message.agent.map(JSON.string) ?? .null,
        "created_at": json(message.createdAt),
        "parts": .array(message.parts.map(json)),
    ]
    if let error = message.error { object["error"] = .string(error) }
    if let shown = message.shown { object["shown"] = .number(JSON.Number(shown)) }
    return .object(object)
}

/// A moment as every route tells it: milliseconds since 1970.
func json(_ moment: Timestamp) -> JSON { .number(JSON.Number(Int(moment.milliseconds))) }
