package import Observability

/// What became of a message: when each step on the way to its kept reply was done, and how often.
///
/// A reader can be sure with it that one message made one model call and that the reply is on disk.
package struct Receipt: Sendable, Equatable {
    /// What the server holds of the reply's text.
    package struct Content: Sendable, Equatable {
        /// UTF-8 bytes.
        package let bytes: Int
        /// SHA-256 of these, in lower-case hexadecimal.
        package let sha256: String

        package init(bytes: Int, sha256: String) {
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    /// The reader's message.
    package let message: Message.ID
    package let reply: Message.ID
    package var state: ReplyState
    /// When the message was here; `nil` when its reply was stopped before it came.
    package let receivedAt: Timestamp?
    /// When the generation was claimed, in the transaction that keeps the message.
    package let claimedAt: Timestamp
    package var trace: ReplyTrace
    /// When the reply came to its end.
    package var endedAt: Timestamp?
    /// Tokens that the reply cost, as far as the model told.
    package var usage: Usage?
    /// When the database had it.
    package let committedAt: Timestamp?
    /// `nil` until the database has the reply.
    package let content: Content?

    package init(
        message: Message.ID,
        reply: Message.ID,
        state: ReplyState,
        receivedAt: Timestamp?,
        claimedAt: Timestamp,
        trace: ReplyTrace,
        endedAt: Timestamp?,
        committedAt: Timestamp?,
        content: Content?
    ) {
        self.message = message
        self.reply = reply
        self.state = state
        self.receivedAt = receivedAt
        self.claimedAt = claimedAt
        self.trace = trace
        self.endedAt = endedAt
        self.committedAt = committedAt
        self.content = content
    }
}

/// What a generation notes about itself while it lives.
package struct ReplyTrace: Sendable, Equatable {
    /// When the first text came from the model.
    package var firstTextAt: Timestamp?
    /// When the spool had the reply, because the database did not take it at once.
    package var spooledAt: Timestamp?
    /// Calls of a model that may have been accepted.
    package var modelCalls = 0
    /// Connections that were shown the reply while it was in memory.
    package var viewers = 0
    /// Those of them that had seen a part of it before.
    package var returns = 0
    /// Why the agent was chosen that answered.
    package var reason: String?
    /// What the reader was told when another provider answered in the model's place.
    package var standIn: String?

    package init() {}
}
