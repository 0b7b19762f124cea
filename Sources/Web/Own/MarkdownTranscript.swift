import Chat
import Observability

/// A conversation as a document in Markdown: its title, and who said what when, along the path that is shown.
struct MarkdownTranscript {
    let text: String

    /// `names` are the agents as they are called now.
    init(_ conversation: ArchivedConversation, names: AgentCatalogue, isChinese: Bool) {
        let words = isChinese ? Words.chinese : Words.english
        var blocks = ["# \(Self.escaped(conversation.title))"]
        for message in conversation.shownPath {
            let agent = message.agent.map { names[$0]?.name ?? $0 } ?? words.assistant
            blocks.append("## \(Self.escaped(message.role == .user ? words.reader : agent))")
            blocks.append("*\(message.createdAt.minute)*")
            blocks += message.parts.flatMap { Self.blocks($0) }
            if let note = message.error ?? words.note(on: message.state) { blocks.append("*\(Self.escaped(note))*") }
        }
        self.text = blocks.joined(separator: "\n\n") + "\n"
    }

    /// What a part says; what a model only thought is not part of what was said.
    private static func blocks(_ part: Part) -> [String] {
        switch part {
        case .text(let text): text.allSatisfy(\.isWhitespace) ? [] : [MarkdownBlock(text).text]
        case .reasoning: []
        case .tool(let call, _): ["*→ \(Self.escaped(call.name))*"]
        case .source(let url, let title): ["- \(Self.escaped(title)): \(Self.escaped(url))"]
        case .file(let type, let reference): ["- \(Self.escaped(reference)) (\(Self.escaped(type)))"]
        }
    }

    /// A text on one line in which nothing is markup.
    private static func escaped(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return String(line.flatMap { "\\`*_[]<>#&|~".contains($0) ? ["\\", $0] : [$0] })
    }

    private struct Words {
        let reader: String
        let assistant: String
        let stopped: String
        let interrupted: String

        static let english = Words(
            reader: "You",
            assistant: "Assistant",
            stopped: "Stopped.",
            interrupted: "Interrupted."
        )
        static let chinese = Words(reader: "你", assistant: "助手", stopped: "已停止。", interrupted: "已中断。")

        func note(on state: ReplyState) -> String? {
            switch state {
            case .stopped: self.stopped
            case .interrupted: self.interrupted
            case .accepted, .streaming, .complete, .failed: nil
            }
        }
    }
}

/// A text in Markdown that stays what it is and does not reach into what comes after it.
///
/// A fence that is left open, as in a reply that was stopped, is closed. Where only a whole parser could tell whether
/// something is still open (fences within lists and quotes, HTML, formulas), the text becomes a block quote, which ends for certain:
/// CommonMark 0.31, section 5.1.
struct MarkdownBlock {
    let text: String

    init(_ text: String) {
        let lines = Self.lines(of: text)
        switch Self.state(after: lines) {
        case .closed: self.text = lines.joined(separator: "\n")
        case .open(let fence): self.text = (lines + [fence]).joined(separator: "\n")
        case .uncertain: self.text = lines.map { $0.isEmpty ? ">" : "> " + $0 }.joined(separator: "\n")
        }
    }

    private enum State {
        case closed
        /// Within a fenced block that this line ends.
        case open(String)
        case uncertain
    }

    /// What begins something that only a parser knows the end of: HTML, and formulas, which many renderers know.
    private static let mayOpen = ["<", "$$", "\\["]

    /// The lines, whatever ends them.
    private static func lines(of text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r":
                lines.append(String(line))
                line = String.UnicodeScalarView()
            default: line.append(scalar)
            }
            previous = scalar
        }
        return lines + [String(line)]
    }

    private static func state(after lines: [String]) -> State {
        var state = State.closed
        for line in lines {
            if case .open(let fence) = state {
                if Self.closes(fence, line) { state = .closed }
                continue
            }
            let start = line.unicodeScalars.first
            let content = line.unicodeScalars.drop { " \t>*+-0123456789.)".unicodeScalars.contains($0) }
            if Self.mayOpen.contains(where: { content.starts(with: $0.unicodeScalars) }) { return .uncertain }
            guard let fence = Self.fence(content) else { continue }
            // Not at the line's beginning it may lie in a list, a quote or indented code.
            guard start == "`" || start == "~" else { return .uncertain }
            state = .open(fence)
        }
        return state
    }

    /// The run of three or more marks that opens a fenced block here; what follows backticks must hold none (section 4.5).
    private static func fence(_ line: Substring.UnicodeScalarView) -> String? {
        guard let mark = line.first, mark == "`" || mark == "~" else { return nil }
        let run = line.prefix { $0 == mark }
        guard run.count >= 3, mark == "~" || !line.dropFirst(run.count).contains("`") else { return nil }
        return String(String.UnicodeScalarView(run))
    }

    /// Whether the line ends the block that `fence` opened: as many marks or more, and nothing else.
    private static func closes(_ fence: String, _ line: String) -> Bool {
        let content = line.unicodeScalars.drop { $0 == " " }
        guard line.unicodeScalars.count - content.count <= 3, let mark = fence.unicodeScalars.first else {
            return false
        }
        let run = content.prefix { $0 == mark }
        return run.count >= fence.unicodeScalars.count
            && content.dropFirst(run.count).allSatisfy { $0 == " " || $0 == "\t" }
    }
}

extension Timestamp {
    /// `2026-11-20 21:47 UTC`.
    fileprivate var minute: String { "\(self.date.iso8601) \(self.iso8601.dropFirst(11).prefix(5)) UTC" }
}
