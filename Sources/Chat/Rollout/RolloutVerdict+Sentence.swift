extension RolloutVerdict {
    /// The verdict in a sentence or two, as it is kept with the change and logged.
    package var sentence: String {
        switch self.finding {
        case .moreFailures: self.worse("failed", self.streaming.failures, self.whole.failures)
        case .moreAbandons: self.worse("were left by their readers", self.streaming.abandons, self.whole.abandons)
        case .noWorse:
            "Streaming was no worse by more than \(points(self.rules.margin)) points. \(self.figures)"
        case .undecided:
            "The per cent was changed before there was enough to say. \(self.figures)"
        }
    }

    private func worse(_ what: String, _ streaming: Int, _ whole: Int) -> String {
        "Streaming was worse: \(share(streaming, of: self.streaming)) of its messages \(what), and "
            + "\(share(whole, of: self.whole)) of the whole ones\(self.reference). That is more than "
            + "\(points(self.rules.margin)) points apart; the chance that this is an error is at most "
            + "\(points(self.rules.errorRate)) %."
    }

    private var figures: String {
        "Streaming: \(share(self.streaming.failures, of: self.streaming)) failed, "
            + "\(share(self.streaming.abandons, of: self.streaming)) were left. "
            + "Whole\(self.reference): \(share(self.whole.failures, of: self.whole)) failed, "
            + "\(share(self.whole.abandons, of: self.whole)) were left."
    }

    private var reference: String { self.isAgainstBefore ? " of the stage before" : "" }
}

/// A count with its share: `12 of 80 (15 %)`.
private func share(_ part: Int, of tally: GroupTally) -> String {
    guard tally.messages > 0 else { return "0 of 0" }
    return "\(part) of \(tally.messages) (\(points(Double(part) / Double(tally.messages))) %)"
}

/// A share in hundredths, with one decimal where there is one.
private func points(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
}
