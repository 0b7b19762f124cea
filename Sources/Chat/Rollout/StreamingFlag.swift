internal import Identifiers
internal import Observability

/// One thing that the operator can say about streaming while the server runs; the name is that of the setting.
package enum StreamingFlag: String, Sendable, CaseIterable {
    case enabled = "enable_streaming"
    case percent = "streaming_rollout_percent"
    case allowed = "streaming_allow"
    case denied = "streaming_deny"
    case oldWayBefore = "streaming_old_way_before"
    case guarded = "rollout_guard"

    /// How many people a list may name; longer ones belong into the per cent.
    package static let longestList = 1000

    /// What a value must be, as the end of "it must be …".
    package var expectation: String {
        switch self {
        case .enabled: "true or false"
        case .percent: "a number from 0 to 100"
        case .allowed, .denied: "ids of people with commas between them, at most \(Self.longestList), or empty"
        case .oldWayBefore: "a day like 2026-11-20, or empty"
        case .guarded: "on or off"
        }
    }
}

extension StreamingPolicy {
    /// The value of a flag as it is written in settings, on the command line and in the history.
    package func text(of flag: StreamingFlag) -> String {
        switch flag {
        case .enabled: "\(self.isEnabled)"
        case .percent: "\(self.percent)"
        case .allowed: self.allowed.map(\.rawValue).sorted().joined(separator: ",")
        case .denied: self.denied.map(\.rawValue).sorted().joined(separator: ",")
        case .oldWayBefore: self.oldWayBefore?.iso8601 ?? ""
        case .guarded: self.isGuarded ? "on" : "off"
        }
    }

    /// Takes a flag's value from a text; `false`, and nothing changed, when it cannot be one.
    package mutating func take(_ text: String, for flag: StreamingFlag) -> Bool {
        switch flag {
        case .enabled:
            guard let isEnabled = Bool(text) else { return false }
            self.isEnabled = isEnabled
        case .percent:
            guard let percent = Int(text), (0...100).contains(percent) else { return false }
            self.percent = percent
        case .allowed:
            guard let people = people(in: text) else { return false }
            self.allowed = people
        case .denied:
            guard let people = people(in: text) else { return false }
            self.denied = people
        case .oldWayBefore:
            let day = CivilDate(iso8601: text)
            guard day != nil || text.isEmpty else { return false }
            self.oldWayBefore = day
        case .guarded:
            guard text == "on" || text == "off" else { return false }
            self.isGuarded = text == "on"
        }
        return true
    }
}

private func people(in text: String) -> Set<PersonID>? {
    let words = text.split { $0 == "," || $0.isWhitespace }
    let people = words.compactMap { PersonID(rawValue: String($0)) }
    guard people.count == words.count, people.count <= StreamingFlag.longestList else { return nil }
    return Set(people)
}
