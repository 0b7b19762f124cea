import CLinux
import Configuration
import Glibc

/// The command line: reads what is wanted, does it, and ends with 0, or with 1 and a sentence on the standard error.
@main
struct Shuren {
    static let version = "0.1.0"

    static func main() async {
        do {
            try await Self.run(try Command(arguments: Array(CommandLine.arguments.dropFirst())))
        } catch {
            printError("shuren: \(error)")
            exit(1)
        }
    }

    private static func run(_ command: Command) async throws {
        switch command {
        case .serve(let options):
            try await Server(configuration: try Settings.read(options)) { try Settings.read(options) }.run()
        case .check(let thorough, let options): try await check(thorough: thorough, try Settings.read(options))
        case .backup(let file, let options): try await backup(to: file, try Settings.read(options))
        case .restore(let file, let keepsSessions, let options):
            try restore(from: file, keepsSessions: keepsSessions, try Settings.read(options))
        case .export(let file, let person, let options):
            try export(to: file, person: person, try Settings.read(options))
        case .createKey(let name, let options): try await createKey(name: name, try Settings.read(options))
        case .createAdminCode(let options): try await createAdminCode(try Settings.read(options))
        case .listFlags(let options): try await listFlags(try Settings.read(options))
        case .setFlag(let name, let value, let options):
            try await setFlag(name, to: value, try Settings.read(options))
        case .doctor(let options): try await doctor(try Settings.read(options, needsModel: false))
        case .healthcheck(let options): try healthcheck(try Settings.read(options))
        case .help: print(helpText)
        case .version: print("shuren \(Self.version)")
        }
    }
}

/// Prints a line where it does not mix with what a command was asked for.
func printError(_ line: String) {
    var line = line + "\n"
    // An error that cannot be written has nowhere to go.
    _ = line.withUTF8 { unsafe write(2, $0.baseAddress, $0.count) }
}

let helpText = """
    shuren, a chat server whose replies stream

    usage: shuren [COMMAND] [--setting value …]

      serve                        run the server (the default)
      check                        look at settings, page, database and spool, and change nothing;
                                   --thorough true compares the indexes as well
      backup FILE                  copy the database while the server runs, and read the copy back
      restore FILE                 put a backup in the database's place, where no server runs; sessions end
                                   unless --keep-sessions true
      export FILE                  write all conversations as lines of JSON; --person ID for one person's
      key create --name NAME       make an API key and print it, this once
      admin code                   print a code that makes the browser it is entered in an admin's
      flag list                    the flags and their values
      flag set NAME VALUE          change a flag at once and for later starts
      flag reset NAME              back to the configuration's value
      doctor                       ask the model's server for its models, and say what is wrong
      healthcheck                  end with 0 when the server on this machine is ready
      --help, --version

    A setting has one name in three places, and the later wins: port in the file (CONFIG, Config/shuren.json),
    PORT in the environment, --port on the command line. They are listed with their defaults in Docs/Settings.md.
    """
