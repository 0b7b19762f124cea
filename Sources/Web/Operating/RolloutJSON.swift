import Accounts
import Chat
import JSONValue
import Observability

extension RolloutVerdict {
    /// The verdict as it is kept and shown: in a sentence, and in the figures that it was made of.
    var json: JSON {
        [
            "finding": .string(self.finding.rawValue),
            "sentence": .string(self.sentence),
            "percent": .number(JSON.Number(self.percent)),
            "streaming": self.streaming.json,
            "whole": self.whole.json,
            "is_against_before": .bool(self.isAgainstBefore),
            "margin_points": number(self.rules.margin * 100),
            "error_rate": number(self.rules.errorRate),
        ]
    }
}

extension GroupTally {
    var json: JSON {
        [
            "messages": .number(JSON.Number(self.messages)),
            "failed": .number(JSON.Number(self.failures)),
            "abandoned": .number(JSON.Number(self.abandons)),
            "stopped": .number(JSON.Number(self.stops)),
            "visits": .number(JSON.Number(self.visits)),
            "first_text_seconds": self.firstText.json,
            "reply_seconds": self.completion.json,
        ]
    }
}

extension Histogram {
    /// The mean and the two figures that everybody asks for.
    var json: JSON {
        [
            "count": .number(JSON.Number(Int(self.count))),
            "mean": self.mean.map(number) ?? .null,
            "p50": self.quantile(0.5).map(number) ?? .null,
            "p95": self.quantile(0.95).map(number) ?? .null,
            "p99": self.quantile(0.99).map(number) ?? .null,
        ]
    }
}

extension RolloutComparison {
    func json(isGuarded: Bool) -> JSON {
        [
            "percent": .number(JSON.Number(self.percent)),
            "since": .number(JSON.Number(Int(self.since.milliseconds))),
            "streaming": self.streaming.json,
            "whole": self.whole.json,
            "before": self.before?.json ?? .null,
            "can_compare": .bool(self.canCompare),
            "rules": [
                "guard": .bool(isGuarded),
                "margin_points": number(self.rules.margin * 100),
                "minimum": .number(JSON.Number(self.rules.minimum)),
                "sample": .number(JSON.Number(self.rules.sample)),
                "error_rate": number(self.rules.errorRate),
            ],
        ]
    }
}

extension RolloutDesk.Standing {
    var json: JSON {
        [
            "name": .string(self.flag.rawValue),
            "value": .string(self.value),
            "configured": .string(self.configured),
            "source": .string(self.source.rawValue),
        ]
    }
}

extension SettingChange {
    var json: JSON {
        [
            "name": .string(self.name),
            "from": .string(self.from),
            "to": .string(self.to),
            "is_reset": .bool(self.isReset),
            "by": .string(self.by),
            "at": .number(JSON.Number(Int(self.at.milliseconds))),
            "why": self.why.map(JSON.string) ?? .null,
            // What is no JSON was not written by us.
            "verdict": self.verdict.flatMap { try? JSON(parsing: $0) } ?? .null,
        ]
    }
}

/// A number to six digits behind the point; what is none is left out.
func number(_ value: Double) -> JSON {
    JSON.Number((value * 1_000_000).rounded() / 1_000_000).map(JSON.number) ?? .null
}
