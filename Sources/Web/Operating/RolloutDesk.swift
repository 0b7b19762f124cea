package import Accounts
package import Chat
internal import JSONValue
package import Observability

/// Where streaming is turned up and down while the server runs: every change is kept with who, when, from what to what, and
/// why, and holds at once.
///
/// It is a service: ``run()`` looks at the two groups every second, and steps back when streaming does worse.
package actor RolloutDesk {
    /// Why a change was not made.
    package enum Problem: Error, Sendable, Equatable, CustomStringConvertible {
        case unknownFlag(String)
        case unusableValue(flag: StreamingFlag, value: String)
        case longReason

        package var description: String {
            switch self {
            case .unknownFlag(let name):
                "There is no flag \(name.prefix(40)). The flags are: "
                    + StreamingFlag.allCases.map(\.rawValue).joined(separator: ", ") + "."
            case .unusableValue(let flag, let value):
                "\(flag.rawValue) cannot be \"\(value.prefix(40))\": it must be \(flag.expectation)."
            case .longReason: "A reason has at most \(RolloutDesk.longestReason) letters."
            }
        }
    }

    /// What is in force of one flag.
    package struct Standing: Sendable {
        package let flag: StreamingFlag
        package let value: String
        package let configured: String
        package let source: StreamingSwitch.Source
    }

    /// What the guard is called in the history.
    package static let guardName = "guard"
    static let longestReason = 500

    package nonisolated let streaming: StreamingSwitch
    package nonisolated let ledger: RolloutLedger
    private let settings: any SettingStore
    private let time: TimeSource
    private let logger: Logger
    private let metrics: Metrics
    private var stage: Stage
    /// What was kept of the comparison last, and when.
    private var kept: KeptComparison?
    private var keptAt: Duration?
    /// Whether a change is being made, and who waits for that.
    private var isChanging = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    // Nothing is ever put into it; its end is all that it says.
    private nonisolated let end = AsyncStream<Never>.makeStream()

    /// What makes the groups what they are: with another of these the comparison begins anew.
    private struct Stage: Equatable {
        let percent: Int
        /// Since when somebody must have been here to keep the old way.
        let cohort: String

        init(_ policy: StreamingPolicy) {
            self.percent = policy.isEnabled ? policy.percent : 0
            self.cohort = policy.text(of: .oldWayBefore)
        }

        init(percent: Int, cohort: String) {
            self.percent = percent
            self.cohort = cohort
        }
    }

    package init(
        streaming: StreamingSwitch,
        rules: GuardRules = GuardRules(),
        patience: Duration = .seconds(120),
        settings: any SettingStore,
        time: TimeSource,
        logger: Logger,
        metrics: Metrics
    ) {
        let stage = Stage(streaming.policy)
        self.streaming = streaming
        self.settings = settings
        self.time = time
        self.logger = logger
        self.metrics = metrics
        self.stage = stage
        self.ledger = RolloutLedger(
            rules: rules,
            patience: patience,
            percent: stage.percent,
            time: time,
            metrics: metrics
        )
        metrics.describe("shuren_rollout_steps_back_total", "How often the guard took streams back, by what was worse.")
    }

    // MARK: What is in force

    package nonisolated var flags: [Standing] {
        let (policy, configured) = (self.streaming.policy, self.streaming.configured)
        return StreamingFlag.allCases.map { flag in
            Standing(
                flag: flag,
                value: policy.text(of: flag),
                configured: configured.text(of: flag),
                source: self.streaming.source(of: flag)
            )
        }
    }

    /// The newest changes of flags, newest first.
    package func history(limit: Int = 100) async throws -> [SettingChange] {
        try await self.settings.changes(limit: limit)
    }

    // MARK: Changing it

    /// Takes the changes that earlier runs or others stored, and goes on with the comparison where it was.
    package func applyStored() async throws {
        try await self.load()
        await self.resume()
        await self.restage()
    }

    /// Takes up what was counted before the start; where the groups are others now, the next step begins anew after it.
    private func resume() async {
        do {
            guard let kept = try await self.settings.comparison() else { return }
            guard let comparison = RolloutComparison(kept: kept.state) else {
                return self.logger.warning("What was counted of the rollout cannot be read; it is counted anew")
            }
            // By other rules the same counts would be another test.
            guard self.ledger.resume(comparison) else { return }
            self.stage = Stage(percent: comparison.percent, cohort: kept.cohort)
            self.kept = kept
        } catch {
            self.logger.warning(
                "What was counted of the rollout cannot be had; it is counted anew",
                ["error": "\(error)"]
            )
        }
    }

    /// Changes flags for everybody at once and for the next start; `nil` goes back to the configuration's value.
    package func change(_ values: [String: String?], by who: String, why: String?) async throws {
        let values = try self.checked(values)
        guard (why ?? "").count <= Self.longestReason else { throw Problem.longReason }
        await self.takeTurn()
        defer { self.giveTurn() }
        if values.keys.contains(where: { $0 == .percent || $0 == .enabled }) { await self.closeStage() }
        try await self.make(values, by: who, why: why.flatMap { $0.isEmpty ? nil : $0 }, verdict: nil)
        await self.restage()
    }

    /// Takes what the configuration says now; what differs is kept in the history as its change.
    package func restart(with start: StreamingPolicy) async {
        await self.takeTurn()
        defer { self.giveTurn() }
        let before = self.streaming.policy
        self.streaming.restart(with: start)
        let after = self.streaming.policy
        let changes = StreamingFlag.allCases.filter { before.text(of: $0) != after.text(of: $0) }.map { flag in
            SettingChange(
                name: flag.rawValue,
                value: nil,
                from: before.text(of: flag),
                to: after.text(of: flag),
                by: SettingChange.configuration,
                at: self.time.now()
            )
        }
        if !changes.isEmpty {
            do {
                try await self.settings.make(changes)
            } catch {
                self.logger.error("a change of the configuration could not be kept", ["error": "\(error)"])
            }
        }
        await self.restage()
    }

    private nonisolated func checked(_ values: [String: String?]) throws(Problem) -> [StreamingFlag: String?] {
        var checked: [StreamingFlag: String?] = [:]
        for (name, value) in values {
            guard let flag = StreamingFlag(rawValue: name) else { throw .unknownFlag(name) }
            var trial = StreamingPolicy(isEnabled: false)
            if let value, !trial.take(value, for: flag) { throw .unusableValue(flag: flag, value: value) }
            checked.updateValue(value.map { _ in trial.text(of: flag) }, forKey: flag)
        }
        return checked
    }

    private func make(_ values: [StreamingFlag: String?], by who: String, why: String?, verdict: String?) async throws {
        let (policy, configured, now) = (self.streaming.policy, self.streaming.configured, self.time.now())
        let changes = values.sorted { $0.key.rawValue < $1.key.rawValue }.map { flag, value in
            SettingChange(
                name: flag.rawValue,
                value: value,
                from: policy.text(of: flag),
                to: value ?? configured.text(of: flag),
                by: who,
                at: now,
                why: why,
                verdict: verdict
            )
        }
        try await self.settings.make(changes)
        try await self.load()
        for change in changes {
            self.logger.notice(
                "a flag was changed",
                [
                    "flag": change.name, "from": change.from, "to": change.to, "by": who, "why": why ?? "",
                    "is_reset": "\(change.value == nil)",
                ]
            )
        }
    }

    private func load() async throws {
        var changes = StreamingChanges()
        for (name, kept) in try await self.settings.settings() {
            guard let flag = StreamingFlag(rawValue: name) else { continue }
            let source: StreamingSwitch.Source = kept.by == Self.guardName ? .guardChange : .operatorChange
            guard changes.take(kept.value, for: flag, from: source) else {
                throw Problem.unusableValue(flag: flag, value: kept.value)
            }
        }
        self.streaming.apply(changes)
    }

    /// Keeps what there is to say of the stage that is about to end, with the change that began it.
    private func closeStage() async {
        guard let verdict = self.ledger.comparison.farewell else { return }
        await self.keep(verdict)
    }

    /// Begins a new comparison when the groups are others now.
    private func restage() async {
        let stage = Stage(self.streaming.policy)
        guard stage != self.stage else { return }
        self.stage = stage
        // Nothing is kept here: what is kept of the stage before leads to the same after a restart.
        _ = self.ledger.begin(percent: stage.percent)
    }

    // MARK: Over a restart

    /// How often what was counted is kept at most: so much of it is lost when the process is killed.
    static let keeping = Duration.seconds(5)

    /// Keeps what was counted, unless it is kept already.
    private func keepCounts() async {
        let counts = KeptComparison(state: self.ledger.comparison.kept, cohort: self.stage.cohort)
        self.keptAt = self.time.elapsed()
        guard counts != self.kept else { return }
        do {
            try await self.settings.keep(counts)
            self.kept = counts
        } catch {
            // The next time has all of it; only a kill before that would lose it.
            self.logger.warning("What was counted of the rollout could not be kept", ["error": "\(error)"])
        }
    }

    private func keepCountsWhenDue() async {
        let isDue = self.keptAt.map { self.time.elapsed() - $0 >= Self.keeping } ?? true
        if isDue { await self.keepCounts() }
    }

    private func takeTurn() async {
        while self.isChanging { await withCheckedContinuation { self.waiting.append($0) } }
        self.isChanging = true
    }

    private func giveTurn() {
        self.isChanging = false
        for waiter in self.waiting { waiter.resume() }
        self.waiting = []
    }

    // MARK: The guard

    /// Looks every second, until ``finish()``.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                // Ends when the sleep is cancelled with the group.
                while (try? await self.time.sleep(.seconds(1))) != nil {
                    await self.look()
                    await self.keepCountsWhenDue()
                }
            }
            for await _ in self.end.stream {}
            group.cancelAll()
        }
        // What the last replies became, before the database closes.
        await self.look()
        await self.keepCounts()
    }

    /// Has ``run()`` return.
    package nonisolated func finish() { self.end.continuation.finish() }

    /// Counts what is settled, and does what the groups ask for.
    package func look() async {
        guard let verdict = self.ledger.look() else { return }
        self.logger.notice(
            "the rollout was judged",
            ["finding": verdict.finding.rawValue, "percent": "\(verdict.percent)", "verdict": verdict.sentence]
        )
        guard verdict.finding.isWorse else { return await self.keep(verdict) }
        guard self.streaming.policy.isGuarded else { return }
        await self.takeTurn()
        defer { self.giveTurn() }
        // Somebody else may have changed it meanwhile; then the verdict is about what is over.
        guard self.ledger.comparison.stage == verdict.stage else { return }
        await self.stepBack(because: verdict)
    }

    private func stepBack(because verdict: RolloutVerdict) async {
        do {
            let history = try await self.settings.changes(limit: 1000)
            let earlier = history.filter { $0.name == StreamingFlag.percent.rawValue }.compactMap { Int($0.from) }
            let target = StepBack.target(from: verdict.percent, earlier: earlier)
            await self.keep(verdict)
            try await self.make(
                [.percent: "\(target)"],
                by: Self.guardName,
                why: verdict.sentence,
                verdict: nil
            )
            self.metrics.count("shuren_rollout_steps_back_total", ["finding": verdict.finding.rawValue])
            self.logger.warning(
                "streaming did worse, and the rollout stepped back",
                ["from": "\(verdict.percent)", "to": "\(target)", "verdict": verdict.sentence]
            )
            await self.restage()
        } catch {
            // The next look finds the same and tries again.
            self.logger.error("the rollout could not step back", ["error": "\(error)"])
        }
    }

    /// Keeps a verdict with the change that began what it is about.
    private func keep(_ verdict: RolloutVerdict) async {
        do {
            let text = verdict.json.text
            try await self.settings.note(text, onNewestChangeOf: StreamingFlag.percent.rawValue)
        } catch {
            self.logger.error("a verdict on the rollout could not be kept", ["error": "\(error)"])
        }
    }
}
