import Chat
import JSONValue
import TestSupport
import Testing

@Suite struct `The catalogue of agents` {
    private static let shipped: AgentCatalogue = {
        let json: JSON = [
            "agents": [
                ["id": "general", "name": "General", "system_prompt": "Help."],
                [
                    "id": "workout", "name": "Workout", "system_prompt": "Train.",
                    "keywords": ["Train", "squat", "push-ups"], "model": "large", "temperature": 0.5,
                ], ["id": "diet", "name": "Diet", "system_prompt": "Eat.", "keywords": ["eat", "train"]],
            ]
        ]
        guard let catalogue = try? AgentCatalogue(json) else { preconditionFailure("the catalogue is sound") }
        return catalogue
    }()

    @Test func `is read with what may be missing left out`() {
        #expect(Self.shipped.usual == Agent(id: "general", name: "General", systemPrompt: "Help."))
        #expect(
            Self.shipped["workout"]
                == Agent(
                    id: "workout",
                    name: "Workout",
                    systemPrompt: "Train.",
                    keywords: ["train", "squat", "push-ups"],
                    model: "large",
                    temperature: 0.5
                )
        )
    }

    @Test func `names everything that is wrong at once`() throws {
        let json: JSON = [
            "agents": [
                ["id": "A b", "name": "", "keywords": "squat", "temperature": 3, "colour": "red"],
                ["id": "twice", "name": "N", "system_prompt": "P"], ["id": "twice", "name": "N", "system_prompt": "P"],
            ]
        ]
        let error = #expect(throws: AgentCatalogue.Problems.self) { try AgentCatalogue(json) }
        #expect(
            error?.problems == [
                #"The agent "A b" needs an "id" of 2 to 32 characters a-z, 0-9, - and _."#,
                #"The agent "A b" has an unknown field "colour"."#, #"The agent "A b": "name" must be a text."#,
                #"The agent "A b" has no "system_prompt"."#,
                #"The agent "A b": "keywords" must be a list of single words."#,
                #"The agent "A b": "temperature" must be a number from 0 to 2."#, #"The id "twice" is there 2 times."#,
            ]
        )
        #expect(throws: AgentCatalogue.Problems.self) { try AgentCatalogue(["agents": []]) }
        #expect(throws: AgentCatalogue.Problems.self) { try AgentCatalogue([:]) }
    }

    @Test(
        arguments: [
            // A mention wins over everything, whoever is called first and exists.
            ("@diet please", "workout", "workout", "diet", "mentioned"),
            ("Hi @Workout, and @diet", nil, nil, "workout", "mentioned"),
            ("mail@diet.example and @nobody", nil, nil, "general", "usual"),
            // Then the reader's pick, then who answered before.
            ("squat", "diet", "workout", "diet", "picked"), ("eat", "nobody", nil, "diet", "keywords: eat"),
            ("What shall I eat?", nil, "workout", "workout", "kept"),
            // The usual one is not kept.
            ("What shall I eat?", nil, "general", "diet", "keywords: eat"),
            // Most different words, and of equals the first.
            ("Train, train, train!", nil, nil, "workout", "keywords: train"),
            ("eat and train", nil, nil, "diet", "keywords: eat, train"),
            ("do PUSH-UPS and a Squat", nil, nil, "workout", "keywords: squat, push-ups"),
            // Whole words only.
            ("a strainer", nil, nil, "general", "usual"), ("", nil, nil, "general", "usual"),
        ] as [(String, String?, String?, String, String)]
    )
    func `chooses`(message: String, picked: String?, previous: String?, agent: String, reason: String) {
        let choice = Self.shipped.choose(for: message, picked: picked, previous: previous)
        #expect(choice.agent.id == agent)
        #expect(choice.reason.text == reason)
    }

    @Test(arguments: Seeds.all) func `always finds somebody, and the same again`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let words = ["@diet", "@", "eat", "squat", "🙂", "@nobody", "train", "\n", "é", "@general"]
        let message = (0..<8).compactMap { _ in words.randomElement(using: &random) }.joined(separator: " ")
        let previous = ["diet", "gone", nil].randomElement(using: &random) ?? nil

        let choice = Self.shipped.choose(for: message, picked: nil, previous: previous)

        #expect(Self.shipped.agents.contains(choice.agent))
        #expect(Self.shipped.choose(for: message, picked: nil, previous: previous) == choice)
    }
}
