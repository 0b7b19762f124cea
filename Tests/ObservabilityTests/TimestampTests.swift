import Foundation
import Observability
import TestSupport
import Testing

@Suite struct `A timestamp` {
    @Test(arguments: Seeds.all)
    func `is written as the calendar has it`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // From 1583, the first whole year of the calendar, to 9999.
        let milliseconds = Int64.random(in: -12_212_553_600_000...253_402_300_799_999, using: &generator)
        let date = Date(timeIntervalSince1970: (Double(milliseconds) / 1000).rounded(.down))
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.calendar = Calendar(identifier: .gregorian)

        let timestamp = Timestamp(milliseconds: milliseconds)

        formatter.dateFormat = "yyyy-MM-dd'T'HH:mm:ss"
        #expect(String(timestamp.iso8601.prefix(19)) == formatter.string(from: date))
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        #expect(timestamp.httpDate == formatter.string(from: date))
    }

    @Test func `keeps its milliseconds`() {
        #expect(Timestamp(milliseconds: 1_795_211_223_120).iso8601 == "2026-11-20T21:47:03.120Z")
        #expect(Timestamp(milliseconds: -1).iso8601 == "1969-12-31T23:59:59.999Z")
    }
}
