package import Observability

/// What check-ups found so far, as far as it is kept.
package struct CheckupRecord: Sendable, Equatable {
    /// When something was looked at, and how it was.
    package struct Look: Sendable, Equatable {
        package let at: Timestamp
        package let verdict: Finding.Verdict

        package init(at: Timestamp, verdict: Finding.Verdict) {
            self.at = at
            self.verdict = verdict
        }
    }

    /// The model, the installation as a whole, and the way to readers.
    package var model: Look?
    package var installation: Look?
    package var stream: Look?
    /// Whether an admin wants to hear no more of the first steps.
    package var isSetAside = false

    package init() {}
}

/// Where a ``CheckupRecord`` is kept.
package protocol CheckupStore: Sendable {
    /// What is kept; an empty record when nothing is, or when it cannot be read.
    func record() async -> CheckupRecord

    func keep(_ record: CheckupRecord) async throws
}
