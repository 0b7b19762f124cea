package import JSONValue

extension ProfileForm {
    /// Everything that is wrong with a form, each a sentence.
    package struct Problems: Error, Sendable, Equatable, CustomStringConvertible {
        package let problems: [String]

        package var description: String { self.problems.joined(separator: "\n") }
    }

    /// Reads `{"steps": [{"id", "title", "fields": [{"id", "label", "question", "why", "type", …}]}]}`.
    ///
    /// Names every problem at once.
    package init(_ json: JSON) throws(Problems) {
        var reader = FormReader()
        let entries = json["steps"]?.array ?? []
        if entries.isEmpty { reader.problems.append("\"steps\" must be a list with at least one step.") }
        let steps = entries.enumerated().map { index, entry in reader.step(entry, number: index + 1) }
        let ids = steps.flatMap(\.fields).map(\.id)
        for id in Set(ids).sorted() where ids.count(where: { $0 == id }) > 1 {
            reader.problems.append("The field \"\(id)\" is there more than once.")
        }
        for field in steps.flatMap(\.fields) {
            guard let condition = field.condition, !ids.prefix(while: { $0 != field.id }).contains(condition.field)
            else {
                continue
            }
            reader.problems.append(
                "The field \"\(field.id)\" depends on \"\(condition.field)\", which is not asked before."
            )
        }
        guard reader.problems.isEmpty else { throw Problems(problems: reader.problems) }
        self.init(checked: steps)
    }
}

/// Reads one step after the other and notes what is wrong with them.
private struct FormReader {
    private static let known: Set<String> = [
        "id", "label", "question", "why", "type", "unit", "minimum", "maximum", "choices", "longest", "required", "if",
        "signs",
    ]

    var problems: [String] = []

    mutating func step(_ json: JSON, number: Int) -> ProfileForm.Step {
        let id = json["id"]?.string ?? ""
        let subject = id.isEmpty ? "Step \(number)" : "The step \"\(id)\""
        if !isIdentifier(id) { self.problems.append("\(subject) needs an \"id\" of a-z, 0-9, - and _.") }
        let fields = json["fields"]?.array ?? []
        if fields.isEmpty { self.problems.append("\(subject) has no \"fields\".") }
        return ProfileForm.Step(
            id: id,
            title: self.text(json, "title", subject),
            fields: fields.enumerated().map { index, field in self.field(field, number: index + 1, of: subject) }
        )
    }

    private mutating func field(_ json: JSON, number: Int, of step: String) -> ProfileForm.Field {
        let id = json["id"]?.string ?? ""
        let subject = id.isEmpty ? "Field \(number) of \(step)" : "The field \"\(id)\""
        if !isIdentifier(id) { self.problems.append("\(subject) needs an \"id\" of a-z, 0-9, - and _.") }
        for member in json.object?.members ?? [] where !Self.known.contains(member.key) {
            self.problems.append("\(subject) has an unknown member \"\(member.key)\".")
        }
        return ProfileForm.Field(
            id: id,
            label: self.text(json, "label", subject),
            question: self.text(json, "question", subject),
            reason: self.text(json, "why", subject),
            kind: self.kind(json, subject),
            isRequired: json["required"]?.bool ?? false,
            condition: self.condition(json, subject),
            signs: (json["signs"]?.array?.compactMap(\.string) ?? []).map { $0.lowercased() }
        )
    }

    private mutating func kind(_ json: JSON, _ subject: String) -> ProfileForm.Kind {
        switch json["type"]?.string {
        case "text": return .text(longest: json["longest"]?.int ?? 200)
        case "number": return self.number(json, subject)
        case "choice": return .choice(self.choices(json, subject))
        case "choices": return .choices(self.choices(json, subject))
        default:
            self.problems.append("\(subject): \"type\" must be text, number, choice or choices.")
            return .text(longest: 0)
        }
    }

    private mutating func condition(_ json: JSON, _ subject: String) -> ProfileForm.Condition? {
        guard let value = json["if"] else { return nil }
        let choices = value["is"]?.array?.compactMap(\.string) ?? []
        guard let field = value["field"]?.string, !choices.isEmpty else {
            self.problems.append("\(subject): \"if\" needs a \"field\" and a list \"is\" of its choices.")
            return nil
        }
        return ProfileForm.Condition(field: field, choices: choices)
    }

    private mutating func number(_ json: JSON, _ subject: String) -> ProfileForm.Kind {
        guard let quantity = json["unit"]?.string.flatMap(ProfileForm.Quantity.init(rawValue:)) else {
            let units = ProfileForm.Quantity.allCases.map(\.rawValue).joined(separator: ", ")
            self.problems.append("\(subject): \"unit\" must be one of \(units).")
            return .text(longest: 0)
        }
        guard let least = json["minimum"]?.double, let most = json["maximum"]?.double, least <= most else {
            self.problems.append("\(subject) needs a \"minimum\" and a \"maximum\".")
            return .text(longest: 0)
        }
        return .number(quantity, least...most)
    }

    private mutating func choices(_ json: JSON, _ subject: String) -> [ProfileForm.Choice] {
        let entries = json["choices"]?.array ?? []
        if entries.isEmpty { self.problems.append("\(subject) needs \"choices\".") }
        let choices = entries.enumerated().map { index, entry in
            let id = entry["id"]?.string ?? ""
            let choice = "\(subject), choice \(index + 1)"
            if !isIdentifier(id) { self.problems.append("\(choice) needs an \"id\" of a-z, 0-9, - and _.") }
            let words = entry["words"]?.array?.compactMap(\.string) ?? []
            return ProfileForm.Choice(
                id: id,
                label: self.text(entry, "label", choice),
                words: words.map { $0.lowercased() }
            )
        }
        if Set(choices.map(\.id)).count < choices.count { self.problems.append("\(subject) has a choice twice.") }
        return choices
    }

    private mutating func text(_ json: JSON, _ name: String, _ subject: String) -> LocalizedText {
        switch json[name] {
        case .string(let text) where !text.isEmpty:
            return LocalizedText(text)
        case .object(let object) where object.members.contains { $0.value.string?.isEmpty == false }:
            let texts = object.members.compactMap { member in member.value.string.map { (member.key.lowercased(), $0) }
            }
            return LocalizedText(texts: Dictionary(texts) { first, _ in first })
        default:
            self.problems.append("\(subject): \"\(name)\" must be a text, or texts by language.")
            return LocalizedText("")
        }
    }
}

private func isIdentifier(_ text: String) -> Bool {
    (1...40).contains(text.count) && text.allSatisfy(AgentCatalogue.isOfIdentifier)
}
