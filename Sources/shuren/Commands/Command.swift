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
    case key(KeyRequest, Options)
    case listFlags(Options)
    /// `nil` goes back to the configuration's value.
    case setFlag(name: String, value: String?, why: String?, Options)
    case listFlagChanges(Options)
    case createAdminCode(Options)
    case user(PeopleRequest, Options)
    case healthcheck(Options)
    /// Tells what the next round would let go of.
    case retention(Options)
    /// Makes the database's file anew.
    case vacuum(Options)
    /// Looks at the installation itself.
    case doctor(provesRestore: Bool, Options)
    /// Looks at the way to it.
    case doctorOutside(OutsideRequest, Options)
    case help
    case version

    /// What is done about API keys.
    enum KeyRequest: Equatable {
        case list
        /// `person` is the name of the account that it is for; the rest is as it was written.
        case create(name: String, person: String?, scopes: String?, days: Int?)
        case end(id: String)
    }

    /// What is done about people with accounts; each is named by the name they sign in with.
    enum PeopleRequest: Equatable {
        case list
        case create(name: String, isAdmin: Bool)
        case invite(note: String)
        case disable(name: String)
        case enable(name: String)
        case resetPassword(name: String)
        case resetSecondFactor(name: String)
    }

    /// How the way to the server is looked at.
    struct OutsideRequest: Equatable {
        let url: String
        /// How many seconds of complete silence the way is to bear; none when it is `nil`.
        let silence: Int?
        /// A file with the certificates of authorities that the system does not know.
        let authorities: String?
    }

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
        case "retention": self = try end(.retention(options))
        case "vacuum": self = try end(.vacuum(options))
        case "doctor":
            guard let request = try Self.outside(&options) else {
                let provesRestore = try Self.flag("restore", or: true, &options)
                self = try end(.doctor(provesRestore: provesRestore, options))
                break
            }
            self = try end(.doctorOutside(request, options))
        case "version": self = try end(.version)
        case "healthcheck": self = try end(.healthcheck(options))
        case "key":
            self = .key(try Self.key(words, &options), options)
        case "admin":
            guard words == ["code"] else { throw UsageError(description: "say: shuren admin code") }
            self = .createAdminCode(options)
        case "user": self = .user(try Self.people(words, &options), options)
        case "flag":
            let why = options.removeValue(forKey: "why")
            self = try Self.flag(&words, why, options)
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

    /// What a command's own `--name` says: true or false, and without it what is usual.
    private static func flag(
        _ name: String,
        or usual: Bool = false,
        _ options: inout Options
    ) throws(UsageError) -> Bool {
        guard let value = options.removeValue(forKey: name) else { return usual }
        guard let flag = Bool(value) else { throw UsageError(description: "--\(name) is true or false.") }
        return flag
    }

    private static func key(_ words: [String], _ options: inout Options) throws(UsageError) -> KeyRequest {
        let usage = UsageError(
            description:
                "say: shuren key create --name NAME [--person NAME] [--scopes read,chat,admin] [--days NUMBER], "
                + "key list or key end ID"
        )
        switch (words.first, words.count) {
        case ("list", 1): return .list
        case ("end", 2): return .end(id: words[1])
        case ("create", 1):
            guard let name = options.removeValue(forKey: "name") else { throw usage }
            let days = options.removeValue(forKey: "days")
            if let days, Int(days) == nil { throw usage }
            return .create(
                name: name,
                person: options.removeValue(forKey: "person"),
                scopes: options.removeValue(forKey: "scopes"),
                days: days.flatMap { Int($0) }
            )
        default: throw usage
        }
    }

    private static func outside(_ options: inout Options) throws(UsageError) -> OutsideRequest? {
        let (silence, authorities) = (options.removeValue(forKey: "idle"), options.removeValue(forKey: "ca"))
        guard let url = options.removeValue(forKey: "url") else {
            guard silence == nil, authorities == nil else {
                throw UsageError(description: "--idle and --ca go with --url: shuren doctor --url https://chat.example")
            }
            return nil
        }
        let seconds = silence.flatMap { Int($0) }
        guard silence == nil || seconds.map((1...120).contains) == true else {
            throw UsageError(description: "--idle is a number of seconds from 1 to 120.")
        }
        return OutsideRequest(url: url, silence: seconds, authorities: authorities)
    }

    private static func people(
        _ words: [String],
        _ options: inout Options
    ) throws(UsageError) -> PeopleRequest {
        switch (words.first, words.count) {
        case ("list", 1): return .list
        case ("create", 2): return .create(name: words[1], isAdmin: try Self.flag("admin", &options))
        case ("invite", 1): return .invite(note: options.removeValue(forKey: "note") ?? "")
        case ("disable", 2): return .disable(name: words[1])
        case ("enable", 2): return .enable(name: words[1])
        case ("reset-password", 2): return .resetPassword(name: words[1])
        case ("reset-second-factor", 2): return .resetSecondFactor(name: words[1])
        default:
            throw UsageError(
                description:
                    "say: shuren user list, user create NAME, user invite, user disable NAME, user enable NAME, "
                    + "user reset-password NAME or user reset-second-factor NAME"
            )
        }
    }

    private static func flag(
        _ words: inout [String],
        _ why: String?,
        _ options: Options
    ) throws(UsageError) -> Command {
        switch (words.first, words.count) {
        case ("list", 1):
            words.removeAll()
            return .listFlags(options)
        case ("history", 1):
            words.removeAll()
            return .listFlagChanges(options)
        case ("set", 3):
            let (name, value) = (words[1], words[2])
            words.removeAll()
            return .setFlag(name: name, value: value, why: why, options)
        case ("reset", 2):
            let name = words[1]
            words.removeAll()
            return .setFlag(name: name, value: nil, why: why, options)
        default:
            throw UsageError(
                description:
                    "say: shuren flag list, flag history, flag set NAME VALUE [--why TEXT] or flag reset NAME [--why TEXT]"
            )
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
