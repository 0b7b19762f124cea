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

    /// Reads a moment in any of the three forms of RFC 9110, section 5.6.7; `nil` for anything else.
    ///
    /// A year of two digits is the one that lies from 1970 to 2069.
    package init?(httpDate text: String) {
        // Sun, 06 Nov 1994 08:49:37 GMT · Sunday, 06-Nov-94 08:49:37 GMT · Sun Nov  6 08:49:37 1994
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
        let isOldest = words.count == 5
        guard isOldest || (words.count == 6 && words[5] == "GMT") else { return nil }
        let (day, month) = isOldest ? (words[2], words[1]) : (words[1], words[2])
        let (year, time) = isOldest ? (words[4], words[3]) : (words[3], words[4])
        guard let day = Int(day), let month = shortMonths.firstIndex(of: String(month)), var year = Int(year),
            let second = secondOfDay(time)
        else { return nil }
        if (0...99).contains(year) { year += year < 70 ? 2000 : 1900 }
        guard let date = CivilDate(year: year, month: month + 1, day: day) else { return nil }
        self.milliseconds = Int64(date.daysSinceEpoch * Self.millisecondsPerDay + second * 1000)
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

private let shortMonths = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/// The seconds since midnight at `08:49:37`, a leap second included.
private func secondOfDay(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":").map { Int($0) }
    guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2],
        (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    return hour * 3600 + minute * 60 + second
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
