internal import Chat
internal import Observability

/// Where a finished reply belongs in the end.
protocol ReplyTable: Sendable {
    /// Saves a reply; saving it again changes nothing. `completion` is called once, on any thread.
    func save(_ reply: FinishedReply, completion: @escaping @Sendable (Result<Void, StoreError>) -> Void)
}

extension Writer: ReplyTable {
    func save(_ reply: FinishedReply, completion: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        self.submit({ try FinishStep(database: $0, now: self.time.now()).save(reply) }, completion: completion)
    }
}

extension ReplyTable {
    /// The same for those who can wait.
    func save(_ reply: FinishedReply) async throws(StoreError) {
        let result = await withCheckedContinuation { continuation in
            self.save(reply) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }
}
