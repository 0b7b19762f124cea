/// Takes settings from three places and keeps a list of what is wrong with them.
struct SettingReader {
    private let file: [String: String]
    private let environment: [String: String]
    private let commandLine: [String: String]
    /// What was asked for so far: under which names, and what it must be.
    private(set) var known: [(names: [String], expected: String)] = [(["config"], "the path of a file")]
    private var problems: [ConfigurationError.Problem] = []

    init(file: [String: String], environment: [String: String], commandLine: [String: String]) {
        self.file = file
        self.environment = environment
        self.commandLine = commandLine
    }

    func isGiven(_ name: String) -> Bool { self.value(of: name) != nil }

    /// Reads a text that may be anything but empty.
    mutating func read(_ name: String, into apply: (String) -> Void) {
        self.read(name, "not empty", { $0.isEmpty ? nil : $0 }, into: apply)
    }

    /// Reads a value; `expected` finishes the sentence "it must be …".
    mutating func read<Value>(
        _ name: String,
        _ expected: String,
        _ parse: (String) -> Value?,
        alias: String? = nil,
        into apply: (Value) -> Void
    ) {
        self.known.append(([name] + [alias].compactMap(\.self), expected))
        guard let found = self.value(of: name) ?? alias.flatMap(self.value) else { return }
        guard let value = parse(found.text) else {
            // A secret stays out of every message, broken or not.
            let text = name.contains("key") ? "(not shown)" : found.text
            self.problems.append(.init(setting: found.spelling, text: text, expected: expected))
            return
        }
        apply(value)
    }

    /// Adds a problem that only several settings together make.
    mutating func complain(_ name: String, _ text: String, _ expected: String) {
        self.problems.append(.init(setting: name.uppercased(), text: text, expected: expected))
    }

    /// Throws everything that was wrong, names that nobody knows among it.
    consuming func finish() throws(ConfigurationError) {
        let known = Set(self.known.flatMap(\.names))
        for name in self.file.keys.sorted() where !known.contains(name) {
            self.problems.append(.init(setting: name, text: self.file[name] ?? "", expected: nil))
        }
        for name in self.commandLine.keys.sorted() where !known.contains(name) {
            self.problems.append(.init(setting: option(name), text: self.commandLine[name] ?? "", expected: nil))
        }
        guard self.problems.isEmpty else { throw ConfigurationError(problems: self.problems) }
    }

    /// The value that counts, and how its place spells the name.
    private func value(of name: String) -> (text: String, spelling: String)? {
        if let text = self.commandLine[name] { return (text, option(name)) }
        if let text = self.environment[name.uppercased()] { return (text, name.uppercased()) }
        if let text = self.file[name] { return (text, name) }
        return nil
    }
}

private func option(_ name: String) -> String {
    "--" + name.map { $0 == "_" ? "-" : String($0) }.joined()
}

/// Everything that is wrong with the settings.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One unusable setting.
    package struct Problem: Sendable, Equatable {
        /// The name as it was spelled where it was found.
        package let setting: String
        package let text: String
        /// What it must be; `nil` when there is no such setting.
        package let expected: String?

        package init(setting: String, text: String, expected: String?) {
            self.setting = setting
            self.text = text
            self.expected = expected
        }
    }

    package let problems: [Problem]

    package init(problems: [Problem]) {
        self.problems = problems
    }

    package var description: String {
        self.problems.map { problem in
            problem.expected.map { "\(problem.setting) is \"\(problem.text)\": it must be \($0)." }
                ?? "\(problem.setting) is no setting: see shuren --help."
        }.joined(separator: "\n")
    }
}
