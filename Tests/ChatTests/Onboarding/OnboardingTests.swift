import Chat
import Identifiers
import JSONValue
import Observability
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct `The onboarding` {
    private let profiles = MemoryProfiles()
    private let time = TestTime()
    private let form: ProfileForm

    init() throws {
        self.form = try ProfileForm(shippedJSON("Config/onboarding.json"))
    }

    @Test func `notes an answer once, however often its reply begins`() async throws {
        let first = try await self.composed("I'm 34", id: "first", version: 0)
        let again = try await self.composed("I'm 34", id: "first", version: 0)

        #expect(first.openingEvents == again.openingEvents && first.openingEvents.count == 1)
        let profile = try await self.profile
        #expect(profile.version == 1 && profile.number("age") == 34)
    }

    @Test func `tells whoever answers second that it was answered meanwhile`() async throws {
        _ = try await self.composed("I'm 34", id: "first", version: 0)

        let conflict = await #expect(throws: ProfileConflict.self) {
            _ = try await self.composed("I'm 43", id: "second", version: 0)
        }
        #expect(conflict?.current.number("age") == 34)
        #expect(try await self.profile.number("age") == 34)
    }

    @Test(arguments: Seeds.all)
    func `Feature: chat-text-streaming, Property 17: stays consistent, whoever answers what at once`(
        seed: UInt64
    ) async throws {
        var generator = SeededGenerator(seed: seed)
        let sentences = [
            "I'm 34", "82 kg", "lose weight", "twice a week", "my knees hurt", "I'm 7", "skip", "vegan", "what?",
            "1.80 m",
            "I'm a woman", "no", "I weigh 900 kg", "every day", "half an hour",
        ]
        let answers = (0..<Int.random(in: 2...12, using: &generator)).map { number in
            (
                text: sentences.randomElement(using: &generator) ?? "", id: "message-\(number)",
                version: Bool.random(using: &generator) ? Int.random(in: 0...3, using: &generator) : nil
            )
        }

        let taken = await withTaskGroup(of: Bool.self) { group in
            for answer in answers {
                group.addTask {
                    // A conflict is the right answer to whoever comes second.
                    (try? await self.composed(answer.text, id: answer.id, version: answer.version)) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }

        let profile = try await self.profile
        #expect(profile.version == taken)
        for (id, value) in profile.values { #expect(try self.form[id]?.checked(value) == value) }
        #expect(profile.skipped.allSatisfy { profile.values[$0] == nil && self.form[$0]?.isRequired == false })
        #expect((0...1).contains(self.form.progress(of: profile)))
    }

    @Test(arguments: Seeds.all)
    func `Feature: chat-text-streaming, Property 18: moves on with every answer that is understood`(
        seed: UInt64
    ) async throws {
        var generator = SeededGenerator(seed: seed)
        var progress = 0.0
        var number = 0
        while let field = self.form.next(for: try await self.profile) {
            number += 1
            let answer =
                field.isRequired || Int.random(in: 0..<3, using: &generator) > 0
                ? field.answer(using: &generator) : "skip"
            let composition = try await self.composed(answer, id: "m-\(seed)-\(number)", version: nil)

            guard case .onboarding(_, _, let now)? = composition.openingEvents.first else {
                return #expect(Bool(false), "the onboarding tells how far it is")
            }
            // Being female adds a question, so it may step back there.
            #expect(now > progress || field.id == "sex", "\(field.id): \(answer)")
            progress = now
            try #require(number < 40, "\(field.id) is asked again and again after \"\(answer)\"")
        }
        #expect(progress == 1)
        #expect(try await self.profile.completedAt != nil)
    }

    @Test func `keeps what it has when a value is not possible, and says why`() async throws {
        _ = try await self.composed("I'm 34", id: "first", version: nil)
        let composition = try await self.composed("I'm 7", id: "second", version: nil)

        #expect(try await self.profile.number("age") == 34)
        #expect(composition.prompt.system.contains("Age must be from 13 to 110"))
    }

    @Test func `names every problem of its file`() {
        let json: JSON = [
            "steps": [
                [
                    "id": "One!", "title": "",
                    "fields": [
                        ["id": "a", "label": "A", "question": "A?", "why": "A.", "type": "number", "unit": "furlongs"],
                        ["id": "a", "label": "A", "question": "A?", "why": "A.", "type": "poem", "colour": "red"],
                    ],
                ]
            ]
        ]

        let problems = #expect(throws: ProfileForm.Problems.self) { try ProfileForm(json) }?.problems ?? []

        for part in ["\"One!\" needs an \"id\"", "\"title\"", "\"unit\"", "\"colour\"", "\"type\"", "more than once"] {
            #expect(problems.contains { $0.contains(part) }, "\(part)")
        }
    }

    // MARK: Helpers

    private var profile: Profile { get async throws { try await self.profiles.profile(of: named("reader")) } }

    private func composed(_ text: String, id: String, version: Int?) async throws -> Composition {
        let composing = Composing(
            playbook: PlaybookSwitch(Playbook(form: self.form)),
            profiles: self.profiles,
            facts: MemoryFacts(),
            tools: .empty(time: self.time.source),
            contextTokens: 16_000,
            time: self.time.source
        )
        let message = Message(
            id: named(id),
            parent: nil,
            role: .user,
            parts: [.text(text)],
            createdAt: .sample
        )
        let composer = try await composing.composer(
            for: named("reader"),
            message,
            in: named("conversation"),
            picked: nil,
            at: Reader.Place(),
            .onboarding(version: version)
        )
        return composer.compose(message, after: [])
    }
}

extension ProfileForm.Field {
    /// An answer as somebody might give it.
    fileprivate func answer(using generator: inout SeededGenerator) -> String {
        switch self.kind {
        case .text: ["Alex", "Maria Lopez", "I'm Sam", "call me Jo"].randomElement(using: &generator) ?? ""
        case .number(.kilograms, let range):
            "\(Int.random(in: Int(range.lowerBound)...Int(range.upperBound), using: &generator)) kg"
        case .number(_, let range):
            written(Double(Int.random(in: Int(range.lowerBound)...Int(range.upperBound), using: &generator)))
        case .choice(let choices), .choices(let choices):
            (choices.randomElement(using: &generator)?.label.text() ?? "").lowercased()
        }
    }
}

/// An identifier that begins with these words.
private func named<Subject>(_ name: String) -> Identifier<Subject> {
    guard let id = Identifier<Subject>(rawValue: name + "-" + String(repeating: "0", count: max(0, 15 - name.count)))
    else {
        preconditionFailure("\(name) is no identifier")
    }
    return id
}
