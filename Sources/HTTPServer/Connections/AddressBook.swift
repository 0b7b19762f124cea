import Synchronization

/// Counts the connections of each address, for all loops together.
///
/// Of IPv6 the network counts: within its 64 bits a client takes as many addresses as it likes (RFC 8981).
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
        let client = network(ofAddress: address)
        return self.counts.withLock { counts in
            let count = counts[client, default: 0]
            guard count < self.limit else { return false }
            counts[client] = count + 1
            return true
        }
    }

    /// Counts one connection less.
    func leave(_ address: String) {
        let client = network(ofAddress: address)
        self.counts.withLock { counts in
            guard let count = counts[client] else { return }
            counts[client] = count > 1 ? count - 1 : nil
        }
    }
}

/// What is counted together: an IPv4 address, also one that is written as IPv6, or the first half of an IPv6 address.
package func network(ofAddress address: String) -> String {
    guard address.contains(":") else { return address }
    if address.contains(".") { return String(address.split(separator: ":").last ?? "") }
    let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
    let leading = halves[0].split(separator: ":")
    let trailing = halves.count == 2 ? halves[1].split(separator: ":") : []
    let zeros = Array(repeating: "0"[...], count: max(0, 8 - leading.count - trailing.count))
    return (leading + zeros + trailing).prefix(4).joined(separator: ":") + "::/64"
}
