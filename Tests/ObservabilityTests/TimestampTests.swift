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
        #expect(Timestamp(httpDate: timestamp.httpDate)?.iso8601.prefix(19) == timestamp.iso8601.prefix(19))
    }

    @Test func `keeps its milliseconds`() {
        #expect(Timestamp(milliseconds: 1_795_211_223_120).iso8601 == "2026-11-20T21:47:03.120Z")
        #expect(Timestamp(milliseconds: -1).iso8601 == "1969-12-31T23:59:59.999Z")
    }

    @Test(
        arguments: [
            // The three forms of RFC 9110, section 5.6.7.
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Sun, 31 Dec 2017 23:59:60 GMT", 1_514_764_800),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 31 Feb 1994 08:49:37 GMT", nil), ("7", nil), ("", nil),
            ("Sun, 06 Nov 1994 25:49:37 GMT", nil), ("Sun, 06 Nov 19940 08:49:37 GMT", nil),
        ] as [(String, Int64?)]
    )
    func `is read from the fields of HTTP`(text: String, seconds: Int64?) {
        #expect(Timestamp(httpDate: text) == seconds.map { Timestamp(milliseconds: $0 * 1000) })
    }
}
