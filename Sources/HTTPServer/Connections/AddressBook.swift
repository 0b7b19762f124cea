import Synchronization

/// Counts the connections of each address, for all loops together.
///
/// It holds an entry for each address that is connected and no other, so it is bounded by the connections.
final class AddressBook: Sendable {
    private let limit: Int
    private let familiar: Set<String>
    private let counts = Mutex<[String: Int]>([:])

    init(_ limits: ConnectionLimits) {
        self.limit = limits.connectionsPerAddress
        self.familiar = limits.familiarAddresses
    }

    /// Whether many people, or the operator's own programs, stand behind an address.
    func isFamiliar(_ address: String) -> Bool { self.familiar.contains(address) || address.isEmpty }

    /// Counts one connection more; `false` when the address has as many as it may.
    func enter(_ address: String) -> Bool {
        guard self.limit > 0, !self.isFamiliar(address) else { return true }
        return self.counts.withLock { counts in
            let count = counts[address, default: 0]
            guard count < self.limit else { return false }
            counts[address] = count + 1
            return true
        }
    }

    /// Counts one connection less.
    func leave(_ address: String) {
        self.counts.withLock { counts in
            guard let count = counts[address] else { return }
            counts[address] = count > 1 ? count - 1 : nil
        }
    }
}
