import JSONValue
import Observability
import Synchronization
import TestSupport
import Testing

@Suite struct `The logger` {
    @Test func `writes one line of JSON, whatever is in it`() throws {
        let lines = Lines()
        let logger = Logger(least: .info, time: TestTime().source) { lines.add($0) }

        logger.info("a \"message\"\n", ["fact\r": "va\u{0}lue\u{1b}[31m\nlevel: fake"])

        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1 && line.hasSuffix("}\n") && line.dropLast().allSatisfy { !$0.isNewline })
        let json = try JSON(parsing: line)
        #expect(json["message"] == "a \"message\"\n")
        #expect(json["fact\r"] == "va\u{0}lue\u{1b}[31m\nlevel: fake")
        #expect(json["level"] == "info")
    }

    @Test(arguments: Logger.Level.allCases)
    func `drops what is below its level`(least: Logger.Level) {
        let lines = Lines()
        let logger = Logger(least: least, time: TestTime().source) { lines.add($0) }

        logger.debug("")
        logger.info("")
        logger.notice("")
        logger.warning("")
        logger.error("")

        #expect(lines.all.count == Logger.Level.allCases.filter { $0 >= least }.count)
    }

    @Test func `lets warnings of a kind through sixty times a minute, and tells how many were left out`() throws {
        let time = TestTime()
        let lines = Lines()
        let errors = RecentErrors()
        let logger = Logger(least: .info, time: time.source, errors: errors, isLimited: true) { lines.add($0) }
        for index in 0..<1000 { logger.warning("The disk is full", ["reason": "\(index)"]) }
        for _ in 0..<100 { logger.info("a reply ended") }
        logger.error("Something else")
        #expect(lines.all.count { $0.contains("The disk is full") } == 60)
        #expect(lines.all.count { $0.contains("a reply ended") } == 100)

        time.advance(by: .seconds(61))
        logger.error("Something else")

        let told = try #require(lines.all.first { $0.contains("left out") })
        let json = try JSON(parsing: told)
        #expect(json["line"] == "The disk is full" && json["count"] == "940" && json["seconds"] == "61")
        #expect(lines.all.count { $0.contains("left out") } == 1)
        logger.warning("The disk is full")
        #expect(lines.all.count { $0.contains("The disk is full") && !$0.contains("left out") } == 61)
    }

    @Test func `leaves nothing out whose text is nowhere else`() {
        let lines = Lines()
        let logger = Logger(least: .info, time: TestTime().source, isLimited: true) { lines.add($0) }

        for index in 0..<1000 { logger.loss("A reply could not be saved at once", ["text": "\(index)"]) }

        #expect(lines.all.count == 1000)
    }

    @Test func `tells the rest at the end`() async {
        let lines = Lines()
        let logger = Logger(least: .info, time: TestTime().source, isLimited: true) { lines.add($0) }
        for _ in 0..<61 { logger.error("No") }
        let telling = Task { await logger.tellLeftOut() }
        telling.cancel()
        await telling.value

        #expect(lines.all.count { $0.contains("left out") && $0.contains("\"count\":\"1\"") } == 1)
    }
}

private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { self.lines.withLock { $0 } }

    func add(_ line: String) { self.lines.withLock { $0.append(line) } }
}
