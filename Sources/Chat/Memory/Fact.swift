package import Identifiers
package import Observability

/// Something that a reader has agreed to have remembered.
package struct Fact: Sendable, Equatable {
    package typealias ID = Identifier<Fact>

    /// The longest fact, in characters.
    package static let longest = 300
    /// How many facts are remembered of one person.
    package static let most = 200

    package let id: ID
    /// In the reader's words, or as they edited it.
    package let text: String
    package let createdAt: Timestamp

    package init(id: ID, text: String, createdAt: Timestamp) {
        self.id = id
        self.text = text
        self.createdAt = createdAt
    }
}

/// An agent's wish to remember something: nothing is written without a yes.
package struct FactProposal: Sendable, Equatable {
    /// What a reader says to it.
    package enum Answer: String, Sendable, CaseIterable {
        case yes, no
        /// Not this, and do not ask about it again.
        case never
    }

    /// The reply that it stands in and the tool call there, `REPLY/CALL`.
    package let id: String
    package let text: String
    package let answer: Answer

    package init(id: String, text: String, answer: Answer) {
        self.id = id
        self.text = text
        self.answer = answer
    }
}

/// What is remembered of one person, and what they did not want remembered.
package struct Memory: Sendable, Equatable {
    /// Oldest first.
    package let facts: [Fact]
    package let answers: [FactProposal]

    package init(facts: [Fact] = [], answers: [FactProposal] = []) {
        self.facts = facts
        self.answers = answers
    }

    /// Whether somebody may be asked to have this remembered: not when it is, nor when they said never.
    package func mayPropose(_ text: String) -> Bool {
        let wanted = PlainText(text).words
        return !self.facts.contains { PlainText($0.text).words == wanted }
            && !self.answers.contains { $0.answer == .never && PlainText($0.text).words == wanted }
    }
}

/// Where facts are kept.
package protocol FactStore: Sendable {
    func memory(of person: PersonID) async throws(StoreError) -> Memory

    /// Keeps what the reader said to a proposal, once; with a fact where it is one.
    func answer(_ proposal: FactProposal, with fact: Fact?, of person: PersonID) async throws(StoreError)

    /// Gives a fact another text; `false` when the person has no such fact.
    func edit(_ id: Fact.ID, to text: String, of person: PersonID) async throws(StoreError) -> Bool

    /// `false` when the person has no such fact.
    func forget(_ id: Fact.ID, of person: PersonID) async throws(StoreError) -> Bool

    /// Forgets every fact and every answer of a person.
    func forgetAll(of person: PersonID) async throws(StoreError)
}
