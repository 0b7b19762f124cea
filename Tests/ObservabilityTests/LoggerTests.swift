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
}

private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { self.lines.withLock { $0 } }

    func add(_ line: String) { self.lines.withLock { $0.append(line) } }
}
