/// A day of the Gregorian calendar, counted also before it came into use.
package struct CivilDate: Sendable, Hashable, Comparable {
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int
    /// Whole days since 1970-01-01; negative before.
    package let daysSinceEpoch: Int

    /// The formula is `civil_from_days` of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms": years begin in
    /// March, so that the leap day is the last of its year, and 400 of them (146,097 days) make an era.
    package init(daysSinceEpoch: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        self.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// The day of that year, month and number; `nil` when there is none, or outside the years 1 to 9999.
    ///
    /// The formula is `days_from_civil` of the same source.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let date = CivilDate(daysSinceEpoch: era * 146_097 + dayOfEra - 719_468)
        // The 31st of a short month comes out as a day of the next.
        guard date.month == month, date.day == day else { return nil }
        self = date
    }

    /// Reads `2026-11-20` (RFC 3339, `full-date`); `nil` for anything else.
    package init?(iso8601 text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package static func < (left: CivilDate, right: CivilDate) -> Bool { left.daysSinceEpoch < right.daysSinceEpoch }

    /// `2026-11-20`.
    package var iso8601: String {
        "\(padded(self.year, to: 4))-\(padded(self.month, to: 2))-\(padded(self.day, to: 2))"
    }

    /// The English name of the day of the week.
    package var weekday: String {
        let days = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"]
        return days[((self.daysSinceEpoch % 7) + 7) % 7]
    }

    /// The English name of the month.
    package var monthName: String {
        [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ][self.month - 1]
    }

    /// `Friday, 20 November 2026`.
    package var longText: String { "\(self.weekday), \(self.day) \(self.monthName) \(self.year)" }
}
