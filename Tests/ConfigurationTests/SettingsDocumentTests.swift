import Configuration
import Foundation
import Testing

@Suite struct `Docs/Settings.md` {
    /// A row of its table: what it names, and the default that it tells.
    struct Row {
        let names: [String]
        let defaults: String
    }

    let rows: [Row]
    let text: String

    init() throws {
        let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        self.text = try String(contentsOf: top.appending(path: "Docs/Settings.md"), encoding: .utf8)
        self.rows = self.text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return Row(names: cells[0].matches(of: /`([A-Z_]+)`/).map { String($0.1) }, defaults: cells[1])
        }
    }

    @Test func `names every setting that is read, and no other`() {
        let documented = self.rows.flatMap(\.names)
        #expect(Set(documented).count == documented.count)
        #expect(Set(documented.map { $0.lowercased() }) == Set(Configuration.settings.flatMap(\.names)))
    }

    @Test func `says of each what it must be, in the words of the complaint`() {
        let written = Configuration.settings.map { setting in
            "- " + setting.names.map { "`\($0.uppercased())`" }.joined(separator: ", ") + ": \(setting.expected)"
        }
        let told = self.text.split(separator: "\n").filter { $0.hasPrefix("- `") }.map(String.init)
        #expect(told == written, "Docs/Settings.md should say:\n\(written.joined(separator: "\n"))")
    }

    /// Rows whose default is no value that could be set: it depends on something else.
    private static let others: Set = [
        "CONFIG", "AGENTS_FILE", "ONBOARDING_FILE", "HELP_LINES_FILE", "SPOOL_DIR", "LLM_BASE_URL", "LOOPS", "SIGN_UP",
    ]

    @Test func `tells the defaults that hold: who sets them changes nothing`() throws {
        for row in self.rows where row.names.allSatisfy({ !Self.others.contains($0) }) && row.defaults != "none" {
            let told = row.defaults.prefix { $0 != ";" }.split(separator: ",")
            let values = told.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
                .map { $0.prefix { $0 != " " } }
            let isPair = values.count == row.names.count
            for (index, name) in row.names.enumerated() {
                let value = isPair ? values[index] : values[0]
                let configuration = try Configuration(file: [:], environment: [name: String(value)], commandLine: [:])
                #expect(configuration == Configuration(), "\(name) is not \(value) by default")
            }
        }
    }
}
