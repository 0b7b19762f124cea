import Chat

/// What the coach says while it gets to know somebody.
struct OnboardingTalk {
    let text: String

    /// `message` is what the reader said last.
    init(_ moment: OnboardingMoment, message: String) {
        var parts: [String] = []
        let noted = moment.changed.filter { moment.profile.values[$0] != nil }
        if !noted.isEmpty { parts.append(confirmation(of: noted, moment)) }
        let skipped = moment.changed.filter { moment.profile.skipped.contains($0) }
        if !skipped.isEmpty { parts.append("All right, we leave that out; you can fill it in whenever you like.") }
        parts += moment.problems
        if let next = moment.next {
            if parts.isEmpty { parts.append(clarification(of: next, message, moment)) }
            parts.append("**\(next.question.text(in: moment.languages))**")
        } else {
            parts.append(farewell(moment))
        }
        self.text = parts.joined(separator: "\n\n")
    }
}

private func confirmation(of fields: [String], _ moment: OnboardingMoment) -> String {
    let facts = fields.compactMap { id -> String? in
        guard let field = moment.form[id], let value = moment.profile.values[id] else { return nil }
        let text = moment.form.text(of: value, for: field, in: moment.languages)
        return "\(field.label.text(in: moment.languages).lowercased()) **\(text)**"
    }
    return "Noted: \(facts.joined(separator: ", ")). If something is wrong, just say it again."
}

/// What is said to a message that answered nothing.
private func clarification(of field: ProfileForm.Field, _ message: String, _ moment: OnboardingMoment) -> String {
    let text = PlainText(message)
    let reason = field.reason.text(in: moment.languages)
    if text.holds("why") { return "Why I ask: \(reason)" }
    if let language = ForeignLanguage(of: message) { return language.apology }
    if ["hi", "hello", "hey", "start", "go", "ok", "okay", "ready", "let's go", "restart"].contains(where: {
        text.words.first == $0
    }) {
        return
            "Hello! I ask a few questions so that what I suggest fits you. Every one but the marked can be skipped: say *skip*."
    }
    return "I am not sure that I understood. \(hint(for: field, moment)) \(reason)"
}

/// What an answer looks like.
private func hint(for field: ProfileForm.Field, _ moment: OnboardingMoment) -> String {
    switch field.kind {
    case .number(.years, _): "An answer looks like *34*."
    case .number(.kilograms, _): "An answer looks like *82 kg*, *180 lb* or *12 stone 4*."
    case .number(.centimetres, _): "An answer looks like *178 cm*, *1.78 m* or *5'10\"*."
    case .number(.daysAWeek, _): "An answer looks like *three times a week*."
    case .number(.minutes, _): "An answer looks like *45 minutes*."
    case .choice(let choices), .choices(let choices):
        "You can say " + choices.map { "*\($0.label.text(in: moment.languages).lowercased())*" }.joined(separator: ", ")
            + "."
    case .text: "A few words are enough."
    }
}

private func farewell(_ moment: OnboardingMoment) -> String {
    let rows = moment.form.fields(for: moment.profile).compactMap { field in
        moment.profile.values[field.id].map { value in
            "| \(field.label.text(in: moment.languages)) | \(moment.form.text(of: value, for: field, in: moment.languages)) |"
        }
    }
    let name: String
    if case .text(let text)? = moment.profile.values["name"] { name = ", \(text)" } else { name = "" }
    return """
        That is all I wanted to know. Thank you\(name)!

        | | |
        | --- | --- |
        \(rows.joined(separator: "\n"))

        Everything here can be seen, corrected and deleted on this page. A good first step: go to [the chat](/) and ask \
        **\(suggestion(moment.profile))**
        """
}

/// What to ask first, by what somebody wants to reach.
private func suggestion(_ profile: Profile) -> String {
    switch profile.chosen(FieldName.goal).first {
    case "lose_weight"?: "\"Make me a meal plan\", or \"How many calories do I need?\""
    case "build_muscle"?: "\"Make me a training plan\", or \"How much protein do I need?\""
    case "run"?: "\"Make me a training plan for running\""
    default: "\"Make me a training plan\""
    }
}
