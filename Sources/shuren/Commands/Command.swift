/// What the command line asks for.
enum Command: Equatable {
    /// Settings given on the command line, by their names in the file.
    typealias Options = [String: String]

    case serve(Options)
    /// Looks without changing anything.
    case check(thorough: Bool, Options)
    case backup(file: String, Options)
    case restore(file: String, keepsSessions: Bool, Options)
    case export(file: String, person: String?, Options)
    case createKey(name: String, Options)
    case listFlags(Options)
    /// `nil` goes back to the configuration's value.
    case setFlag(name: String, value: String?, Options)
    case createAdminCode(Options)
    case healthcheck(Options)
    case doctor(Options)
    case help
    case version

    /// Why the command line asks for nothing that there is.
    struct UsageError: Error, CustomStringConvertible {
        let description: String
    }

    init(arguments: [String]) throws(UsageError) {
        if arguments.contains("--help") || arguments.contains("-h") || arguments.first == "help" {
            self = .help
            return
        }
        if arguments.contains("--version") {
            self = .version
            return
        }
        var (words, options) = try Self.parse(arguments)
        func end(_ command: Command) throws(UsageError) -> Command {
            guard words.isEmpty else {
                throw UsageError(description: "\"\(words[0])\" is too much; see shuren --help.")
            }
            return command
        }
        switch words.isEmpty ? "serve" : words.removeFirst() {
        case "serve": self = try end(.serve(options))
        case "check":
            let isThorough = try Self.flag("thorough", &options)
            self = try end(.check(thorough: isThorough, options))
        case "backup": self = .backup(file: try Self.file(&words), options)
        case "restore":
            let keepsSessions = try Self.flag("keep_sessions", &options)
            self = .restore(file: try Self.file(&words), keepsSessions: keepsSessions, options)
        case "export":
            let person = options.removeValue(forKey: "person")
            self = .export(file: try Self.file(&words), person: person, options)
        case "doctor": self = try end(.doctor(options))
        case "healthcheck": self = try end(.healthcheck(options))
        case "key":
            guard words.first == "create", let name = options.removeValue(forKey: "name") else {
                throw UsageError(description: "say: shuren key create --name NAME")
            }
            words.removeFirst()
            self = try end(.createKey(name: name, options))
        case "admin":
            guard words == ["code"] else { throw UsageError(description: "say: shuren admin code") }
            self = .createAdminCode(options)
        case "flag":
            self = try Self.flag(&words, options)
            _ = try end(self)
        case let other:
            throw UsageError(description: "there is no command \"\(other)\"; see shuren --help.")
        }
    }

    /// The one file that a command is about.
    private static func file(_ words: inout [String]) throws(UsageError) -> String {
        guard words.count == 1 else { throw UsageError(description: "name one file; see shuren --help.") }
        return words.removeFirst()
    }

    /// What a command's own `--name` says: true or false, false without it.
    private static func flag(_ name: String, _ options: inout Options) throws(UsageError) -> Bool {
        guard let value = options.removeValue(forKey: name) else { return false }
        guard let flag = Bool(value) else { throw UsageError(description: "--\(name) is true or false.") }
        return flag
    }

    private static func flag(_ words: inout [String], _ options: Options) throws(UsageError) -> Command {
        switch (words.first, words.count) {
        case ("list", 1):
            words.removeAll()
            return .listFlags(options)
        case ("set", 3):
            let (name, value) = (words[1], words[2])
            words.removeAll()
            return .setFlag(name: name, value: value, options)
        case ("reset", 2):
            let name = words[1]
            words.removeAll()
            return .setFlag(name: name, value: nil, options)
        default:
            throw UsageError(description: "say: shuren flag list, flag set NAME VALUE or flag reset NAME")
        }
    }

    /// Words apart from `--setting value` and `--setting=value`.
    private static func parse(_ arguments: [String]) throws(UsageError) -> (words: [String], options: Options) {
        var words: [String] = []
        var options: Options = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                words.append(argument)
                continue
            }
            let halves = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(halves[0].map { $0 == "-" ? "_" : $0 })
            guard let value = halves.count == 2 ? String(halves[1]) : rest.popFirst() else {
                throw UsageError(description: "\(argument) needs a value.")
            }
            options[name] = value
        }
        return (words, options)
    }
}
