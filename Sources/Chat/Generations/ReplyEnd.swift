package import Identifiers

/// How the work on a reply ended: what whoever watches over replies is told.
package struct ReplyEnd: Sendable, Equatable {
    package let state: ReplyState
    /// How long after the message its first word came; `nil` when none did.
    package let firstText: Duration?
    package let duration: Duration

    package init(state: ReplyState, firstText: Duration?, duration: Duration) {
        self.state = state
        self.firstText = firstText
        self.duration = duration
    }
}

/// Who wants to know how replies end.
package protocol ReplyWatcher: Sendable {
    /// The reply to that message has ended; called once for each.
    func ended(_ message: Message.ID, of person: PersonID, _ end: ReplyEnd)
}
