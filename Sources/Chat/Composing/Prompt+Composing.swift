internal import JSONValue
internal import Observability

extension Prompt {
    /// What the model is asked: the agent's instructions and what is known of the reader, as much of the history as fits,
    /// then the message.
    ///
    /// The history is cut at message borders from its old end, and what is left out is summed up; replies without text are
    /// left out. `tokens` bounds all of it, counted so that no tokenizer comes out above.
    init(_ briefing: Briefing, history: [Message], message: Message, within tokens: Int, tools: [ToolDescription]) {
        let instructions = briefing.instructions
        let said = history.filter { !$0.text.isEmpty }
        let asked = message.turn
        let overhead = tools.reduce(0) { $0 + tokenBound($1.purpose) + tokenBound($1.parameters.json.text) }
        let room = tokens - overhead - tokenBound(instructions) - tokenBound(asked.text)
        let kept = longestSuffix(of: said, within: room)
        let leftOut = said.dropLast(kept.count)
        var system = instructions
        if !leftOut.isEmpty { system += "\n\n" + summary(of: leftOut) }
        self.init(
            system: system,
            turns: kept.map(\.turn) + [asked],
            model: briefing.agent.model,
            temperature: briefing.agent.temperature,
            tools: tools
        )
        self.briefing = briefing
        self.record = PromptRecord(
            system: system,
            messages: kept.map(\.id) + [message.id],
            leftOut: leftOut.count,
            tools: tools.map(\.name),
            facts: briefing.reader.facts.map(\.id),
            model: self.model,
            temperature: self.temperature
        )
    }
}

extension Message {
    fileprivate var turn: Prompt.Turn { Prompt.Turn(role: self.role, text: self.text) }
}

extension Briefing {
    /// What the model is told before the conversation.
    fileprivate var instructions: String {
        var parts = [self.filledIn(self.agent.systemPrompt)]
        let known = self.reader.description
        if !known.isEmpty {
            parts.append("What the reader has told about themselves (do not ask for it again):\n\(known)")
        }
        if !self.reader.facts.isEmpty {
            let lines = self.reader.facts.map { "- \($0.text)" }.joined(separator: "\n")
            parts.append("What the reader wants remembered:\n\(lines)")
        }
        parts.append(self.circumstances)
        parts.append(SafetyRule.instructions)
        if let onboarding { parts.append(onboarding.instructions) }
        return parts.joined(separator: "\n\n")
    }

    private var circumstances: String {
        var text = "Today is \(self.reader.today.longText)"
        if let zone = self.reader.place.timeZone { text += " where the reader is (\(zone))" }
        if let language = self.reader.place.languages.first { text += "; their language is \(language)" }
        return text + "."
    }

    /// The text with `{{profile.field}}` replaced by what is known; by "unknown" where nothing is.
    private func filledIn(_ text: String) -> String {
        text.replacing(/\{\{\s*profile\.([a-z0-9_-]+)\s*\}\}/) { match in
            let id = String(match.1)
            guard let field = self.reader.form[id], let value = self.reader.profile.values[id] else { return "unknown" }
            return self.reader.form.text(of: value, for: field)
        }
    }
}

/// At least as many tokens as any usual tokenizer makes of the text.
///
/// English has about four bytes a token, code about three, and a character beyond ASCII may take two tokens (OpenAI's
/// and Anthropic's published figures); each is counted at its worst, and four for what frames a message.
func tokenBound(_ text: String) -> Int {
    var ascii = 0
    var others = 0
    for scalar in text.unicodeScalars {
        if scalar.isASCII { ascii += 1 } else { others += 1 }
    }
    return (ascii + 2) / 3 + 2 * others + 4
}

/// The messages at the end that fit together into so many tokens.
private func longestSuffix(of messages: [Message], within tokens: Int) -> [Message] {
    var room = tokens
    var count = 0
    for message in messages.reversed() {
        room -= tokenBound(message.text)
        guard room >= 0 else { break }
        count += 1
    }
    return Array(messages.suffix(count))
}

/// What was said in turns that are left out: how each of the reader's messages begins, the newest ones kept.
///
/// It is made anew from the messages every time, so it cannot drift from them.
private func summary(of messages: some BidirectionalCollection<Message>) -> String {
    let longest = 1500
    var lines: [String] = []
    var length = 0
    for message in messages.reversed() where message.role == .user {
        let line = "- " + beginning(of: message.text)
        length += line.count
        guard length <= longest else { break }
        lines.append(line)
    }
    return "Earlier in this conversation, left out here for length, the reader wrote:\n"
        + lines.reversed().joined(separator: "\n")
}

/// The first sentence of a text, at most 160 characters of it, in one line.
private func beginning(of text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let sentence = line.firstRange(of: /[.!?](\s|$)/).map { String(line[..<$0.upperBound]) } ?? line
    return sentence.count > 160 ? sentence.prefix(159) + "…" : sentence.trimmed
}
