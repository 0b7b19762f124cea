import Chat
import JSONValue

/// What the coach says about the results of its tools, in Markdown.
struct CoachReport {
    let text: String

    /// `reader` is who hears it, in whose words their profile is shown.
    init(of round: ToolRound, for reader: Reader?) {
        let sections = zip(round.calls, round.results).compactMap { call, result -> String? in
            switch result.outcome {
            case .error(let sentence): problem(sentence, call.name)
            case .result(let text): (try? JSON(parsing: text)).flatMap { section(of: $0, from: call.name, reader) }
            }
        }
        // Two tools may lack the same facts; it is asked for them once.
        var said: [String] = []
        for section in sections where !said.contains(section) { said.append(section) }
        self.text = said.joined(separator: "\n\n") + "\n"
    }
}

private let disclaimer = "*General information, not medical advice.*"

private func problem(_ sentence: String, _ tool: String) -> String {
    if sentence.hasPrefix("Needed and not known:") || sentence.contains("needed.") {
        return """
            I need a little more for that. \(sentence) Tell me here, for example *"34, 82 kg, 1.80 m, male"*, or answer the \
            questions of the [onboarding](/onboarding) once, and I will remember.
            """
    }
    return "That did not work: \(sentence)"
}

private func section(of result: JSON, from tool: String, _ reader: Reader?) -> String? {
    switch tool {
    case "training_plan": trainingPlan(result)
    case "meal_plan": mealPlan(result)
    case "energy_need": energy(result)
    case "macro_split": macros(result)
    case "body_mass_index": bodyMassIndex(result)
    case "one_repetition_maximum": oneRepetition(result)
    case "convert_units": conversion(result)
    case "date_arithmetic": date(result)
    case "read_profile": profile(of: reader)
    case "search_conversations": found(result)
    case "propose_fact": "Shall I remember that for all our conversations? You decide below."
    default: nil
    }
}

private func trainingPlan(_ plan: JSON) -> String {
    let wishes = plan["for"]
    let list = { (key: String, none: String) in
        let words = wishes?[key]?.array?.compactMap(\.string) ?? []
        return words.isEmpty ? none : words.map { $0.replacing("-", with: " ") }.joined(separator: ", ")
    }
    let goal = text(wishes?["goal"]).replacing("_", with: " ")
    var parts = [
        """
        ## Your week of training

        Made for **\(goal)**, \(text(wishes?["days"])) days a week, \(text(wishes?["minutes"])) minutes each, \
        \(text(wishes?["experience"])). Equipment: \(list("equipment", "none")). Spared: \(list("injuries", "nothing")).
        """
    ]
    for session in plan["sessions"]?.array ?? [] {
        var rows = [
            "### \(text(session["day"])): \(text(session["title"]))", "", "| exercise | sets | how much |",
            "| --- | ---: | ---: |",
        ]
        let exercises = session["exercises"]?.array ?? []
        rows += exercises.map { "| \(text($0["name"])) | \(text($0["sets"])) | \(text($0["amount"])) |" }
        if let first = exercises.first { rows += ["", "> **\(text(first["name"]))**: \(text(first["cue"]))"] }
        parts.append(rows.joined(separator: "\n"))
    }
    parts += (plan["notes"]?.array ?? []).compactMap(\.string).map { "> **Please note:** \($0)" }
    parts.append(
        """
        Begin each session with five easy minutes, and rest a minute or two between sets. **Going on:** \
        \(text(plan["progression"])) Stop when something hurts, and see a doctor when it stays. \(disclaimer)
        """
    )
    return parts.joined(separator: "\n\n")
}

private func mealPlan(_ plan: JSON) -> String {
    let allergies = plan["for"]?["allergies"]?.array?.compactMap(\.string) ?? []
    let without = allergies.isEmpty ? "" : ", without \(allergies.joined(separator: ", "))"
    var parts = ["## A day of meals\n\nDiet: **\(text(plan["for"]?["diet"]))**\(without)."]
    for meal in plan["meals"]?.array ?? [] {
        let foods = (meal["foods"]?.array ?? []).map { "- \(text($0["grams"])) g \(text($0["name"]))" }
        parts.append("### \(text(meal["name"]))\n\n" + foods.joined(separator: "\n"))
    }
    parts.append(
        """
        | | protein | carbohydrate | fat | energy |
        | --- | ---: | ---: | ---: | ---: |
        \(macroRow("target", plan["target"]))
        \(macroRow("this day", plan["total"]))
        """
    )
    if let note = plan["note"]?.string { parts.append("**\(note)**") }
    parts.append("Ask for *another day* of meals whenever you like. \(disclaimer)")
    return parts.joined(separator: "\n\n")
}

private func macroRow(_ name: String, _ macros: JSON?) -> String {
    "| \(name) | \(text(macros?["protein_g"])) g | \(text(macros?["carbohydrate_g"])) g | \(text(macros?["fat_g"])) g "
        + "| \(text(macros?["kcal"])) kcal |"
}

private func energy(_ need: JSON) -> String {
    var text = """
        ## Your energy

        At rest your body needs about **\(text(need["resting_kcal"])) kcal** a day, with your daily life about \
        **\(text(need["daily_kcal"])) kcal** (Mifflin-St Jeor). Towards your goal I would eat about \
        **\(text(need["target_kcal"])) kcal**.
        """
    if let note = need["note"]?.string { text += " \(note)" }
    return text + " " + disclaimer
}

private func macros(_ macros: JSON) -> String {
    """
    ## Your macros

    | protein | carbohydrate | fat |
    | ---: | ---: | ---: |
    | \(text(macros["protein_g"])) g | \(text(macros["carbohydrate_g"])) g | \(text(macros["fat_g"])) g |

    Together that is \(text(macros["kcal"])) kcal a day.
    """
}

private func bodyMassIndex(_ result: JSON) -> String {
    let index = text(result["body_mass_index"])
    guard let name = result["class"]?.string else {
        return "Your body mass index is **\(index)**. \(text(result["note"]))"
    }
    var sentence = "Your body mass index is **\(index)**, which the WHO calls *\(name)*."
    sentence += " It knows nothing of muscle, build or age; take it as one hint among others. \(disclaimer)"
    if name == "underweight" { sentence += " Please talk to a doctor about it; losing more weight would do you harm." }
    return sentence
}

private func oneRepetition(_ result: JSON) -> String {
    let weights = (result["weights"]?.object?.members ?? []).map { "| \($0.key) | \(text($0.value)) |" }
    return """
        ## Your one-repetition maximum

        About **\(text(result["estimate"]))** (Epley says \(text(result["epley"])), Brzycki \(text(result["brzycki"]))).

        | repetitions | weight |
        | ---: | ---: |
        \(weights.joined(separator: "\n"))

        It is an estimate: try heavy weights only with somebody beside you.
        """
}

private func date(_ result: JSON) -> String {
    guard let days = result["days_until"]?.int else {
        return "That is **\(text(result["weekday"])), \(text(result["date"]))**."
    }
    let weeks = days / 7
    return "From \(text(result["date"])) it is **\(days) days**" + (weeks > 1 ? ", a little over \(weeks) weeks." : ".")
}

private func conversion(_ result: JSON) -> String {
    let amount = result["amount"]?.double ?? 0
    return "That is **\(written((amount * 100).rounded() / 100)) \(text(result["unit"]).replacing("_", with: " "))**."
}

private func profile(of reader: Reader?) -> String {
    let known = [reader?.description ?? ""] + (reader?.facts.map { "- \($0.text)" } ?? [])
    let facts = known.filter { !$0.isEmpty }.joined(separator: "\n")
    guard !facts.isEmpty else {
        return
            "I know nothing about you yet. The [onboarding](/onboarding) takes two minutes, and every question can be skipped."
    }
    return """
        ## What I know about you

        \(facts)

        You can see, correct and delete all of it on the [onboarding page](/onboarding).
        """
}

private func found(_ result: JSON) -> String {
    let entries = result["found"]?.array ?? []
    guard !entries.isEmpty else { return "I found nothing about that in your conversations." }
    let lines = entries.map { entry in
        let who = entry["role"]?.string == "user" ? "you" : "assistant"
        let line = text(entry["text"]).split(whereSeparator: \.isNewline).joined(separator: " ").filter { $0 != "`" }
        return "- \(text(entry["date"])), \(who): `\(line)`"
    }
    return "This is what I found:\n\n" + lines.joined(separator: "\n")
}

/// A value of a result in words.
private func text(_ json: JSON?) -> String {
    switch json {
    case .string(let text): text
    case .number(let number): number.text
    case .array(let elements): elements.isEmpty ? "none" : elements.map { text($0) }.joined(separator: ", ")
    case .bool(let flag): flag ? "yes" : "no"
    case .object, .null, nil: ""
    }
}
