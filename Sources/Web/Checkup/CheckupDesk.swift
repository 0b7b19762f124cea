package import Checkup
package import Observability
internal import Synchronization

/// Where admins have the installation looked at, one look at a time, and where what came of it is kept.
///
/// ``run()`` is the service that looks; a look takes as long as the database is large.
package final class CheckupDesk: Sendable {
    /// How far a look has come: what is being done, and from 0 to 1 where that is known.
    package typealias Progress = @Sendable (_ step: String, _ share: Double) throws(CancellationError) -> Void
    package typealias Examination = @Sendable (@escaping Progress) async throws(CancellationError) -> [Finding]

    /// What is going on.
    struct Standing: Sendable {
        /// What is being done, while a look runs.
        var step: (name: String, share: Double)?
        /// What the last look of this run of the server found, and when it ended.
        var findings: [Finding] = []
        var endedAt: Timestamp?
    }

    private struct State {
        var standing = Standing()
        var isClosed = false
    }

    /// The last restore that was proved, by whomever.
    let lastProof: @Sendable () -> ProvedRestore?
    private let store: any CheckupStore
    private let examine: Examination
    private let time: TimeSource
    private let logger: Logger
    private let state = Mutex(State())
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation

    package init(
        store: any CheckupStore,
        time: TimeSource,
        logger: Logger,
        lastProof: @escaping @Sendable () -> ProvedRestore?,
        examine: @escaping Examination
    ) {
        self.store = store
        self.time = time
        self.logger = logger
        self.lastProof = lastProof
        self.examine = examine
        (self.wishes, self.wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var standing: Standing { self.state.withLock { $0.standing } }

    /// Begins a look, unless one runs.
    func start() {
        let isNew = self.state.withLock { state in
            guard state.standing.step == nil, !state.isClosed else { return false }
            state.standing.step = ("waiting", 0)
            return true
        }
        if isNew { self.wish.yield() }
    }

    /// Looks whenever somebody wants it, until ``finish()``.
    package func run() async {
        for await _ in self.wishes {
            do {
                let findings = try await self.examine { name, share throws(CancellationError) in
                    try self.note(name, share)
                }
                await self.ended(findings)
            } catch {
                self.state.withLock { $0.standing.step = nil }
            }
        }
    }

    /// Ends the service; a look that runs is given up at its next step.
    package func finish() {
        self.state.withLock { $0.isClosed = true }
        self.wish.finish()
    }

    private func note(_ name: String, _ share: Double) throws(CancellationError) {
        let isClosed = self.state.withLock { state in
            state.standing.step = (name, share)
            return state.isClosed
        }
        if isClosed { throw CancellationError() }
    }

    private func ended(_ findings: [Finding]) async {
        let now = self.time.now()
        self.state.withLock { $0.standing = Standing(step: nil, findings: findings, endedAt: now) }
        self.logger.notice("looked at the installation", ["verdict": findings.verdict.rawValue])
        await self.change { record in
            record.installation = CheckupRecord.Look(at: now, verdict: findings.verdict)
            if let model = findings.first(where: { $0.name == "model" }), model.code != "built_in" {
                record.model = CheckupRecord.Look(at: now, verdict: model.verdict)
            }
        }
    }

    // MARK: What is kept

    func record() async -> CheckupRecord { await self.store.record() }

    /// Keeps how the way from a browser was.
    func keep(stream verdict: Finding.Verdict) async {
        let look = CheckupRecord.Look(at: self.time.now(), verdict: verdict)
        await self.change { $0.stream = look }
    }

    func setAside(_ isSetAside: Bool) async { await self.change { $0.isSetAside = isSetAside } }

    private func change(_ change: (inout CheckupRecord) -> Void) async {
        var record = await self.store.record()
        change(&record)
        do {
            try await self.store.keep(record)
        } catch {
            self.logger.warning("what a check-up found could not be kept", ["reason": "\(error)"])
        }
    }
}

extension CheckupDesk {
    /// A desk that looks at nothing and keeps nothing: for a process that stands by, and for tests.
    package static func idle(time: TimeSource = .system) -> CheckupDesk {
        let desk = CheckupDesk(
            store: NoCheckups(),
            time: time,
            logger: .silent,
            lastProof: { nil },
            examine: { _ in [] }
        )
        desk.finish()
        return desk
    }
}

private struct NoCheckups: CheckupStore {
    func record() async -> CheckupRecord { CheckupRecord() }

    func keep(_ record: CheckupRecord) async {}
}
