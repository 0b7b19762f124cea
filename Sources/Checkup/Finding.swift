/// One thing that was looked at: what was measured, whether that is well, and what to do if it is not.
package struct Finding: Sendable, Equatable {
    /// How it is.
    package enum Verdict: String, Sendable, Comparable {
        case good
        /// It works, and could be better, or nobody can tell.
        case attention
        /// Readers have or will have trouble with it.
        case bad

        package static func < (left: Verdict, right: Verdict) -> Bool { left.order < right.order }

        private var order: Int {
            switch self {
            case .good: 0
            case .attention: 1
            case .bad: 2
            }
        }
    }

    /// What was looked at: stable, for tests, for translations and for whoever looks the name up.
    package let name: String
    package let verdict: Verdict
    /// What was measured, in a sentence.
    package let measured: String
    /// What to do; `nil` where there is nothing to do.
    package let advice: Advice?
    /// The case and the figures of the sentence, for whoever says it in another language.
    package let code: String
    package let values: [String: String]

    package init(
        _ name: String,
        _ verdict: Verdict,
        _ measured: String,
        advice: Advice? = nil,
        code: String = "",
        values: [String: String] = [:]
    ) {
        self.name = name
        self.verdict = verdict
        self.measured = measured
        self.advice = advice
        self.code = code
        self.values = values
    }
}

extension [Finding] {
    /// The worst of them; good when there are none.
    package var verdict: Finding.Verdict { self.map(\.verdict).max() ?? .good }
}
