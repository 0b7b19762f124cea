package import Observability

/// What a reader has told about themselves, and how far their onboarding is.
///
/// Everything else about onboarding follows from these values and the ``ProfileForm``; nothing is noted twice.
package struct Profile: Sendable, Equatable {
    /// What a field holds.
    package enum Value: Sendable, Equatable {
        case text(String)
        /// In the field's own unit.
        case number(Double)
        case choice(String)
        /// In the form's order, without repetition.
        case choices([String])
    }

    /// How often it was changed; a change says which version it changes.
    package var version: Int
    /// By the id of the field.
    package var values: [String: Value]
    /// The fields that the reader does not want to answer.
    package var skipped: Set<String>
    /// When nothing was left to ask for the first time.
    package var completedAt: Timestamp?
    /// Where the onboarding is talked through.
    package var conversation: Conversation.ID?
    /// The reader's message that was understood last, so that it is not understood twice.
    package var lastMessage: Message.ID?

    package init(
        version: Int = 0,
        values: [String: Value] = [:],
        skipped: Set<String> = [],
        completedAt: Timestamp? = nil,
        conversation: Conversation.ID? = nil,
        lastMessage: Message.ID? = nil
    ) {
        self.version = version
        self.values = values
        self.skipped = skipped
        self.completedAt = completedAt
        self.conversation = conversation
        self.lastMessage = lastMessage
    }

    package static let unknown = Profile()

    package subscript(field: String) -> Value? { self.values[field] }

    /// The number of a field; `nil` when it is not known, or is no number.
    package func number(_ field: String) -> Double? {
        if case .number(let number)? = self.values[field] { number } else { nil }
    }

    /// What was chosen; empty when nothing is known.
    package func chosen(_ field: String) -> [String] {
        switch self.values[field] {
        case .choice(let id)?: [id]
        case .choices(let ids)?: ids
        case .text?, .number?, nil: []
        }
    }
}

// MARK: Progress

extension ProfileForm {
    /// What is asked of this reader: every field but those whose condition does not hold.
    package func fields(for profile: Profile) -> [Field] {
        self.fields.filter { field in
            guard let condition = field.condition else { return true }
            return profile.chosen(condition.field).contains(where: condition.choices.contains)
        }
    }

    /// What is asked next; `nil` when nothing is left.
    package func next(for profile: Profile) -> Field? {
        self.fields(for: profile).first { profile.values[$0.id] == nil && !profile.skipped.contains($0.id) }
    }

    /// The part of the questions that is behind the reader, 0 to 1.
    package func progress(of profile: Profile) -> Double {
        let fields = self.fields(for: profile)
        guard !fields.isEmpty else { return 1 }
        let done = fields.count { profile.values[$0.id] != nil || profile.skipped.contains($0.id) }
        return Double(done) / Double(fields.count)
    }
}

// MARK: Changing

extension Profile {
    /// One thing that is to be different.
    package enum Change: Sendable, Equatable {
        case set(field: String, Value)
        case skip(field: String)
        /// Forgets a value; the field may be asked for again.
        case clear(field: String)
    }

    /// Why a change was not made, in a sentence for the reader.
    package struct Refusal: Error, Sendable, Equatable {
        package let field: String
        package let message: String

        package init(field: String, message: String) {
            self.field = field
            self.message = message
        }
    }

    /// Makes those of the changes that the form allows, and says why the others were not made.
    ///
    /// The version grows by one when anything changed.
    package func making(
        _ changes: [Change],
        as form: ProfileForm,
        at time: Timestamp,
        because message: Message.ID? = nil
    ) -> (profile: Profile, refusals: [Refusal]) {
        var profile = self
        var refusals: [Refusal] = []
        for change in changes {
            do throws(Refusal) {
                try profile.make(change, as: form)
            } catch {
                refusals.append(error)
            }
        }
        profile.lastMessage = message ?? profile.lastMessage
        if profile != self { profile.version += 1 }
        if profile.completedAt == nil, !form.fields.isEmpty, form.next(for: profile) == nil {
            profile.completedAt = time
        }
        return (profile, refusals)
    }

    private mutating func make(_ change: Change, as form: ProfileForm) throws(Refusal) {
        switch change {
        case .set(let id, let value):
            let field = try Self.field(id, of: form)
            self.values[id] = try field.checked(value)
            self.skipped.remove(id)
        case .skip(let id):
            let field = try Self.field(id, of: form)
            guard !field.isRequired else {
                throw Refusal(field: id, message: "\(field.label.text()) is needed: \(field.reason.text())")
            }
            if self.values[id] == nil { self.skipped.insert(id) }
        case .clear(let id):
            self.values[id] = nil
            self.skipped.remove(id)
        }
    }

    private static func field(_ id: String, of form: ProfileForm) throws(Refusal) -> ProfileForm.Field {
        guard let field = form[id] else { throw Refusal(field: id, message: "There is no field \"\(id.prefix(40))\".") }
        return field
    }
}

extension ProfileForm.Field {
    /// The value as it is kept; throws what is wrong with it.
    package func checked(_ value: Profile.Value) throws(Profile.Refusal) -> Profile.Value {
        switch (self.kind, value) {
        case (.text(let longest), .text(let text)):
            let text = String(text.filter { !$0.isNewline }.prefix(longest)).trimmed
            guard !text.isEmpty else { throw self.refusal("must not be empty") }
            return .text(text)
        case (.number(let quantity, let range), .number(let number)):
            let rounded = quantity.isWhole ? number.rounded() : (number * 10).rounded() / 10
            guard range.contains(rounded) else {
                throw self.refusal("must be from \(written(range.lowerBound)) to \(written(range.upperBound))")
            }
            return .number(rounded)
        case (.choice(let choices), .choice(let id)):
            guard choices.contains(where: { $0.id == id }) else { throw self.unknown(choices) }
            return value
        case (.choices(let choices), .choices(let ids)):
            guard ids.allSatisfy({ id in choices.contains { $0.id == id } }) else { throw self.unknown(choices) }
            return .choices(choices.map(\.id).filter(ids.contains))
        default:
            throw self.refusal("does not take this kind of value")
        }
    }

    private func unknown(_ choices: [ProfileForm.Choice]) -> Profile.Refusal {
        self.refusal("must be of: \(choices.map(\.id).joined(separator: ", "))")
    }

    private func refusal(_ what: String) -> Profile.Refusal {
        Profile.Refusal(field: self.id, message: "\(self.label.text()) \(what).")
    }
}

/// A number without a fraction that says nothing.
package func written(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
}

extension String {
    /// The text without white space at both ends.
    var trimmed: String {
        let start = self.firstIndex { !$0.isWhitespace } ?? self.endIndex
        let end = self.lastIndex { !$0.isWhitespace }.map { self.index(after: $0) } ?? start
        return String(self[start..<end])
    }
}
