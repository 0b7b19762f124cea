import Checkup
import Observability
import Testing

@Suite struct `What was found of an installation` {
    private let proved = ProvedRestore(
        at: Timestamp(milliseconds: 1_795_176_000_000),
        took: .milliseconds(3240),
        conversations: 3,
        messages: 40,
        tables: 20,
        rows: 100,
        bytes: 1 << 20
    )

    private func verdicts(_ change: (inout Installation) -> Void) -> [String: Finding.Verdict] {
        var installation = Installation()
        installation.database = .init(conversations: 3, messages: 40, version: 9, problems: [])
        installation.databaseBytes = 1 << 20
        installation.spool = .init(waiting: 0, damaged: 0)
        installation.isSpoolApart = true
        (installation.freeForDatabase, installation.freeForSpool) = (8 << 30, 8 << 30)
        installation.model = .asked(sentences: ["It answers."], isWell: true)
        installation.clock = .ahead(.seconds(2), of: "https://model.example")
        installation.room = .init(openFiles: 65_536, connections: 20_000, wantedConnections: 20_000)
        installation.restore = .proved(self.proved)
        change(&installation)
        let wrong = installation.findings.filter { $0.verdict != .good }
        #expect(installation.findings.count == 7 || installation.problem != nil)
        return Dictionary(uniqueKeysWithValues: wrong.map { ($0.name, $0.verdict) })
    }

    @Test func `is all well where it is, and names what is not`() {
        #expect(self.verdicts { _ in } == [:])
        #expect(self.verdicts { $0.problem = "no rights" } == ["database": .bad])
        #expect(
            self.verdicts { $0.database = .init(conversations: 0, messages: 0, version: 9, problems: ["torn"]) }
                == ["database": .bad]
        )
        #expect(self.verdicts { $0.isSpoolApart = false } == ["spool": .attention])
        #expect(self.verdicts { $0.spool = .init(waiting: 2, damaged: 0) } == ["spool": .attention])
        #expect(self.verdicts { $0.spool = .init(waiting: 2, damaged: 1) } == ["spool": .bad])
        #expect(self.verdicts { $0.freeForSpool = 100 << 20 } == ["disk": .bad])
        #expect(self.verdicts { $0.freeForDatabase = 500 << 20 } == ["disk": .attention])
        #expect(self.verdicts { $0.databaseBytes = 9 << 30 } == ["disk": .attention])
        #expect(self.verdicts { $0.model = .asked(sentences: ["It refuses."], isWell: false) } == ["model": .bad])
        #expect(self.verdicts { $0.model = .builtIn } == [:])
        #expect(
            self.verdicts { $0.room = .init(openFiles: 1024, connections: 768, wantedConnections: 20_000) }
                == ["limits": .attention]
        )
    }

    @Test(arguments: [(60, Finding.Verdict.good), (61, .bad), (-60, .good), (-61, .bad), (0, .good)])
    func `takes a clock for wrong that is off by more than a minute`(seconds: Int, verdict: Finding.Verdict) {
        let found = self.verdicts { $0.clock = .ahead(.seconds(seconds), of: "https://model.example") }
        #expect(found["clock", default: .good] == verdict)
    }

    @Test func `tells a proof of today from an old one and from none`() {
        let (month, day) = (Duration.seconds(36 * 86_400), Duration.seconds(86_400))
        #expect(self.verdicts { $0.restore = .last(self.proved, now: self.proved.at + day) } == [:])
        #expect(
            self.verdicts { $0.restore = .last(self.proved, now: self.proved.at + month) } == ["restore": .attention]
        )
        #expect(self.verdicts { $0.restore = .last(nil, now: self.proved.at) } == ["restore": .attention])
        #expect(self.verdicts { $0.restore = .untried("no room") } == ["restore": .attention])
        #expect(self.verdicts { $0.restore = .failed("a table differs") } == ["restore": .bad])
        #expect(
            self.proved.sentence
                == "last proved restore: 2026-11-20 12:00 UTC (3 conversations, 40 messages, took 3.2 s)"
        )
    }
}
