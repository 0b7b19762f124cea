import Chat
import Crypto
import HTTPTypes
import Identifiers
import JSONValue

/// The fields that both ways of sending a message have.
struct MessageBody {
    let text: String?
    let message: Message.ID?
    let conversation: Conversation.ID?
    /// The message that this one follows; without it, the newest of the conversation.
    let parent: Message.ID?
    /// Whom the reader picked to answer.
    let agent: String?

    init(_ request: HTTPRequest) throws {
        let body = try jsonBody(of: request)
        self.text = try body["message"].map { value in
            guard let text = value.string else { throw WebError.badRequest("message must be a string.") }
            return try checkedText(text)
        }
        self.message = try identifier(body["message_id"], "message_id")
        self.conversation = try identifier(body["conversation_id"], "conversation_id")
        self.parent = try identifier(body["parent_id"], "parent_id")
        self.agent = body["agent"]?.string
        if let kind = body["kind"]?.string, kind != "chat" {
            throw WebError.badRequest("kind is \"\(kind.prefix(40))\", but only \"chat\" is served.")
        }
    }
}

/// A message that may be sent: not empty and not too long.
func checkedText(_ text: String?) throws -> String {
    guard let text, text.contains(where: { !$0.isWhitespace }) else {
        throw WebError.badRequest("The message is empty.")
    }
    guard text.utf8.count <= Replies.longestMessage else {
        throw WebError(.contentTooLarge, "message_too_long", "The message is longer than 32 KiB. Please shorten it.")
    }
    return text
}

extension Identifier {
    static func random() -> Self {
        var random = SecureRandom()
        return Self(using: &random)
    }
}
