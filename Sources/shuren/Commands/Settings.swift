import CLinux
import Chat
import Configuration
import Glibc
import JSONValue
import Tools

/// Puts the configuration together from the file, the environment and the command line.
enum Settings {
    /// Why the file is of no use.
    struct FileError: Error, CustomStringConvertible {
        let description: String
    }

    /// Reads all settings; with `needsModel` a model must be named where one is connected.
    static func read(_ options: Command.Options, needsModel: Bool = true) throws -> Configuration {
        let environment = readEnvironment()
        let named = options["config"] ?? environment["CONFIG"]
        let file = try Self.readSettings(named ?? "Config/shuren.json", isRequired: named != nil)
        var configuration = try Configuration(
            file: file,
            environment: environment,
            commandLine: options,
            needsModel: needsModel
        )
        if let path = configuration.modelKeyFile {
            configuration.modelKey = try Self.readKey(path, namedBy: "LLM_API_KEY_FILE")
        }
        return configuration
    }

    /// The key in a file; `setting` is what names the file.
    static func readKey(_ path: String, namedBy setting: String) throws(FileError) -> String {
        guard let text = readFile(path) else {
            throw FileError(description: "\(setting) names \(path), which cannot be read: \(lastSystemReason()).")
        }
        let key = String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }
        guard !key.isEmpty else { throw FileError(description: "\(setting) names \(path), which is empty.") }
        return key
    }

    /// What the files say about how the assistants behave; each may be missing as long as nobody named it.
    static func readPlaybook(_ configuration: Configuration) throws -> Playbook {
        let agents = try Self.read(configuration.agentsFile, or: "Config/agents.json", AgentCatalogue.init)
        let form = try Self.read(configuration.onboardingFile, or: "Config/onboarding.json", ProfileForm.init)
        let lines = try Self.read(configuration.helpLinesFile, or: "Config/help-lines.json", HelpLines.init)
        let own = try Self.readHTTPTools(configuration).tools.map(\.description.name)
        let problems = agents?.problems(withTools: ToolShelf.names + own) ?? []
        guard problems.isEmpty else { throw FileError(description: problems.joined(separator: "\n")) }
        return Playbook(agents: agents ?? .builtIn, form: form ?? .empty, helpLines: lines ?? .builtIn)
    }

    /// The tools that the operator declares in the agents' file, and the private addresses that these may connect to.
    static func readHTTPTools(
        _ configuration: Configuration
    ) throws -> (tools: [HTTPToolDeclaration], privateAddresses: [String]) {
        let environment = readEnvironment()
        let found = try Self.read(configuration.agentsFile, or: "Config/agents.json") { json in
            (
                tools: try HTTPToolDeclaration.read(json, environment: environment),
                privateAddresses: json["allowed_private_addresses"]?.array?.compactMap(\.string) ?? []
            )
        }
        return found ?? ([], [])
    }

    /// What the coach's plans are made of; `nil` when the folder holds nothing of it.
    static func readKnowledge(_ configuration: Configuration) throws -> Knowledge? {
        let folder = configuration.knowledgeDirectory
        let exercises = try Self.read(nil, or: folder + "/exercises.json", ExerciseLibrary.init)
        let foods = try Self.read(nil, or: folder + "/foods.json", FoodLibrary.init)
        guard let exercises, let foods else { return nil }
        return Knowledge(exercises: exercises, foods: foods)
    }

    /// Reads a file of JSON into a value; `nil` when it is not there and nobody named it.
    private static func read<Value>(
        _ named: String?,
        or usual: String,
        _ make: (JSON) throws -> Value
    ) throws -> Value? {
        let path = named ?? usual
        guard let bytes = readFile(path) else {
            guard named == nil else {
                throw FileError(description: "The file \(path) cannot be read: \(lastSystemReason()).")
            }
            return nil
        }
        do {
            return try make(JSON(parsing: bytes))
        } catch let error as JSON.ParsingError {
            throw FileError(description: "The file \(path) is \(error).")
        } catch {
            throw FileError(description: "The file \(path) is unusable:\n\(error)")
        }
    }

    /// The settings of the file as texts; none when a file that nobody named does not exist.
    private static func readSettings(_ path: String, isRequired: Bool) throws(FileError) -> [String: String] {
        guard let bytes = readFile(path) else {
            guard !isRequired else {
                throw FileError(description: "The settings' file \(path) cannot be read: \(lastSystemReason()).")
            }
            return [:]
        }
        let json: JSON
        do throws(JSON.ParsingError) {
            json = try JSON(parsing: bytes)
        } catch {
            throw FileError(description: "The settings' file \(path) is \(error).")
        }
        guard let object = json.object else { throw FileError(description: "\(path) must hold one JSON object.") }
        return Dictionary(uniqueKeysWithValues: object.members.map { ($0.key, Self.text(of: $0.value)) })
    }

    /// A setting as the environment would have it: a list has commas.
    private static func text(of value: JSON) -> String {
        value.string ?? value.array?.map { $0.string ?? $0.text }.joined(separator: ",") ?? value.text
    }
}

/// The whole content of a file; `nil` when it cannot be read.
func readFile(_ path: String) -> [UInt8]? {
    let descriptor = unsafe linux_open(path, O_RDONLY, 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { return nil }
        guard count > 0 else { return bytes }
        bytes.append(contentsOf: buffer[..<count])
    }
}

/// What the system said of the call that failed last, in its own words.
func lastSystemReason() -> String { unsafe String(cString: strerror(errno)) }

private func readEnvironment() -> [String: String] {
    var environment: [String: String] = [:]
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
        let halves = unsafe String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if halves.count == 2 { environment[String(halves[0])] = String(halves[1]) }
        unsafe entry += 1
    }
    return environment
}
