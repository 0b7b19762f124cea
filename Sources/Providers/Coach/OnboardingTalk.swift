import Chat

/// What the coach says while it gets to know somebody, in the language of the questions: English or Chinese.
struct OnboardingTalk {
    let text: String

    /// `message` is what the reader said last.
    init(_ moment: OnboardingMoment, message: String) {
        var parts: [String] = []
        let noted = moment.changed.filter { moment.profile.values[$0] != nil }
        if !noted.isEmpty { parts.append(confirmation(of: noted, moment)) }
        let skipped = moment.changed.filter { moment.profile.skipped.contains($0) }
        if !skipped.isEmpty {
            parts.append(
                moment.said("All right, we leave that out; you can fill it in whenever you like.", "好的，先不填；您随时可以补上。")
            )
        }
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
    return moment.said(
        "Noted: \(facts.joined(separator: ", ")). If something is wrong, just say it again.",
        "已记下：\(facts.joined(separator: "，"))。如有不对，再说一次就好。"
    )
}

/// What is said to a message that answered nothing.
private func clarification(of field: ProfileForm.Field, _ message: String, _ moment: OnboardingMoment) -> String {
    let text = PlainText(message)
    let reason = field.reason.text(in: moment.languages)
    if text.holds("why") || message.contains("为什么") { return moment.said("Why I ask: \(reason)", "为什么要问：\(reason)") }
    if !moment.isChinese, let language = ForeignLanguage(of: message) { return language.apology }
    if ["hi", "hello", "hey", "start", "go", "ok", "okay", "ready", "let's go", "restart"].contains(where: {
        text.words.first == $0
    }) || message.hasPrefix("你好") || message.hasPrefix("您好") {
        return moment.said(
            "Hello! I ask a few questions so that what I suggest fits you. Every one but the marked can be skipped: say *skip*.",
            "您好！我先问几个问题，好让建议适合您。除了标出的，其他都可以跳过：说 *skip* 就行。"
        )
    }
    return moment.said(
        "I am not sure that I understood. \(hint(for: field, moment)) \(reason)",
        "我不确定是否听懂了。\(hint(for: field, moment))\(reason)"
    )
}

/// What an answer looks like.
private func hint(for field: ProfileForm.Field, _ moment: OnboardingMoment) -> String {
    switch field.kind {
    case .number(.years, _): moment.said("An answer looks like *34*.", "例如：*34*。")
    case .number(.kilograms, _):
        moment.said("An answer looks like *82 kg*, *180 lb* or *12 stone 4*.", "例如：*82 kg* 或 *180 lb*。")
    case .number(.centimetres, _):
        moment.said("An answer looks like *178 cm*, *1.78 m* or *5'10\"*.", "例如：*178 cm* 或 *1.78 m*。")
    case .number(.daysAWeek, _): moment.said("An answer looks like *three times a week*.", "例如：*3*。")
    case .number(.minutes, _): moment.said("An answer looks like *45 minutes*.", "例如：*45 minutes*。")
    case .choice(let choices), .choices(let choices):
        moment.said("You can say ", "可以说：")
            + choices.map { "*\($0.label.text(in: moment.languages).lowercased())*" }
            .joined(separator: moment.said(", ", "、")) + moment.said(".", "。")
    case .text: moment.said("A few words are enough.", "几个词就够了。")
    }
}

private func farewell(_ moment: OnboardingMoment) -> String {
    let rows = moment.form.fields(for: moment.profile).compactMap { field in
        moment.profile.values[field.id].map { value in
            "| \(field.label.text(in: moment.languages)) | \(moment.form.text(of: value, for: field, in: moment.languages)) |"
        }
    }
    let name: String
    if case .text(let text)? = moment.profile.values["name"] { name = moment.said(", ", "，") + text } else { name = "" }
    return """
        \(moment.said("That is all I wanted to know. Thank you\(name)!", "我想了解的就是这些。谢谢\(name)！"))

        | | |
        | --- | --- |
        \(rows.joined(separator: "\n"))

        \(moment.said(
            "Everything here can be seen, corrected and deleted on this page. A good first step: go to [the chat](/) and ask ",
            "这里的内容都可以在本页查看、更正和删除。接下来不妨去[聊天](/)，问："
        ))**\(suggestion(moment.profile))**
        """
}

extension OnboardingMoment {
    fileprivate var isChinese: Bool { self.languages.first?.hasPrefix("zh") ?? false }

    fileprivate func said(_ english: String, _ chinese: String) -> String { self.isChinese ? chinese : english }
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
