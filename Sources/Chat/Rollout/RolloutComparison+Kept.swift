internal import JSONValue
internal import Observability

/// A comparison as text, so that it goes on after a restart where it was: the test's state is its counts.
extension RolloutComparison {
    /// Everything, in the form that ``init(kept:)`` reads.
    package var kept: String {
        let json: JSON = [
            "stage": integer(self.stage),
            "percent": integer(self.percent),
            "since": integer(Int(self.since.milliseconds)),
            "rules": self.rules.kept,
            "streaming": self.streaming.kept,
            "whole": self.whole.kept,
            "before": self.before?.kept ?? .null,
            "recent_streaming": self.recentStreaming.kept,
            "recent_whole": self.recentWhole.kept,
            "is_concluded": .bool(self.isConcluded),
        ]
        return json.text
    }

    /// Reads what ``kept`` wrote; `nil` for anything else.
    package init?(kept text: String) {
        guard let json = try? JSON(parsing: text), let stage = json["stage"]?.int, let percent = json["percent"]?.int,
            (0...100).contains(percent), let since = json["since"]?.int,
            let rules = json["rules"].flatMap(GuardRules.init(kept:)),
            let streaming = json["streaming"].flatMap(GroupTally.init(kept:)),
            let whole = json["whole"].flatMap(GroupTally.init(kept:)),
            let recentStreaming = json["recent_streaming"].flatMap(GroupTally.init(kept:)),
            let recentWhole = json["recent_whole"].flatMap(GroupTally.init(kept:)),
            let isConcluded = json["is_concluded"]?.bool, let before = json["before"]
        else { return nil }
        let earlier = before.isNull ? nil : GroupTally(kept: before)
        guard before.isNull || earlier != nil else { return nil }
        self.init(
            stage: stage,
            percent: percent,
            since: Timestamp(milliseconds: Int64(since)),
            rules: rules,
            streaming: streaming,
            whole: whole,
            before: earlier,
            recentStreaming: recentStreaming,
            recentWhole: recentWhole,
            isConcluded: isConcluded
        )
    }
}

extension GuardRules {
    fileprivate var kept: JSON {
        [
            "margin": fraction(self.margin), "minimum": integer(self.minimum), "sample": integer(self.sample),
            "error_rate": fraction(self.errorRate),
        ]
    }

    fileprivate init?(kept json: JSON) {
        guard let margin = json["margin"]?.double, let minimum = json["minimum"]?.int, let sample = json["sample"]?.int,
            let errorRate = json["error_rate"]?.double
        else { return nil }
        self.init()
        (self.margin, self.minimum, self.sample, self.errorRate) = (margin, minimum, sample, errorRate)
    }
}

extension GroupTally {
    fileprivate var kept: JSON {
        [
            "messages": integer(self.messages), "failures": integer(self.failures), "abandons": integer(self.abandons),
            "stops": integer(self.stops), "visits": integer(self.visits), "first_text": self.firstText.kept,
            "completion": self.completion.kept,
        ]
    }

    fileprivate init?(kept json: JSON) {
        let numbers = ["messages", "failures", "abandons", "stops", "visits"].compactMap { json[$0]?.int }
        guard numbers.count == 5, numbers.allSatisfy({ $0 >= 0 }), numbers[1...3].reduce(0, +) <= numbers[0],
            let firstText = json["first_text"].flatMap(Histogram.init(kept:)),
            let completion = json["completion"].flatMap(Histogram.init(kept:))
        else { return nil }
        self.init(
            messages: numbers[0],
            failures: numbers[1],
            abandons: numbers[2],
            stops: numbers[3],
            visits: numbers[4],
            firstText: firstText,
            completion: completion
        )
    }
}

extension Histogram {
    fileprivate var kept: JSON {
        [
            "counts": .array(self.counts.map { integer(Int(clamping: $0)) }), "sum": fraction(self.sum),
            "count": integer(Int(clamping: self.count)),
        ]
    }

    fileprivate init?(kept json: JSON) {
        guard let counts = json["counts"]?.array?.compactMap({ $0.int.flatMap(UInt64.init(exactly:)) }),
            let sum = json["sum"]?.double, let count = json["count"]?.int.flatMap(UInt64.init(exactly:))
        else { return nil }
        self.init(bounds: Histogram.seconds, counts: counts, sum: sum, count: count)
    }
}

private func integer(_ number: Int) -> JSON { .number(JSON.Number(number)) }

/// A number to its last digit; an infinite one, which none of these is, would not be read again.
private func fraction(_ number: Double) -> JSON { JSON.Number(number).map(JSON.number) ?? .null }
