import Observability
import Synchronization

/// Remembers when uses of keys were written down, so that reading does not become writing.
///
/// The last thousand keys are remembered; one that is forgotten is written down a little earlier than it must.
final class KeyUses: Sendable {
    /// How exactly it is known when a key was used.
    static let precision = Duration.seconds(60)
    private static let mostRemembered = 1000

    private let noted = Mutex<[SecretHash: Timestamp]>([:])

    /// Whether the use of a key is to be written down now, which it then counts as.
    ///
    /// Of many uses at once one is.
    func takes(_ key: APIKey, at now: Timestamp) -> Bool {
        func isDue(_ last: Timestamp?) -> Bool { last.map { now.since($0) >= Self.precision } ?? true }
        guard isDue(key.usedAt) else { return false }
        return self.noted.withLock { noted in
            guard isDue(noted[key.hash]) else { return false }
            if noted.count >= Self.mostRemembered { noted = noted.filter { !isDue($0.value) } }
            if noted.count >= Self.mostRemembered { noted.removeAll() }
            noted[key.hash] = now
            return true
        }
    }
}
