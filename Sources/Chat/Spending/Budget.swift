/// What the answers of a connected model may come to; the built-in coach costs nothing.
///
/// Days are those of UTC. An address may have a tenth of what everybody together has, since a guest's own limits end with
/// the cookie.
package struct Budget: Sendable, Equatable {
    /// Messages, tokens and cost of everybody in a day; 0 is no limit.
    package var messagesPerDay = 2000
    package var tokensPerDay = 2_000_000
    package var costPerDay = 0.0
    /// Tokens of one conversation; 0 is no limit.
    package var tokensPerConversation = 0
    package var prices = Prices()

    /// Of how many parts an address has one.
    package static let addressShare = 10

    package init() {}

    /// What a million tokens cost, in whatever currency the operator counts.
    package struct Prices: Sendable, Equatable {
        package var input = 0.0
        package var output = 0.0
        /// What it is called, as ISO 4217 has it; empty where nobody said so.
        package var currency = ""

        package init() {}
    }

    /// The part that one address has; a limit stays one.
    var ofAddress: Budget {
        func share(_ limit: Int) -> Int { limit == 0 ? 0 : max(1, limit / Self.addressShare) }
        var part = self
        part.messagesPerDay = share(self.messagesPerDay)
        part.tokensPerDay = share(self.tokensPerDay)
        part.costPerDay = self.costPerDay / Double(Self.addressShare)
        return part
    }

    /// Whether one message more is within the budget of a day that came to `use`.
    func allowsMessage(after use: Spent) -> Bool {
        (self.messagesPerDay == 0 || use.messages < self.messagesPerDay) && (self.tokensLeft(after: use) ?? 1) > 0
    }

    /// How many tokens of output are left of a day that came to `use`; `nil` for no limit.
    func tokensLeft(after use: Spent) -> Int? {
        var left: [Int] = []
        if self.tokensPerDay > 0 { left.append(self.tokensPerDay - use.tokens) }
        if self.costPerDay > 0, self.prices.output > 0 {
            let money = self.costPerDay - self.cost(of: use)
            left.append(Int(min(money / self.prices.output * 1_000_000, Double(Int32.max)).rounded()))
        }
        return left.min().map { max(0, $0) }
    }

    /// What so much use costs.
    package func cost(of use: Spent) -> Double {
        (Double(use.inputTokens) * self.prices.input + Double(use.outputTokens) * self.prices.output) / 1_000_000
    }
}

/// What was spent.
package struct Spent: Sendable, Equatable {
    package var messages: Int
    package var inputTokens: Int
    package var outputTokens: Int

    package init(messages: Int = 0, inputTokens: Int = 0, outputTokens: Int = 0) {
        self.messages = messages
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }

    package var tokens: Int { self.inputTokens + self.outputTokens }

    package init(_ usage: Usage) {
        self.init(inputTokens: usage.inputTokens, outputTokens: usage.outputTokens)
    }

    package static func + (one: Spent, other: Spent) -> Spent {
        Spent(
            messages: one.messages + other.messages,
            inputTokens: one.inputTokens + other.inputTokens,
            outputTokens: one.outputTokens + other.outputTokens
        )
    }

    package static prefix func - (spent: Spent) -> Spent {
        Spent(messages: -spent.messages, inputTokens: -spent.inputTokens, outputTokens: -spent.outputTokens)
    }
}

/// For what a model was paid: the agent that answered, and the provider whose model it was.
///
/// Both are configured, so there are few.
package struct Cause: Sendable, Hashable {
    package let agent: String
    package let provider: String

    package init(agent: String, provider: String) {
        self.agent = agent
        self.provider = provider
    }
}

/// Where it is kept what was spent on a day, so that a restart gives nobody a second budget.
package protocol SpendingStore: Sendable {
    /// Adds to what an address has spent on a day, counted from 1970; an empty address is everybody together.
    func add(_ spent: Spent, by address: String, onDay day: Int) async throws(StoreError)

    /// What was spent on a day.
    func spent(onDay day: Int) async throws(StoreError) -> [String: Spent]
}
