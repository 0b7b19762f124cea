internal import JSONValue

/// Where the onboarding stands when a reply of it begins.
package struct OnboardingMoment: Sendable, Equatable {
    /// What the assistant may use while it asks.
    static let tools = ["read_profile", "update_profile"]

    package let form: ProfileForm
    /// The profile after what was understood of the reader's message.
    package let profile: Profile
    /// The fields that the message filled or changed, or that it skipped.
    package let changed: [String]
    /// What the message said and the form does not allow, each a sentence.
    package let problems: [String]
    package let languages: [String]

    package init(
        form: ProfileForm,
        profile: Profile,
        changed: [String],
        problems: [String],
        languages: [String] = []
    ) {
        self.form = form
        self.profile = profile
        self.changed = changed
        self.problems = problems
        self.languages = languages
    }

    /// What is to be asked next; `nil` when nothing is left.
    package var next: ProfileForm.Field? { self.form.next(for: self.profile) }

    /// What viewers are told about it.
    var event: Event { .onboarding(self.form, self.profile) }

    /// What a model is told about it.
    var instructions: String {
        var lines = ["You are getting to know the reader, one question at a time."]
        if !self.changed.isEmpty {
            let names = self.changed.compactMap { self.form[$0]?.label.text() }.joined(separator: ", ")
            lines.append("Already noted from their message: \(names). Confirm it in a few words.")
        }
        lines += self.problems.map { "It could not be noted as they said it: \($0)" }
        if let next = self.next {
            lines.append("Now ask: \(next.question.text(in: self.languages)) (\(next.reason.text(in: self.languages)))")
            lines.append("If their message holds more or other facts than were noted, call update_profile with them.")
        } else {
            lines.append("Nothing is left to ask. Say so, and suggest a first thing to do together that fits them.")
        }
        return lines.joined(separator: "\n")
    }
}

extension Event {
    /// How far an onboarding is.
    package static func onboarding(_ form: ProfileForm, _ profile: Profile) -> Event {
        let next = form.next(for: profile)
        let step = next.flatMap { form.step(of: $0.id) }?.id ?? "done"
        return .onboarding(step: step, fields: form.json(of: profile).text, progress: form.progress(of: profile))
    }
}
