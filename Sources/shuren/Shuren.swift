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
        case .check(let options): try await check(try Settings.read(options))
        case .createKey(let name, let options): try await createKey(name: name, try Settings.read(options))
        case .listFlags(let options): try await listFlags(try Settings.read(options))
        case .setFlag(let name, let value, let options):
            try await setFlag(name, to: value, try Settings.read(options))
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
      check                        look at the settings, the page's files and the data folder
      key create --name NAME       make an API key and print it, this once
      flag list                    the flags and their values
      flag set NAME VALUE          change a flag at once and for later starts
      flag reset NAME              back to the configuration's value
      healthcheck                  end with 0 when the server on this machine is ready
      --help, --version

    A setting has one name in three places, and the later wins: port in the file (CONFIG, Config/shuren.json),
    PORT in the environment, --port on the command line. They are listed with their defaults in Docs/Settings.md.
    """
