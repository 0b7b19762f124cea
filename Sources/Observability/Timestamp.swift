import Glibc

/// A moment in UTC, to the millisecond.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01 00:00 UTC, leap seconds not counted.
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    package static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds + duration.milliseconds)
    }

    /// How long after `earlier` this moment is; negative when it is before.
    package func since(_ earlier: Timestamp) -> Duration {
        .milliseconds(self.milliseconds - earlier.milliseconds)
    }

    /// The machine's wall clock.
    static var current: Timestamp {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
    }

    /// The form of RFC 3339 that logs use: `2026-11-20T21:47:03.120Z`.
    package var iso8601: String {
        "\(self.date.iso8601)T\(self.timeOfDay)"
            + ".\(padded(self.millisecondOfDay % 1000, to: 3))Z"
    }

    /// The form that the `Date` field of HTTP uses (RFC 9110, section 5.6.7): `Fri, 20 Nov 2026 21:47:03 GMT`.
    package var httpDate: String {
        let date = self.date
        return "\(date.weekday.prefix(3)), \(padded(date.day, to: 2)) \(date.monthName.prefix(3)) \(date.year) "
            + "\(self.timeOfDay) GMT"
    }

    private static let millisecondsPerDay = 86_400_000

    /// The day in UTC.
    package var date: CivilDate { CivilDate(daysSinceEpoch: self.days) }

    /// Whole days since 1970-01-01, rounded down.
    private var days: Int { (Int(self.milliseconds) - self.millisecondOfDay) / Self.millisecondsPerDay }

    private var millisecondOfDay: Int {
        let rest = Int(self.milliseconds) % Self.millisecondsPerDay
        return rest < 0 ? rest + Self.millisecondsPerDay : rest
    }

    private var timeOfDay: String {
        let second = self.millisecondOfDay / 1000
        return "\(padded(second / 3600, to: 2)):\(padded(second / 60 % 60, to: 2)):\(padded(second % 60, to: 2))"
    }
}

extension Duration {
    /// The whole milliseconds in this duration.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// This duration in seconds, as metrics and receipts show it.
    package var inSeconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}

func padded(_ number: some BinaryInteger, to width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}
