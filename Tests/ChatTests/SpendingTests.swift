import Chat
import Identifiers
import Observability
import Synchronization
import TestSupport
import Testing

private let cause = Cause(agent: "coach", provider: "openai")

@Suite(.timeLimit(.minutes(20))) struct `The budget` {
    private let time = TestTime()

    private func spending(_ budget: Budget, store: (any SpendingStore)? = nil) -> Spending {
        Spending(budget, store: store, time: self.time.source, logger: .silent)
    }

    private func budget(messages: Int = 0, tokens: Int = 0, conversation: Int = 0) -> Budget {
        var budget = Budget()
        budget.messagesPerDay = messages
        budget.tokensPerDay = tokens
        budget.tokensPerConversation = conversation
        return budget
    }

    @Test(arguments: Seeds.all)
    func `lets nobody begin more than there is, however many addresses ask on however many days`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...60, using: &random)
        let spending = self.spending(self.budget(messages: limit))
        var counts: [Int64: [String: Int]] = [:]

        for _ in 0..<300 {
            self.time.advance(by: .seconds(Int.random(in: 0...900, using: &random)))
            let day = self.time.source.now().milliseconds / 86_400_000
            let address = "192.0.2.\(Int.random(in: 1...8, using: &random))"
            let today = counts[day, default: [:]]
            let isWithin =
                today.values.reduce(0, +) < limit && today[address, default: 0] < max(1, limit / Budget.addressShare)

            #expect((spending.wait(for: address) == nil) == isWithin)
            guard case .success = spending.open(for: address, conversation: 0) else {
                #expect(!isWithin)
                continue
            }
            #expect(isWithin)
            counts[day, default: [:]][address, default: 0] += 1
        }
    }

    @Test func `gives this machine's address what everybody has`() throws {
        let spending = self.spending(self.budget(messages: 20))
        for _ in 0..<20 { _ = try spending.open(for: "127.0.0.1", conversation: 0).get() }

        #expect(spending.wait(for: "127.0.0.1") != nil)
        #expect(spending.wait(for: "192.0.2.1") != nil)
    }

    @Test(arguments: Seeds.all)
    func `tells for what it was paid, today and since the start, and both come to the same`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var budget = self.budget()
        budget.prices.input = 2
        budget.prices.output = 3
        let spending = self.spending(budget)
        let causes = ["coach", "workout"].flatMap { agent in
            ["openai", "anthropic"].map { Cause(agent: agent, provider: $0) }
        }
        let purse = try spending.open(for: "one", conversation: 0).get()
        var (all, today) = ([Cause: Spent](), [Cause: Spent]())
        var day = self.time.source.now().milliseconds / 86_400_000

        for _ in 0..<100 {
            self.time.advance(by: .seconds(Int.random(in: 0...7200, using: &random)))
            let now = self.time.source.now().milliseconds / 86_400_000
            if now != day { (day, today) = (now, [:]) }
            let cause = causes[Int.random(in: 0..<causes.count, using: &random)]
            let usage = Usage(
                inputTokens: Int.random(in: 0...5000, using: &random),
                outputTokens: Int.random(in: 0...5000, using: &random)
            )
            purse.spend(usage, cause)
            let spent = Spent(inputTokens: usage.inputTokens, outputTokens: usage.outputTokens)
            all[cause] = (all[cause] ?? Spent()) + spent
            today[cause] = (today[cause] ?? Spent()) + spent

            #expect(spending.spentByCause == all)
            #expect(spending.spentTodayByCause == today)
            #expect(spending.spentToday.tokens == today.values.reduce(0) { $0 + $1.tokens })
        }
        let metrics = Metrics()
        spending.report(to: metrics)
        for cause in all.keys {
            let line = "shuren_cost_today{agent=\"\(cause.agent)\",provider=\"\(cause.provider)\"} "
            #expect(metrics.exposition().contains(line))
        }
        self.time.advance(by: .seconds(86_400))
        #expect(spending.spentTodayByCause.isEmpty)
        spending.report(to: metrics)
        #expect(metrics.exposition().contains("provider=\"openai\"} 0"))
    }

    @Test func `says how long it is until the next day begins in UTC`() throws {
        let spending = self.spending(self.budget(messages: 1))
        _ = try spending.open(for: "192.0.2.1", conversation: 0).get()

        #expect(spending.wait(for: "192.0.2.2") == .seconds(12 * 3600))
        self.time.advance(by: .seconds(12 * 3600))
        #expect(spending.wait(for: "192.0.2.1") == nil)
    }

    @Test func `counts tokens for everybody and for the address, and a conversation by itself`() throws {
        let spending = self.spending(self.budget(tokens: 1000, conversation: 90))
        let purse = try spending.open(for: "one", conversation: 0).get()
        #expect(purse.hold(nothing) == 90)
        purse.spend(Usage(inputTokens: 60, outputTokens: 39), cause)

        let next = try spending.open(for: "one", conversation: 0).get()
        #expect(next.hold(nothing) == 1)
        #expect(try spending.open(for: "two", conversation: 89).get().hold(nothing) == 1)
        next.spend(Usage(inputTokens: 1, outputTokens: 0), cause)
        #expect(throws: BudgetExceeded(scope: .day, wait: .seconds(12 * 3600))) {
            try spending.open(for: "one", conversation: 0).get()
        }
        #expect(throws: BudgetExceeded(scope: .conversation, wait: nil)) {
            try spending.open(for: "two", conversation: 90).get()
        }
    }

    @Test func `counts by prices where there are some`() throws {
        var budget = self.budget()
        budget.costPerDay = 10
        budget.prices.input = 1
        budget.prices.output = 4
        let spending = self.spending(budget)
        let purse = try spending.open(for: "one", conversation: 0).get()
        #expect(purse.hold(nothing) == 250_000)

        purse.spend(Usage(inputTokens: 600_000, outputTokens: 50_000), cause)

        #expect(budget.cost(of: spending.spentToday) == 0.8)
        #expect(try spending.open(for: "one", conversation: 0).get().hold(nothing) == 50_000)
    }

    @Test(arguments: Seeds.all)
    func `sells no token twice, whatever is written at the same time, and forgets what was held back`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1000...5000, using: &random)
        let spending = self.spending(self.budget(tokens: limit))
        var running: [(purse: Purse, written: Int)] = []
        var paid = 0
        var messages = 0

        for _ in 0..<200 {
            if running.isEmpty || Int.random(in: 0..<4, using: &random) == 0 {
                guard case .success(let purse) = spending.open(for: "127.0.0.1", conversation: 0) else {
                    #expect(paid + running.reduce(0) { $0 + $1.written } >= limit)
                    guard let done = running.popLast() else { break }
                    done.purse.spend(Usage(inputTokens: 0, outputTokens: done.written), cause)
                    paid += done.written
                    continue
                }
                messages += 1
                running.append((purse, 0))
            }
            let index = Int.random(in: 0..<running.count, using: &random)
            let most = try #require(
                running[index].purse.hold(Usage(inputTokens: 0, outputTokens: running[index].written))
            )
            let others = running.reduce(0) { $0 + $1.written } - running[index].written
            #expect(most == max(0, limit - paid - others - running[index].written) + running[index].written)
            running[index].written = Int.random(
                in: running[index].written...max(most, running[index].written),
                using: &random
            )
            _ = running[index].purse.hold(Usage(inputTokens: 0, outputTokens: running[index].written))
            #expect(paid + running.reduce(0) { $0 + $1.written } <= limit)
            if Int.random(in: 0..<4, using: &random) == 0 {
                let done = running.remove(at: index)
                if done.written == 0 {
                    done.purse.giveBack()
                    messages -= 1
                } else {
                    done.purse.spend(Usage(inputTokens: 0, outputTokens: done.written), cause)
                    paid += done.written
                }
            }
        }
        for left in running { left.purse.spend(nothing, cause) }

        #expect(spending.spentToday == Spent(messages: messages, outputTokens: paid))
    }

    @Test func `takes a message back out of the count whose reply never began, and only from its own day`() throws {
        let spending = self.spending(self.budget(messages: 20))
        let purse = try spending.open(for: "192.0.2.1", conversation: 0).get()
        let late = try spending.open(for: "192.0.2.1", conversation: 0).get()
        #expect(spending.wait(for: "192.0.2.1") != nil)

        purse.giveBack()
        #expect(spending.wait(for: "192.0.2.1") == nil)
        self.time.advance(by: .seconds(24 * 3600))
        late.giveBack()

        #expect(spending.spentToday == Spent())
    }

    @Test func `is not new after a restart`() async throws {
        let store = MemorySpending()
        let first = self.spending(self.budget(messages: 10, tokens: 1000), store: store)
        try first.open(for: "one", conversation: 0).get().spend(Usage(inputTokens: 3, outputTokens: 4), cause)
        await store.added(4)

        let second = self.spending(self.budget(messages: 10, tokens: 1000), store: store)
        try await second.load()

        #expect(second.spentToday == Spent(messages: 1, inputTokens: 3, outputTokens: 4))
        #expect(second.wait(for: "one") != nil)
        #expect(second.wait(for: "two") == nil)
    }

    // MARK: A reply on the way

    @Test func `ends a reply where it is, and keeps what was said`() async throws {
        let spent = Mutex<[Usage]>([])
        let purse = Purse(hold: { _ in 5 }, spend: { usage, _ in spent.withLock { $0.append(usage) } }, giveBack: {})
        let home = try TestLoop()
        var random = SeededGenerator(seed: 1)
        let store = MemoryStore()
        let provider = ScriptedProvider([.text("Twelve bytes"), .text("and ten mo"), .text("never said"), .end(.stop)])
        let registry = GenerationRegistry(
            store: store,
            providers: ProviderSwitch(provider),
            keeper: store,
            time: self.time.source,
            logger: .silent,
            metrics: Metrics()
        )
        let service = Task { await registry.run() }
        defer { service.cancel() }

        let generation = try await registry.startUnkept(
            Prompt(system: "", turns: [.init(role: .user, text: "Hello?")]),
            for: PersonID(using: &random),
            agent: .general,
            on: home.loop
        ) { purse }
        let outcome = await generation.outcome()

        #expect(outcome.text == "Twelve bytesand ten mo")
        #expect(outcome.state == .complete)
        #expect(spent.withLock { $0 } == [Usage(inputTokens: 2, outputTokens: 6)])
    }
}

private let nothing = Usage(inputTokens: 0, outputTokens: 0)

/// Keeps what was spent in memory, and tells when so many additions have come.
private final class MemorySpending: SpendingStore {
    private struct State {
        var spent: [Int: [String: Spent]] = [:]
        var count = 0
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    func added(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = self.state.withLock { state in
                if state.count < count { state.waiters.append((count, continuation)) }
                return state.count >= count
            }
            if isThere { continuation.resume() }
        }
    }

    func add(_ spent: Spent, by address: String, onDay day: Int) async throws(StoreError) {
        let ready = self.state.withLock { state in
            state.spent[day, default: [:]][address] = (state.spent[day]?[address] ?? Spent()) + spent
            state.count += 1
            let ready = state.waiters.filter { $0.count <= state.count }
            state.waiters.removeAll { $0.count <= state.count }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    func spent(onDay day: Int) async throws(StoreError) -> [String: Spent] {
        self.state.withLock { $0.spent[day] ?? [:] }
    }
}
