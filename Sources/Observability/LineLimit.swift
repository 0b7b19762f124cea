/// Decides which lines of one kind go out when the same thing happens over and over: so many in any minute, and how many
/// there were besides is told afterwards.
///
/// A line's kind is its message, which comes from the program's text; ids and reasons are in its facts. What a line says is
/// thus never lost altogether: the first ones are there, and the count of the others.
package struct LineLimit: Sendable {
    /// How many of these were left out, and over how long.
    package struct LeftOut: Sendable, Equatable {
        package let kind: String
        package let count: Int
        package let since: Duration
    }

    private struct Kind {
        /// When the last lines went out, oldest first.
        var moments: [Duration] = []
        var leftOut = 0
        var leftOutSince = Duration.zero
    }

    /// How many lines of a kind go out in any minute.
    package static let perMinute = 60
    private static let minute = Duration.seconds(60)
    /// How many kinds are told apart; the program has fewer.
    private static let mostKinds = 512

    private var kinds: [String: Kind] = [:]

    package init() {}

    /// Whether a line of that kind goes out now; one that does not is counted.
    package mutating func admits(_ kind: String, at now: Duration) -> Bool {
        let name = self.kinds[kind] == nil && self.kinds.count >= Self.mostKinds ? "other" : kind
        var state = self.kinds[name] ?? Kind()
        defer { self.kinds[name] = state }
        state.moments.removeAll { now - $0 >= Self.minute }
        guard state.moments.count >= Self.perMinute else {
            state.moments.append(now)
            return true
        }
        if state.leftOut == 0 { state.leftOutSince = now }
        state.leftOut += 1
        return false
    }

    /// What is to be told now: kinds of which lines were left out a minute ago or longer; with `all` every one.
    package mutating func takeLeftOut(at now: Duration, all: Bool = false) -> [LeftOut] {
        let due = self.kinds.filter { $0.value.leftOut > 0 && (all || now - $0.value.leftOutSince >= Self.minute) }
        for name in due.keys { self.kinds[name]?.leftOut = 0 }
        return due.map { LeftOut(kind: $0.key, count: $0.value.leftOut, since: now - $0.value.leftOutSince) }
            .sorted { $0.kind < $1.kind }
    }
}
