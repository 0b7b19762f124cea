package import Observability

/// Where settings that were changed at run time are kept, with who changed them, when, from what to what, and why.
package protocol SettingStore: Sendable {
    /// The changed settings by name.
    func settings() async throws(AccountStoreError) -> [String: KeptSetting]

    /// Makes changes, all in one transaction.
    func make(_ changes: [SettingChange]) async throws(AccountStoreError)

    /// The newest changes, newest first.
    func changes(limit: Int) async throws(AccountStoreError) -> [SettingChange]

    /// Keeps what came of the newest change of a setting; does nothing when there is none.
    func note(_ verdict: String, onNewestChangeOf name: String) async throws(AccountStoreError)

    /// How the comparison of the rollout's groups stood last, in the words of ``keep(_:)``; `nil` before the first.
    func comparison() async throws(AccountStoreError) -> KeptComparison?

    /// Keeps how the comparison stands, in place of what was kept before.
    func keep(_ comparison: KeptComparison) async throws(AccountStoreError)
}

/// How the comparison of the rollout's groups stood at some moment.
package struct KeptComparison: Sendable, Equatable {
    /// What was counted, as text.
    package let state: String
    /// Besides the per cent, what made the groups what they are.
    package let cohort: String

    package init(state: String, cohort: String) {
        self.state = state
        self.cohort = cohort
    }
}

/// A setting that was changed at run time.
package struct KeptSetting: Sendable, Equatable {
    package let value: String
    /// Who changed it last.
    package let by: String

    package init(value: String, by: String) {
        self.value = value
        self.by = by
    }
}

/// One change of one setting.
package struct SettingChange: Sendable, Equatable {
    package let name: String
    /// What is kept from now on; `nil` goes back to the value that the server was started with.
    package let value: String?
    /// What was in force before.
    package let from: String
    /// What is in force after.
    package let to: String
    package let by: String
    package let at: Timestamp
    package let why: String?
    /// What came of it, once that is known.
    package let verdict: String?

    /// Who makes the changes that come with the configuration's file.
    package static let configuration = "configuration"

    /// Whether somebody went back to the configuration's value.
    package var isReset: Bool { self.value == nil && self.by != Self.configuration }

    package init(
        name: String,
        value: String?,
        from: String,
        to: String,
        by: String,
        at: Timestamp,
        why: String? = nil,
        verdict: String? = nil
    ) {
        self.name = name
        self.value = value
        self.from = from
        self.to = to
        self.by = by
        self.at = at
        self.why = why
        self.verdict = verdict
    }
}
