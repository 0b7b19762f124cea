/// What is kept of a password: a slow hash of it, with its salt and what it cost, as a PHC string.
///
/// Only Argon2id of version 19 (RFC 9106) is one: `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`.
package struct PasswordHash: Sendable, Hashable {
    /// What a guess costs whoever has stolen the hash, and a login us.
    package struct Cost: Sendable, Hashable {
        package let kibibytes: Int
        package let passes: Int
        package let lanes: Int

        package init(kibibytes: Int, passes: Int, lanes: Int = 1) {
            self.kibibytes = kibibytes
            self.passes = passes
            self.lanes = lanes
        }

        /// The smallest of those that OWASP's ASVS 5.0 approves in appendix C: 19 MiB, two passes, one lane.
        package static let usual = Cost(kibibytes: 19 * 1024, passes: 2)
    }

    package let text: String
    package let cost: Cost

    /// Takes a hash that was kept; `nil` for anything that is none of ours.
    package init?(_ text: String) {
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 6, fields[0].isEmpty, fields[1] == "argon2id", fields[2] == "v=19",
            !fields[4].isEmpty, !fields[5].isEmpty, let cost = Cost(fields[3])
        else { return nil }
        self.text = text
        self.cost = cost
    }
}

extension PasswordHash.Cost {
    /// Reads `m=19456,t=2,p=1`.
    fileprivate init?(_ text: Substring) {
        let values = text.split(separator: ",", omittingEmptySubsequences: false)
        func value(_ index: Int, _ name: String) -> Int? {
            guard values[index].hasPrefix(name) else { return nil }
            return Int(values[index].dropFirst(name.count)).flatMap { $0 > 0 ? $0 : nil }
        }
        guard values.count == 3, let kibibytes = value(0, "m="), let passes = value(1, "t="), let lanes = value(2, "p=")
        else { return nil }
        self.init(kibibytes: kibibytes, passes: passes, lanes: lanes)
    }
}
