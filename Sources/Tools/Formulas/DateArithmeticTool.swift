internal import Chat
internal import JSONValue
internal import Observability

/// Days between dates, and dates so many days away.
struct DateArithmeticTool: Tool {
    let time: TimeSource

    let description = ToolDescription(
        name: "date_arithmetic",
        purpose: """
            Adds days, weeks or months to a date, or counts the days to another one; tells the day of the week. Without \
            "date" it is today in UTC.
            """,
        parameters: .object([
            "date": ["type": "string", "description": "YYYY-MM-DD"],
            "add_days": ["type": "integer", "minimum": -36_600, "maximum": 36_600],
            "add_weeks": ["type": "integer", "minimum": -5200, "maximum": 5200],
            "add_months": ["type": "integer", "minimum": -1200, "maximum": 1200],
            "until": ["type": "string", "description": "YYYY-MM-DD"],
        ])
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let start = try arguments["date"]?.string.map(date) ?? self.time.now().date
        let months = start.adding(months: arguments["add_months"]?.int ?? 0)
        let days = (arguments["add_days"]?.int ?? 0) + 7 * (arguments["add_weeks"]?.int ?? 0)
        guard let moved = months.map({ CivilDate(daysSinceEpoch: $0.daysSinceEpoch + days) }),
            (1...9999).contains(moved.year)
        else { throw ToolError("The result is out of range.") }
        var result: JSON.Object = ["date": .string(moved.iso8601), "weekday": .string(moved.weekday)]
        if let text = arguments["until"]?.string {
            let until = try date(text)
            result["days_until"] = .integer(until.daysSinceEpoch - moved.daysSinceEpoch)
        }
        return .object(result)
    }
}

private func date(_ text: String) throws(ToolError) -> CivilDate {
    guard let date = CivilDate(iso8601: text) else {
        throw ToolError("\"\(text.prefix(20))\" is no date of the form YYYY-MM-DD.")
    }
    return date
}

extension CivilDate {
    /// The same day so many months later, or the last of that month when it is shorter.
    func adding(months: Int) -> CivilDate? {
        let count = self.year * 12 + self.month - 1 + months
        guard count >= 12 else { return nil }
        let (year, month) = (count / 12, count % 12 + 1)
        return (28...31).reversed().lazy.map { min($0, self.day) }
            .compactMap { CivilDate(year: year, month: month, day: $0) }.first
    }
}
