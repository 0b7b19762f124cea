extension [Part] {
    /// The parts that a reply's events make: neighbours of one kind become one part, a result joins its call.
    ///
    /// `parts` are what the events before these have made.
    package init(folding events: some Sequence<Event>, onto parts: [Part] = []) {
        var folding = PartFolding(going: parts)
        for event in events { folding.take(event) }
        self = folding.finish()
    }
}

/// Folds events into parts; a text grows where it lies, so a reply of thousands of pieces costs its length.
private struct PartFolding {
    private enum Open {
        case nothing, text, reasoning
    }

    private var parts: [Part] = []
    /// What the next piece may join.
    private var open = Open.nothing
    private var text = ""

    /// Goes on behind parts: a text or reasoning at their end may grow.
    init(going parts: [Part]) {
        self.parts = parts
        switch parts.last {
        case .text(let text): (self.open, self.text) = (.text, text)
        case .reasoning(let text): (self.open, self.text) = (.reasoning, text)
        default: return
        }
        self.parts.removeLast()
    }

    mutating func take(_ event: Event) {
        switch event {
        case .text(let piece):
            self.grow(.text, by: piece)
        case .reasoning(let piece):
            self.grow(.reasoning, by: piece)
        case .toolCall(let call):
            self.add(.tool(call: call, result: nil))
        case .toolResult(let result):
            guard let index = self.parts.lastIndex(where: { $0.isOpenCall(result.id) }),
                case .tool(let call, _) = self.parts[index]
            else { return }
            self.parts[index] = .tool(call: call, result: result)
        case .source(let url, let title):
            self.add(.source(url: url, title: title))
        case .file(let type, let reference):
            self.add(.file(type: type, reference: reference))
        case .reset:
            self.close()
            self.parts = []
        case .accepted, .routed, .status, .onboarding, .title, .notice, .completed, .failed, .stopped, .interrupted:
            break
        }
    }

    mutating func finish() -> [Part] {
        self.close()
        return self.parts
    }

    private mutating func grow(_ kind: Open, by piece: String) {
        if self.open != kind {
            self.close()
            self.open = kind
        }
        self.text += piece
    }

    private mutating func add(_ part: Part) {
        self.close()
        self.parts.append(part)
    }

    private mutating func close() {
        switch self.open {
        case .nothing: return
        case .text: self.parts.append(.text(self.text))
        case .reasoning: self.parts.append(.reasoning(self.text))
        }
        self.open = .nothing
        self.text = ""
    }
}

extension Part {
    fileprivate func isOpenCall(_ id: String) -> Bool {
        if case .tool(let call, nil) = self { call.id == id } else { false }
    }
}
