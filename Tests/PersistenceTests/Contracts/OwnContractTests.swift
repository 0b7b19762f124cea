import Accounts
import Chat
import Identifiers
import Observability
import TestSupport
import Testing

/// What every implementation of the stores of a reader's own affairs holds to.
@Suite(.timeLimit(.minutes(20))) struct `A reader's own` {
    @Test(arguments: Implementation.allCases)
    func `wish is kept for them alone`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        defer { withExtendedLifetime(stores) {} }
        let preferences = stores.own.preferences

        #expect(try await preferences.standing(of: .ada).preference == .auto)
        for wish in StreamingPreference.allCases {
            try await preferences.setStreaming(wish, of: .ada)
            #expect(try await preferences.standing(of: .ada).preference == wish)
        }
        try await preferences.setStreaming(.off, of: .ada)
        #expect(try await preferences.standing(of: .bob).preference == .auto)
    }

    @Test(arguments: Implementation.allCases)
    func `sessions are listed by their use, and end with their tokens`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        defer { withExtendedLifetime(stores) {} }
        let accounts = stores.accounts
        let first = Session.sample(of: .ada)
        var second = Session(
            hash: SecretHash(rawValue: "second"),
            person: .ada,
            createdAt: .sample,
            expiresAt: .sample + .seconds(60),
            usedAt: .sample + .seconds(9),
            device: "Safari on iPhone"
        )
        try await accounts.insert(guest: .ada, session: second)
        func token(_ name: String, of session: Session) -> StreamToken {
            StreamToken(
                hash: SecretHash(rawValue: name),
                person: .ada,
                message: "message",
                conversation: "conversation",
                parent: nil,
                text: nil,
                session: session.hash,
                startsBefore: .sample
            )
        }
        let tokens = [token("one", of: first), token("two", of: second)]
        for token in tokens { try await accounts.insert(token) }

        #expect(try await accounts.sessions(of: .ada) == [second, first])
        #expect(try await accounts.sessions(of: .bob) == [.sample(of: .bob)])
        second.usedAt = .sample
        try await accounts.end(second.hash)
        try await accounts.update(second)
        #expect(try await accounts.sessions(of: .ada) == [first])
        #expect(try await accounts.streamToken(tokens[1].hash) == nil)
        #expect(try await accounts.streamToken(tokens[0].hash) == tokens[0])
    }
}
