import Chat

/// What the coach says next, and which tools it wants to have run.
struct CoachStep {
    let text: String
    let calls: [ToolCall]

    /// Decides away from the loop that its caller runs on: reading a long message takes a while.
    @concurrent
    static func next(for prompt: Prompt) async -> CoachStep { CoachStep(for: prompt) }

    private init(for prompt: Prompt) {
        let messages = prompt.turns.filter { $0.role == .user }.map(\.text)
        let message = messages.last ?? ""
        if let moment = prompt.briefing?.onboarding {
            self.init(text: OnboardingTalk(moment, message: message).text)
        } else if let round = prompt.rounds.last {
            self.init(text: CoachReport(of: round, for: prompt.briefing?.reader).text)
        } else if let language = ForeignLanguage(of: message) {
            self.init(text: language.apology)
        } else if let errand = CoachErrand(of: messages, form: prompt.briefing?.reader.form ?? .empty) {
            let calls = errand.calls(among: Set(prompt.tools.map(\.name)))
            let voice = CoachVoice(agent: prompt.briefing?.agent.id)
            // An agent without the tool still knows the subject.
            self.init(
                text: calls.isEmpty ? CoachAnswer(to: messages).text : errand.kind.isWork ? voice.opening + "\n\n" : "",
                calls: calls
            )
        } else {
            self.init(text: CoachAnswer(to: messages).text)
        }
    }

    private init(text: String, calls: [ToolCall] = []) {
        self.text = text
        self.calls = calls
    }
}

/// How an agent begins when it sets to work.
struct CoachVoice {
    let opening: String

    init(agent: String?) {
        self.opening =
            switch agent {
            case "workout": "Let's get to work!"
            case "diet": "Good question for the kitchen scale."
            case "sleep": "Calmly, one thing at a time."
            case "mindset": "One small step; let us look at it together."
            default: "Let me look that up for you."
            }
    }
}
