package import JSONValue

extension Profile.Value {
    /// The value as programs see it: a string, a number or a list of strings.
    package var json: JSON {
        switch self {
        case .text(let text): .string(text)
        case .number(let number): JSON.Number(number).map(JSON.number) ?? .null
        case .choice(let id): .string(id)
        case .choices(let ids): .array(ids.map(JSON.string))
        }
    }

    /// Reads what a program sent for a field; `nil` when it is of no kind that the field takes.
    package init?(_ json: JSON, for field: ProfileForm.Field) {
        switch (field.kind, json) {
        case (.text, .string(let text)): self = .text(text)
        case (.number, .number(let number)):
            guard let value = number.double else { return nil }
            self = .number(value)
        case (.choice, .string(let id)): self = .choice(id)
        case (.choices, .string(let id)): self = .choices([id])
        case (.choices, .array(let elements)):
            let ids = elements.compactMap(\.string)
            guard ids.count == elements.count else { return nil }
            self = .choices(ids)
        default: return nil
        }
    }
}

extension ProfileForm {
    /// What is known, by field, in the form's order.
    package func json(of profile: Profile) -> JSON {
        .object(
            JSON.Object(
                self.fields.compactMap { field in
                    profile.values[field.id].map { JSON.Object.Member(key: field.id, value: $0.json) }
                }
            )
        )
    }

    /// What a reader reads as the value of a field.
    package func text(of value: Profile.Value, for field: Field, in languages: [String] = []) -> String {
        let label = { (id: String) in
            field.kind.choices.first { $0.id == id }?.label.text(in: languages) ?? id
        }
        switch (value, field.kind) {
        case (.text(let text), _): return text
        case (.number(let number), .number(let quantity, _)): return written(number) + quantity.suffix
        case (.number(let number), _): return written(number)
        case (.choice(let id), _): return label(id)
        case (.choices(let ids), _): return ids.isEmpty ? "none" : ids.map(label).joined(separator: ", ")
        }
    }
}

extension ProfileForm.Quantity {
    fileprivate var suffix: String {
        switch self {
        case .years: " years"
        case .kilograms: " kg"
        case .centimetres: " cm"
        case .daysAWeek: " days a week"
        case .minutes: " minutes"
        }
    }
}
