/// What a stop came to.
package struct StopReceipt: Sendable, Equatable {
    /// How the reply ended; `complete` when the stop came too late.
    package let state: ReplyState
    /// From the request until the model call was over and the text saved.
    package let duration: Duration
    /// Pieces of text that had come.
    package let pieces: Int

    package init(state: ReplyState, duration: Duration, pieces: Int) {
        self.state = state
        self.duration = duration
        self.pieces = pieces
    }
}
