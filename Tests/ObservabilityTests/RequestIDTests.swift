import Observability
import Synchronization
import Testing

@Suite struct `A request's name` {
    @Test(arguments: [
        "", "short", String(repeating: "a", count: 65), "with space1", "line\nfeed1", "ümlauts-are-none", "a\"quote\"b",
    ])
    func `is not taken from outside when it has not the form`(text: String) {
        #expect(RequestID.checked(text) == nil)
    }

    @Test(arguments: ["7f3a9c21", "0af7651916cd43dd8448eb211c80319c", "req_A-1.b-000"])
    func `is taken as it is otherwise`(text: String) {
        #expect(RequestID.checked(text) == text)
    }

    @Test func `stands in every line that is written because of it, and with the last errors`() {
        let lines = Mutex<[String]>([])
        let errors = RecentErrors()
        let logger = Logger(least: .info, errors: errors) { line in lines.withLock { $0.append(line) } }

        RequestID.$current.withValue("abcdefgh") {
            logger.error("it broke", ["error": "why", "text": "a reader's secret"])
        }
        logger.info("it works")

        #expect(lines.withLock { $0[0] }.contains(#""request_id":"abcdefgh""#))
        #expect(!lines.withLock { $0[1] }.contains("request_id"))
        #expect(errors.all.count == 1 && errors.all[0].requestID == "abcdefgh" && errors.all[0].detail == "error: why")
    }

    @Test func `of the last errors only the newest hundred are held`() {
        let errors = RecentErrors()
        let logger = Logger(least: .error, errors: errors) { _ in }
        for number in 0..<250 { logger.warning("\(number)") }

        #expect(errors.all.count == RecentErrors.limit)
        #expect(errors.all.first?.message == "249" && errors.all.last?.message == "150")
    }
}
