package import Observability
internal import Synchronization

/// Counts what models are paid for against the day's budget, for everybody and for each address.
///
/// A message is counted once, when its reply starts; tokens are held back while the reply is written, and paid for when it
/// has ended. What is counted is kept in the background: a crash may forget what was spent in the last moment, and never more.
package final class Spending: Sendable {
    /// The address of everybody together.
    private static let everybody = ""
    /// This machine's own address, behind which its operator sits, or a proxy that nobody has named: it shares what everybody
    /// has.
    private static let thisMachine: Set = ["127.0.0.1", "0:0:0:0::/64"]

    private struct Day {
        /// How many addresses are counted on their own; those beyond it share one budget.
        private static let mostAddresses = 50_000
        private static let otherAddresses = "others"

        let number: Int
        var spent: [String: Spent] = [:]
        /// Since the server started, of this day.
        var causes: [Cause: Spent] = [:]

        /// The name under which an address is counted.
        func name(of address: String) -> String {
            self.spent[address] != nil || self.spent.count < Self.mostAddresses ? address : Self.otherAddresses
        }
    }

    package let budget: Budget
    private let store: (any SpendingStore)?
    private let time: TimeSource
    private let logger: Logger
    private let book: Mutex<Book>

    private struct Book {
        var today: Day
        var holds = Holds()
        /// What was paid for what since the server started.
        var causes: [Cause: Spent] = [:]

        /// What an address has spent on a day, and what its running replies will at least cost.
        func spent(by address: String, onDay day: Int) -> Spent {
            guard self.today.number == day else { return self.holds[address] }
            let name = self.today.name(of: address)
            return (self.today.spent[name] ?? Spent()) + self.holds[name]
        }
    }

    package init(_ budget: Budget, store: (any SpendingStore)?, time: TimeSource, logger: Logger) {
        self.budget = budget
        self.store = store
        self.time = time
        self.logger = logger
        self.book = Mutex(Book(today: Day(number: Self.day(of: time.now()))))
    }

    /// Takes up what was spent today before the server started.
    package func load() async throws(StoreError) {
        guard let store = self.store else { return }
        let day = Self.day(of: self.time.now())
        let spent = try await store.spent(onDay: day)
        self.book.withLock { $0.today = Day(number: day, spent: spent) }
    }

    /// What everybody together has spent today.
    package var spentToday: Spent { self.read(Self.everybody) }

    /// What was paid for what since the server started; what a start before it paid is in ``spentToday`` alone.
    package var spentByCause: [Cause: Spent] { self.book.withLock { $0.causes } }

    /// The part of ``spentByCause`` that was paid today.
    package var spentTodayByCause: [Cause: Spent] {
        let day = Self.day(of: self.time.now())
        return self.book.withLock { $0.today.number == day ? $0.today.causes : [:] }
    }

    /// How long an address has to wait for the next message; `nil` when there may be one now.
    package func wait(for address: String) -> Duration? {
        let isAllowed =
            self.budget.allowsMessage(after: self.read(Self.everybody))
            && self.budget(of: address).allowsMessage(after: self.read(address))
        return isAllowed ? nil : self.untilTomorrow
    }

    /// Counts a message, and gives the purse from which its reply is paid; says how long to wait when there is no money.
    ///
    /// `conversation` is how many tokens the conversation has cost before.
    package func open(for address: String, conversation: Int) -> Result<Purse, BudgetExceeded> {
        if let wait = self.wait(for: address) { return .failure(BudgetExceeded(scope: .day, wait: wait)) }
        let cap = self.budget.tokensPerConversation
        guard cap == 0 || conversation < cap else {
            return .failure(BudgetExceeded(scope: .conversation, wait: nil))
        }
        let day = Self.day(of: self.time.now())
        self.add(Spent(messages: 1), by: address, onDay: day)
        let number = self.book.withLock { $0.holds.open(for: $0.today.name(of: address)) }
        return .success(
            Purse(
                hold: { [weak self] usage in
                    guard let self else { return nil }
                    self.book.withLock { $0.holds.hold(Spent(usage), by: number) }
                    let left = [
                        self.budget.tokensLeft(after: self.read(Self.everybody)),
                        self.budget(of: address).tokensLeft(after: self.read(address)),
                    ]
                    let ofDay = left.compactMap(\.self).min().map { $0 + usage.outputTokens }
                    return [ofDay, cap == 0 ? nil : cap - conversation].compactMap(\.self).min()
                },
                spend: { [weak self] usage, cause in
                    guard let self else { return }
                    self.book.withLock { $0.holds.close(number) }
                    self.add(Spent(usage), by: address, onDay: Self.day(of: self.time.now()), for: cause)
                },
                giveBack: { [weak self] in
                    self?.book.withLock { $0.holds.close(number) }
                    self?.add(-Spent(messages: 1), by: address, onDay: day)
                }
            )
        )
    }

    /// Sets how much was paid today for each cause that there was since the start, in money.
    package func report(to metrics: Metrics) {
        let today = self.spentTodayByCause
        for cause in self.spentByCause.keys {
            let cost = self.budget.cost(of: today[cause] ?? Spent())
            metrics.set("shuren_cost_today", ["agent": cause.agent, "provider": cause.provider], to: cost)
        }
    }

    private func budget(of address: String) -> Budget {
        Self.thisMachine.contains(address) ? self.budget : self.budget.ofAddress
    }

    private func add(_ spent: Spent, by address: String, onDay day: Int, for cause: Cause? = nil) {
        guard spent != Spent() else { return }
        let counted = self.book.withLock { book in
            let name = book.today.name(of: address)
            if book.today.number < day { book.today = Day(number: day) }
            if let cause { book.causes[cause] = (book.causes[cause] ?? Spent()) + spent }
            guard book.today.number == day else { return name }
            if let cause { book.today.causes[cause] = (book.today.causes[cause] ?? Spent()) + spent }
            for name in [Self.everybody, name] { book.today.spent[name] = (book.today.spent[name] ?? Spent()) + spent }
            return name
        }
        guard let store = self.store else { return }
        let logger = self.logger
        // Nobody waits for it: the reply goes on while it is written.
        Task {
            do {
                for name in [Self.everybody, counted] { try await store.add(spent, by: name, onDay: day) }
            } catch {
                logger.warning("What was spent is counted, but could not be kept", ["reason": "\(error)"])
            }
        }
    }

    private func read(_ address: String) -> Spent {
        let day = Self.day(of: self.time.now())
        return self.book.withLock { $0.spent(by: address, onDay: day) }
    }

    private static func day(of time: Timestamp) -> Int { Int(time.milliseconds / 86_400_000) }

    private var untilTomorrow: Duration {
        .milliseconds(86_400_000 - self.time.now().milliseconds % 86_400_000)
    }
}

/// Why a message is not answered now, although nobody did anything wrong.
package struct BudgetExceeded: Error, Sendable, Equatable {
    package enum Scope: Sendable, Equatable {
        case day, conversation
    }

    package let scope: Scope
    /// Until there is a new budget; `nil` when there will be none.
    package let wait: Duration?

    package init(scope: Scope, wait: Duration?) {
        self.scope = scope
        self.wait = wait
    }
}

/// What the replies that are being written will at least cost, so that two of them do not spend the same tokens.
private struct Holds {
    private var purses: [UInt64: (address: String, held: Spent)] = [:]
    private var sums: [String: Spent] = [:]
    private var last: UInt64 = 0

    /// What is held back for an address; the empty one is everybody together.
    subscript(address: String) -> Spent { self.sums[address] ?? Spent() }

    /// The number under which a reply of an address holds something back.
    mutating func open(for address: String) -> UInt64 {
        self.last += 1
        self.purses[self.last] = (address, Spent())
        return self.last
    }

    /// Holds back so much in place of what the reply held back before.
    mutating func hold(_ spent: Spent, by purse: UInt64) {
        guard let (address, held) = self.purses[purse] else { return }
        self.purses[purse] = (address, spent)
        for name in ["", address] {
            let sum = self[name] + -held + spent
            self.sums[name] = sum == Spent() ? nil : sum
        }
    }

    mutating func close(_ purse: UInt64) {
        self.hold(Spent(), by: purse)
        self.purses[purse] = nil
    }
}

/// What a reply is paid from.
///
/// Either it is spent from or given back, once.
package struct Purse: Sendable {
    /// Holds back what the reply has come to so far; how many tokens of output it may come to in all, `nil` for no limit.
    ///
    /// Changes as others spend.
    package let hold: @Sendable (Usage) -> Int?
    /// Pays for the reply in place of what was held back; nothing when it cost nothing.
    package let spend: @Sendable (Usage, Cause) -> Void
    /// Takes the message back out of the count: its reply never began.
    package let giveBack: @Sendable () -> Void

    package init(
        hold: @escaping @Sendable (Usage) -> Int?,
        spend: @escaping @Sendable (Usage, Cause) -> Void,
        giveBack: @escaping @Sendable () -> Void
    ) {
        self.hold = hold
        self.spend = spend
        self.giveBack = giveBack
    }
}
