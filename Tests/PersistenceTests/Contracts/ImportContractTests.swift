import Accounts
import Chat
import Identifiers
import Observability
import TestSupport
import Testing

/// What every implementation of the stores of what comes and goes holds to.
@Suite(.timeLimit(.minutes(20))) struct `What is brought along` {
    @Test(arguments: Implementation.allCases)
    func `goes to another person and away again as it was, but for its ids`(implementation: Implementation) async throws
    {
        let stores = try await implementation.make()
        defer { withExtendedLifetime(stores) {} }
        let own = stores.own
        for seed in Seeds.all {
            let (ada, bob) = try await stores.twoGuests(of: seed)
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 1...30, using: &random)
            let original = ArchivedConversation.random(id: "a", messages: count, at: .sample, using: &random)

            let brought = try await own.imports.add(
                [original],
                to: .named("import"),
                from: .chatgpt,
                of: ada,
                at: .later
            )
            let first = try #require(try await own.archived(of: ada).first)
            let again = try await own.imports.add([first], to: .named("import"), from: .shuren, of: bob, at: .later)
            let second = try #require(try await own.archived(of: bob).first)

            #expect(brought.added == 1 && again.added == 1, "seed \(seed)")
            #expect(first.unnamed == original.unnamed, "seed \(seed)")
            #expect(second.unnamed == original.unnamed, "seed \(seed)")
            #expect(Set(first.messages.map(\.id)).isDisjoint(with: second.messages.map(\.id)), "seed \(seed)")
        }
    }

    @Test(arguments: Implementation.allCases)
    func `may come in pieces, in any order that parents allow, and again`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        defer { withExtendedLifetime(stores) {} }
        for seed in Seeds.all { try await self.bringInPieces(seed, to: stores) }
    }

    private func bringInPieces(_ seed: UInt64, to stores: Implementation.Stores) async throws {
        let own = stores.own
        let (ada, _) = try await stores.twoGuests(of: seed)
        var random = SeededGenerator(seed: seed)
        let whole = ArchivedConversation.random(id: "talk", messages: 25, at: .sample, using: &random)
        func add(_ messages: [ArchivedMessage]) async throws -> ImportReport {
            var piece = whole
            piece.messages = messages
            return try await own.imports.add([piece], to: .named("import"), from: .libreChat, of: ada, at: .later)
        }

        for piece in whole.messages.cutAtRandom(using: &random) {
            // Within a piece the order is whatever the other product wrote.
            #expect(try await add(piece.shuffled(using: &random)).refused.isEmpty, "seed \(seed)")
            if Bool.random(using: &random) { #expect(try await add(piece).refused.isEmpty, "seed \(seed)") }
        }

        let kept = try #require(try await own.archived(of: ada).first)
        let texts = Dictionary(uniqueKeysWithValues: kept.messages.map { ($0.id, $0) })
        let names = ImportNames(person: ada, source: .libreChat)
        let target = names.conversation("talk")
        #expect(kept.messages.count == whole.messages.count && kept.id == target.rawValue, "seed \(seed)")
        for message in whole.messages {
            let stored = try #require(texts[names.message(message.id, in: target).rawValue], "seed \(seed)")
            #expect(stored.parent == message.parent.map { names.message($0, in: target).rawValue })
            #expect(stored.parts == message.parts)
        }
        #expect(try await own.imports.imports(of: ada).map(\.conversations) == [1])
    }

    @Test(arguments: Implementation.allCases)
    func `adds nothing when it comes again, and keeps the ids of what is the reader's own`(
        implementation: Implementation
    ) async throws {
        let stores = try await implementation.make()
        defer { withExtendedLifetime(stores) {} }
        let own = stores.own
        let start = GenerationStart.sample()
        _ = try await stores.generations.claim(start)
        _ = try await stores.replies.keep(.sample(of: start)) {}
        let taken = try #require(try await own.archive.conversation(start.conversation, of: .ada))

        let back = try await own.imports.add([taken], to: .named("import"), from: .shuren, of: .ada, at: .later)

        #expect(back.known == 1 && back.added == 0 && back.refused.isEmpty)
        #expect(try await own.archived(of: .ada) == [taken])
        #expect(try await own.imports.known([taken.id, "other"], from: .shuren, of: .ada) == [taken.id])
        #expect(try await own.imports.known([taken.id], from: .shuren, of: .bob) == [])
        #expect(try await own.archive.conversation(start.conversation, of: .bob) == nil)
        let other = try await own.imports.add([taken], to: .named("import"), from: .shuren, of: .bob, at: .later)
        #expect(other.added == 1)
        #expect(try await own.archived(of: .ada) == [taken])
    }

    @Test(arguments: Implementation.allCases)
    func `can be undone and brought back, without what was deleted by itself`(
        implementation: Implementation
    ) async throws {
        let stores = try await implementation.make()
        defer { withExtendedLifetime(stores) {} }
        let imports = stores.own.imports
        let id = Import.ID.named("import")
        var random = SeededGenerator(seed: 1)
        let batch = ["a", "b", "c"].map {
            ArchivedConversation.random(id: $0, messages: 3, at: .sample, using: &random)
        }
        _ = try await imports.add(batch, to: id, from: .openWebUI, of: .ada, at: .later)
        let gone = ImportNames(person: .ada, source: .openWebUI).conversation("c")
        #expect(try await stores.conversations.delete(gone, by: .ada, at: .later))

        #expect(try await !imports.undo(id, of: .bob, at: .later))
        for _ in 0..<2 { #expect(try await imports.undo(id, of: .ada, at: .later)) }
        #expect(try await stores.own.archived(of: .ada).isEmpty)
        await #expect(throws: ImportError.undone) {
            try await imports.add(batch, to: id, from: .openWebUI, of: .ada, at: .later)
        }
        await #expect(throws: ImportError.otherSource) {
            try await imports.add(batch, to: id, from: .chatgpt, of: .ada, at: .later)
        }
        #expect(try await !imports.restore(id, of: .bob))
        for _ in 0..<2 { #expect(try await imports.restore(id, of: .ada)) }
        #expect(try await stores.own.archived(of: .ada).count == 2)
        #expect(try await imports.imports(of: .ada).map(\.undoneAt) == [nil])

        let again = try await imports.add(batch, to: .named("again"), from: .openWebUI, of: .ada, at: .later)
        #expect(again.known == 2 && again.restored == 1)
        #expect(try await stores.own.archived(of: .ada).count == 3)
    }

    @Test(arguments: Implementation.allCases)
    func `is refused by the conversation, with a reason`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        defer { withExtendedLifetime(stores) {} }
        let own = stores.own
        func message(_ id: String, after parent: String?) -> ArchivedMessage {
            ArchivedMessage(id: id, parent: parent, role: .user, createdAt: .sample, parts: [.text(id)])
        }
        func talk(_ id: String, _ messages: [ArchivedMessage]) -> ArchivedConversation {
            ArchivedConversation(id: id, title: id, createdAt: .sample, updatedAt: .sample, messages: messages)
        }
        let long = (0...ImportLimits.messages).map { message("\($0)", after: $0 == 0 ? nil : "\($0 - 1)") }
        let batch = [
            talk("empty", []), talk("circle", [message("a", after: "b"), message("b", after: "a")]),
            talk("itself", [message("a", after: "a")]), talk("lost", [message("a", after: "nobody")]),
            talk("twice", [message("a", after: nil), message("a", after: nil)]), talk("long", long),
            talk("good", [message("a", after: nil)]),
        ]

        let report = try await own.imports.add(batch, to: .named("import"), from: .chatgpt, of: .ada, at: .later)

        #expect(report.added == 1 && report.refused.map(\.id) == batch.dropLast().map(\.id))
        #expect(report.refused.allSatisfy { $0.reason.hasSuffix(".") })
        #expect(try await own.archived(of: .ada).map(\.title) == ["good"])
    }

    @Test(arguments: Implementation.allCases)
    func `erased at once, comes back at once, for its owner alone`(implementation: Implementation) async throws {
        let stores = try await implementation.make()
        defer { withExtendedLifetime(stores) {} }
        let own = stores.own
        let start = GenerationStart.sample()
        _ = try await stores.generations.claim(start)
        _ = try await stores.generations.claim(.sample("two", in: "thrown-before"))
        let profile = Profile(version: 3, values: ["name": .text("Ada")], skipped: ["age"], completedAt: .sample)
        try await stores.profiles.replace(0, with: profile, of: .ada)
        let fact = Fact(id: .named("fact"), text: "Likes tea", createdAt: .sample)
        try await stores.facts.answer(FactProposal(id: "r/c", text: "Likes tea", answer: .yes), with: fact, of: .ada)
        let memory = try await stores.facts.memory(of: .ada)
        #expect(try await stores.conversations.delete(.named("thrown-before"), by: .ada, at: .later))

        #expect(try await own.erasures.erase(everythingOf: .bob, at: .later).conversations == 0)
        let erasure = try await own.erasures.erase(everythingOf: .ada, at: .later)
        #expect(erasure.conversations == 1)
        #expect(try await own.archive.conversations(of: .ada).isEmpty)
        #expect(try await stores.profiles.profile(of: .ada) == .unknown)
        #expect(try await stores.facts.memory(of: .ada) == Memory())
        #expect(try await own.erasures.erase(everythingOf: .ada, at: .later).conversations == 0)

        #expect(try await !own.erasures.restore(everythingOf: .bob))
        #expect(try await own.erasures.restore(everythingOf: .ada))
        #expect(try await own.archive.conversations(of: .ada) == [start.conversation])
        #expect(try await stores.profiles.profile(of: .ada) == profile)
        #expect(try await stores.facts.memory(of: .ada) == memory)
        #expect(try await !own.erasures.restore(everythingOf: .ada))
    }

    @Test func `is the same on a disk and without one, whatever happens in whatever order`() async throws {
        let (disk, memory) = (try await Implementation.sqlite.make(), try await Implementation.memory.make())
        defer { withExtendedLifetime(disk) {} }
        for seed in Seeds.all {
            let (ada, bob) = try await disk.twoGuests(of: seed)
            var random = SeededGenerator(seed: seed)
            var time = Timestamp.later
            for _ in 0..<12 {
                time = time + .milliseconds(Int.random(in: 0...2, using: &random))
                let step = Step.random(by: [ada, bob], at: time, using: &random)
                #expect(try await step.take(in: disk) == step.take(in: memory), "seed \(seed): \(step)")
            }
            for person in [ada, bob] {
                #expect(try await disk.own.archived(of: person) == memory.own.archived(of: person), "seed \(seed)")
                #expect(
                    try await disk.own.imports.imports(of: person) == memory.own.imports.imports(of: person),
                    "seed \(seed)"
                )
            }
        }
    }
}

/// One thing that somebody does, drawn from few names so that they meet.
private struct Step: CustomStringConvertible {
    enum What {
        case add([ArchivedConversation], Import.Source)
        case undo, restore, delete(String), erase, unerase, know
    }

    let what: What
    let person: PersonID
    let id: Import.ID
    let time: Timestamp

    static func random(
        by people: [PersonID],
        at time: Timestamp,
        using random: inout some RandomNumberGenerator
    ) -> Step {
        let what: What =
            switch Int.random(in: 0..<9, using: &random) {
            case 0..<4:
                .add(
                    (0..<Int.random(in: 1...3, using: &random)).map { _ in .piece(using: &random) },
                    Bool.random(using: &random) ? .shuren : .chatgpt
                )
            case 4: .undo
            case 5: .restore
            case 6: .delete(["a", "b"].randomElement(using: &random) ?? "a")
            case 7: Bool.random(using: &random) ? .erase : .unerase
            default: .know
            }
        return Step(
            what: what,
            person: people[Int.random(in: 0..<people.count, using: &random)],
            id: .named(Bool.random(using: &random) ? "first" : "second"),
            time: time
        )
    }

    /// Does it, and tells what was answered.
    func take(in stores: Implementation.Stores) async throws -> String {
        let own = stores.own
        do {
            switch self.what {
            case .add(let batch, let source):
                let report = try await own.imports.add(batch, to: self.id, from: source, of: self.person, at: self.time)
                return "\(report)"
            case .undo: return "\(try await own.imports.undo(self.id, of: self.person, at: self.time))"
            case .restore: return "\(try await own.imports.restore(self.id, of: self.person))"
            case .delete(let name):
                let id = ImportNames(person: self.person, source: .chatgpt).conversation(name)
                return "\(try await stores.conversations.delete(id, by: self.person, at: self.time))"
            case .erase: return "\(try await own.erasures.erase(everythingOf: self.person, at: self.time))"
            case .unerase: return "\(try await own.erasures.restore(everythingOf: self.person))"
            case .know: return "\(try await own.imports.known(["a", "b"], from: .chatgpt, of: self.person))"
            }
        } catch let error as ImportError {
            return "\(error)"
        }
    }

    var description: String { "\(self.what) by \(self.person)" }
}

extension ArchivedConversation {
    /// A piece of one of two conversations, now and then one that is broken.
    fileprivate static func piece(using random: inout some RandomNumberGenerator) -> ArchivedConversation {
        let name = ["a", "b"].randomElement(using: &random) ?? "a"
        var shape = SeededGenerator(seed: name == "a" ? 1 : 2)
        var whole = ArchivedConversation.random(id: name, messages: 8, at: .sample, using: &shape)
        let start = Int.random(in: 0..<3, using: &random)
        whole.messages = Array(whole.messages[start..<Int.random(in: start...8, using: &random)])
        return whole
    }
}

extension ReadersOwn {
    /// Everything of a person that is not in the bin.
    fileprivate func archived(of person: PersonID) async throws -> [ArchivedConversation] {
        var all: [ArchivedConversation] = []
        for id in try await self.archive.conversations(of: person) {
            if let conversation = try await self.archive.conversation(id, of: person) { all.append(conversation) }
        }
        return all
    }
}

extension Implementation.Stores {
    /// Two guests of their own for one case of a property, so that the cases can share the stores.
    fileprivate func twoGuests(of seed: UInt64) async throws -> (PersonID, PersonID) {
        let people = [PersonID.named("first-\(seed)"), .named("second-\(seed)")]
        for person in people { try await self.accounts.insert(guest: person, session: .sample(of: person)) }
        return (people[0], people[1])
    }
}

extension Timestamp {
    /// After everything that was said.
    fileprivate static let later = Timestamp.sample + .seconds(86_400)
}
