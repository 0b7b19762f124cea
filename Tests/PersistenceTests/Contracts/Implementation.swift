import Accounts
import Chat
import Identifiers
import Observability
import TestSupport
import Testing

@testable import Persistence

/// One way to keep what the domain asks for: a contract holds for each of them.
enum Implementation: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory, sqlite

    var testDescription: String { self.rawValue }

    /// The stores of one implementation, with two guests in them.
    struct Stores {
        let conversations: any ConversationStore
        let search: any MessageSearch
        let generations: any GenerationStore
        let accounts: any AccountStore & KeyStore
        let replies: any ReplyKeeper
        let profiles: any ProfileStore
        let facts: any FactStore
        let own: ReadersOwn
        /// Kept as long as the stores are used.
        fileprivate let folder: TemporaryFolder?
    }

    func make() async throws -> Stores {
        let stores: Stores
        switch self {
        case .memory:
            let store = MemoryStore()
            let (profiles, facts) = (MemoryProfiles(), MemoryFacts())
            stores = Stores(
                conversations: store,
                search: store,
                generations: store,
                accounts: MemoryAccounts(),
                replies: store,
                profiles: profiles,
                facts: facts,
                own: .inMemory(store, profiles, facts),
                folder: nil
            )
        case .sqlite:
            let folder = try TemporaryFolder()
            let storage = try await Storage.testing(folder)
            stores = Stores(
                conversations: storage.conversations,
                search: storage.search,
                generations: storage.generations,
                accounts: storage.accounts,
                replies: storage.replies,
                profiles: storage.profiles,
                facts: storage.facts,
                own: storage.own,
                folder: folder
            )
        }
        for person in [PersonID.ada, .bob] {
            try await stores.accounts.insert(guest: person, session: .sample(of: person))
        }
        return stores
    }
}

extension Session {
    static func sample(of person: PersonID) -> Session {
        Session(
            hash: SecretHash(rawValue: "session of \(person)"),
            person: person,
            createdAt: .sample,
            expiresAt: .sample + .seconds(60)
        )
    }
}
