package import Identifiers
package import Observability

/// What a reader wishes of streaming for themselves.
package enum StreamingPreference: String, Sendable, CaseIterable {
    /// Whatever the server decides.
    case auto
    /// Streams, unless they are off for everybody.
    case on
    /// Each reply in one piece.
    case off
}

/// What of a person counts for whether they get streams.
package struct StreamingStanding: Sendable, Equatable {
    package let preference: StreamingPreference
    /// Since when we know them; `nil` when we do not.
    package let hereSince: Timestamp?

    package init(preference: StreamingPreference = .auto, hereSince: Timestamp? = nil) {
        self.preference = preference
        self.hereSince = hereSince
    }
}

/// Where readers' own wishes are kept.
package protocol PreferenceStore: Sendable {
    /// What counts of the person; the wish is ``StreamingPreference/auto`` of whoever never said.
    func standing(of person: PersonID) async throws(StoreError) -> StreamingStanding

    /// Takes another wish; returns once it is on disk.
    func setStreaming(_ preference: StreamingPreference, of person: PersonID) async throws(StoreError)
}
