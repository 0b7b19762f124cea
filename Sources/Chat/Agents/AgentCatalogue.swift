package import JSONValue

/// The agents that there are; the first one answers when nothing speaks for another.
package struct AgentCatalogue: Sendable, Equatable {
    /// Everything that is wrong with a file of agents, each a sentence.
    package struct Problems: Error, Sendable, Equatable, CustomStringConvertible {
        package let problems: [String]

        package var description: String { self.problems.joined(separator: "\n") }
    }

    /// At least one.
    package let agents: [Agent]
    /// The model that is asked who answers where no word of a message says it; `nil` for no such question.
    package let routingModel: String?

    /// The catalogue of a server that was given none.
    package static let builtIn = AgentCatalogue.only(.general)

    /// The catalogue with one agent.
    package static func only(_ agent: Agent) -> AgentCatalogue { AgentCatalogue(checked: [agent]) }

    private init(checked agents: [Agent], routingModel: String? = nil) {
        self.agents = agents
        self.routingModel = routingModel
    }

    /// Who answers when nothing speaks for another.
    package var usual: Agent { self.agents[0] }

    package subscript(id: String) -> Agent? { self.agents.first { $0.id == id } }

    static func isOfIdentifier(_ character: Character) -> Bool {
        character.isASCII && (character.isLowercase || character.isNumber || character == "-" || character == "_")
    }

    /// What is wrong when these are all the tools there are, each a sentence.
    package func problems(withTools names: [String]) -> [String] {
        self.agents.flatMap { agent in
            agent.tools.filter { !names.contains($0) }.map { tool in
                "The agent \"\(agent.id)\" names a tool \"\(tool)\" that there is not. There are: "
                    + names.joined(separator: ", ") + "."
            }
        }
    }

    // MARK: Reading

    /// Reads `{"agents": [{"id", "name", "description"?, "system_prompt", "keywords"?, "model"?, "temperature"?, "tools"?}],
    /// "routing_model"?}`.
    ///
    /// Names every problem at once. Whether there are tools of these names is for ``problems(withTools:)`` to say.
    package init(_ json: JSON) throws(Problems) {
        var reader = AgentReader()
        let entries = json["agents"]?.array ?? []
        if entries.isEmpty { reader.problems.append("\"agents\" must be a list with at least one agent.") }
        let agents = entries.enumerated().compactMap { index, entry in reader.agent(entry, number: index + 1) }
        for (id, count) in Dictionary(agents.map { ($0.id, 1) }, uniquingKeysWith: +).sorted(by: { $0.key < $1.key })
        where count > 1 {
            reader.problems.append("The id \"\(id)\" is there \(count) times.")
        }
        let routingModel = reader.routingModel(json)
        guard reader.problems.isEmpty else { throw Problems(problems: reader.problems) }
        self.init(checked: agents, routingModel: routingModel)
    }
}

/// Reads one agent after the other and notes what is wrong with them.
private struct AgentReader {
    private static let known: Set<String> = [
        "id", "name", "description", "system_prompt", "keywords", "model", "temperature", "tools",
    ]

    var problems: [String] = []

    mutating func agent(_ json: JSON, number: Int) -> Agent? {
        let id = json["id"]?.string ?? ""
        let subject = id.isEmpty ? "Agent \(number)" : "The agent \"\(id)\""
        if !(2...32).contains(id.count) || !id.allSatisfy(AgentCatalogue.isOfIdentifier) {
            self.problems.append("\(subject) needs an \"id\" of 2 to 32 characters a-z, 0-9, - and _.")
        }
        for member in json.object?.members ?? [] where !Self.known.contains(member.key) {
            self.problems.append("\(subject) has an unknown field \"\(member.key)\".")
        }
        let name = self.text(json, "name", subject, isRequired: true)
        let prompt = self.text(json, "system_prompt", subject, isRequired: true)
        return Agent(
            id: id,
            name: name ?? "",
            description: self.text(json, "description", subject, isRequired: false) ?? "",
            systemPrompt: prompt ?? "",
            keywords: self.words(json, "keywords", subject).map { $0.lowercased() },
            model: self.text(json, "model", subject, isRequired: false),
            temperature: self.temperature(json, subject),
            tools: self.words(json, "tools", subject)
        )
    }

    mutating func routingModel(_ json: JSON) -> String? {
        guard let value = json["routing_model"], !value.isNull else { return nil }
        guard let model = value.string, !model.isEmpty else {
            self.problems.append("\"routing_model\" must be the name of a model.")
            return nil
        }
        return model
    }

    private mutating func text(_ json: JSON, _ name: String, _ subject: String, isRequired: Bool) -> String? {
        guard let value = json[name] else {
            if isRequired { self.problems.append("\(subject) has no \"\(name)\".") }
            return nil
        }
        guard let text = value.string, !text.isEmpty else {
            self.problems.append("\(subject): \"\(name)\" must be a text.")
            return nil
        }
        return text
    }

    private mutating func words(_ json: JSON, _ name: String, _ subject: String) -> [String] {
        guard let value = json[name] else { return [] }
        let words = value.array?.compactMap(\.string) ?? []
        guard let list = value.array, words.count == list.count,
            words.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) })
        else {
            self.problems.append("\(subject): \"\(name)\" must be a list of single words.")
            return []
        }
        return words
    }

    private mutating func temperature(_ json: JSON, _ subject: String) -> Double? {
        guard let value = json["temperature"] else { return nil }
        guard let number = value.double, (0...2).contains(number) else {
            self.problems.append("\(subject): \"temperature\" must be a number from 0 to 2.")
            return nil
        }
        return number
    }
}
