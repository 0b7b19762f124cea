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
            Self.end(0)
        } catch {
            printError("shuren: \(error)")
            Self.end(1)
        }
    }

    /// Ends the process without tearing down what is static, in the program and its libraries: threads that are on their way
    /// out still use it, and everything that must be kept is kept by now.
    private static func end(_ status: Int32) -> Never {
        fflush(nil)
        _exit(status)
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
        case .key(let request, let options): try await changeKeys(request, try Settings.read(options))
        case .createAdminCode(let options): try await createAdminCode(try Settings.read(options))
        case .user(let request, let options): try await changePeople(request, try Settings.read(options))
        case .listFlags(let options): try await listFlags(try Settings.read(options))
        case .setFlag(let name, let value, let why, let options):
            try await setFlag(name, to: value, why: why, try Settings.read(options))
        case .listFlagChanges(let options): try await listFlagChanges(try Settings.read(options))
        case .retention(let options): try retention(try Settings.read(options, needsModel: false))
        case .vacuum(let options): try vacuum(try Settings.read(options, needsModel: false))
        case .doctor(let provesRestore, let options):
            try await doctor(provesRestore: provesRestore, try Settings.read(options, needsModel: false))
        case .doctorOutside(let request, let options):
            try await doctor(from: request, try Settings.read(options, needsModel: false))
        case .healthcheck(let options): try healthcheck(try Settings.read(options))
        case .help: print(helpText)
        case .version: print(Build.text)
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
      retention                    say what is kept for how long, and what the next round would let go of
      vacuum                       make the database's file anew, as small as it can be, where no server runs
      key create --name NAME       make an API key and print it, this once; --person NAME for somebody with an
                                   account, --scopes read,chat,admin (read,chat), --days NUMBER until it ends
      key list                     a line for each: id, scopes, owner, since, until, last use, name
      key end ID                   end a key and the streams that it has open, at once
      admin code                   print a code that makes the browser it is entered in an admin's
      user list                    the accounts, their roles, and which are disabled
      user create NAME             make an account and print the code with which its owner chooses a password;
                                   --admin true makes an admin
      user invite                  print a code with which somebody can sign up within a week; --note TEXT
      user disable NAME            end the sessions and streams of an account, and let it in no more
      user enable NAME             let it in again
      user reset-password NAME     print a code with which the owner chooses a new password within a day
      user reset-second-factor NAME
                                   ask for no second factor until the owner has set up another
      flag list                    the flags and their values
      flag history                 who changed which flag, when, and why
      flag set NAME VALUE          change a flag at once and for later starts; --why TEXT is kept with it
      flag reset NAME              back to the configuration's value
      doctor                       look at database, spool, devices, model, clock and limits, and prove that a backup
                                   can be restored (--restore false leaves that out)
      doctor --url URL             measure the way that readers come, through the proxy: --idle SECONDS for complete
                                   silence as well, --ca FILE for an authority of your own
      healthcheck                  end with 0 when the server on this machine is ready
      version                      the version, the commit and the libraries
      --help, --version

    A setting has one name in three places, and the later wins: port in the file (CONFIG, Config/shuren.json),
    PORT in the environment, --port on the command line. They are listed with their defaults in Docs/Settings.md.
    """
