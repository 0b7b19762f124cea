import Chat
import JSONValue
import TestSupport
import Testing
import Tools

@Suite struct `The shelf of tools` {
    @Test func `holds the tools that agents may name, each once, with the schemas that models are shown`() throws {
        let knowledge = Knowledge(
            exercises: try ExerciseLibrary(shippedJSON("Config/knowledge/exercises.json")),
            foods: try FoodLibrary(shippedJSON("Config/knowledge/foods.json"))
        )
        let store = MemoryStore()
        let shelf = ToolShelf(
            knowledge: knowledge,
            playbook: PlaybookSwitch(Playbook()),
            profiles: MemoryProfiles(),
            conversations: store,
            facts: MemoryFacts(),
            time: TestTime().source
        )

        let names = shelf.tools.map(\.description.name)
        #expect(Set(names) == Set(ToolShelf.names) && names.count == ToolShelf.names.count)
        #expect(shelf.tools.allSatisfy { $0.description.parameters.json["type"]?.string == "object" })
    }

    @Test func `is what the shipped agents choose from`() throws {
        let catalogue = try AgentCatalogue(shippedJSON("Config/agents.json"))

        #expect(catalogue.problems(withTools: ToolShelf.names).isEmpty)
        #expect(catalogue.agents.map(\.id) == ["general", "workout", "diet", "sleep", "mindset"])
    }
}
