/// What may be known about a reader, and how they are asked for it.
///
/// The form is data that the operator can change. What ties a field to rules and tools is its id: those of ``FieldName``.
package struct ProfileForm: Sendable, Equatable {
    package struct Step: Sendable, Equatable {
        package let id: String
        package let title: LocalizedText
        package let fields: [Field]
    }

    package struct Field: Sendable, Equatable {
        package let id: String
        package let label: LocalizedText
        package let question: LocalizedText
        /// Why we ask.
        package let reason: LocalizedText
        package let kind: Kind
        /// Whether onboarding is not over without it.
        package let isRequired: Bool
        /// When it is asked at all; `nil` for always.
        package let condition: Condition?
        /// Words of which one must stand beside a choice where somebody mentions it without having been asked; none for any.
        package let signs: [String]
    }

    /// That a field asked before was answered with one of some choices.
    package struct Condition: Sendable, Equatable {
        let field: String
        let choices: [String]
    }

    /// What a field takes.
    package enum Kind: Sendable, Equatable {
        /// A text of at most so many characters.
        case text(longest: Int)
        case number(Quantity, ClosedRange<Double>)
        /// One of these.
        case choice([Choice])
        /// Any number of these; none is an answer, too.
        case choices([Choice])
    }

    /// What a number counts, and so how people say it.
    package enum Quantity: String, Sendable, CaseIterable {
        case years, kilograms, centimetres
        case daysAWeek = "days_a_week"
        case minutes

        /// Whether only whole numbers make sense.
        var isWhole: Bool {
            switch self {
            case .years, .daysAWeek, .minutes: true
            case .kilograms, .centimetres: false
            }
        }
    }

    package struct Choice: Sendable, Equatable {
        package let id: String
        package let label: LocalizedText
        /// How people say it, in lower case; a trailing `*` stands for any ending.
        package let words: [String]
    }

    /// In the order in which they are asked; at least one, with at least one field each.
    package let steps: [Step]

    init(checked steps: [Step]) {
        self.steps = steps
    }

    /// The form of a server that was given none: nothing is asked.
    package static let empty = ProfileForm(checked: [])

    /// All fields in the order in which they are asked.
    package var fields: [Field] { self.steps.flatMap(\.fields) }

    package subscript(id: String) -> Field? { self.fields.first { $0.id == id } }

    /// The step that a field belongs to.
    package func step(of field: String) -> Step? {
        self.steps.first { step in step.fields.contains { $0.id == field } }
    }
}

extension ProfileForm.Kind {
    /// What can be chosen; empty where nothing is.
    package var choices: [ProfileForm.Choice] {
        switch self {
        case .choice(let choices), .choices(let choices): choices
        case .text, .number: []
        }
    }
}

/// A text that a file may give in several languages.
package struct LocalizedText: Sendable, Equatable {
    /// By language tag in lower case (`en`, `de`, `pt-br`); at least one.
    let texts: [String: String]

    init(texts: [String: String]) {
        self.texts = texts
    }

    package init(_ text: String) {
        self.texts = ["en": text]
    }

    /// The text in the first of these languages that there is, else in English, else in any.
    ///
    /// A tag falls back to its language: `de-AT` to `de` (RFC 4647, section 3.4, "lookup").
    package func text(in languages: [String] = []) -> String {
        for language in languages {
            var tag = language.lowercased()[...]
            while !tag.isEmpty {
                if let text = self.texts[String(tag)] { return text }
                guard let hyphen = tag.lastIndex(of: "-") else { break }
                tag = tag[..<hyphen]
            }
        }
        return self.texts["en"] ?? self.texts.min { $0.key < $1.key }?.value ?? ""
    }
}
