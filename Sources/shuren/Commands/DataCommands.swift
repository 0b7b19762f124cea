import Chat
import Configuration
import Glibc
import JSONValue
import Persistence
import Tools
import Web

/// Copies the database to a file: through the running server, or directly when none runs.
func backup(to file: String, _ configuration: Configuration) async throws {
    let path = absolutePath(file)
    if let answer = try await askServer("POST", "/backup", ["path": .string(path)], configuration) {
        return print("\(answer["copied"]?.string ?? "") to \(path)")
    }
    try demandData(configuration)
    try await withControl(configuration) { print("\(try await $0.backUp(to: path)) to \(path)") }
}

/// Fails where nothing has been kept yet, which mostly is another folder than the one that was meant.
func demandData(_ configuration: Configuration) throws(PlainClient.Failure) {
    guard !Storage.isThere(configuration.storage) else { return }
    throw PlainClient.Failure(
        description:
            "there is no database in \(configuration.dataDirectory); DATA_DIR names the folder, and the first start fills it"
    )
}

/// Makes a backup and says what is in it.
@Sendable func backUp(_ storage: Storage, to path: String) async throws -> String {
    do throws(BackupError) {
        return "copied \(describe(try await storage.backup(to: path)))"
    } catch {
        throw Control.Problem.backup("\(error)")
    }
}

/// Puts a backup in the place of the database; only where no server runs.
func restore(from file: String, keepsSessions: Bool, _ configuration: Configuration) throws {
    let restored = try Storage.restore(absolutePath(file), in: configuration.storage, keepsSessions: keepsSessions)
    print("restored \(describe(restored.content))")
    if let aside = restored.aside { print("the database of before is \(aside)") }
    print(
        keepsSessions
            ? "sessions of the backup go on, those that were ended since it was made as well"
            : "all sessions are ended: guests begin anew, and their old conversations have no reader"
    )
}

/// Writes every conversation as a line of JSON.
func export(to file: String, person: String?, _ configuration: Configuration) throws {
    try demandData(configuration)
    let path = absolutePath(file)
    guard let output = unsafe fopen(path, "wx") else {
        let reason = errno == EEXIST ? "it is there already; take another name" : lastSystemReason()
        throw PlainClient.Failure(description: "\(file) cannot be made: \(reason).")
    }
    // Conversations are for their owner's eyes.
    unsafe fchmod(fileno(output), 0o600)
    let count: Int
    do {
        var isWritten = true
        count = try Storage.export(configuration.storage, person: person) { line in
            let written = unsafe fwrite(line, 1, line.count, output)
            isWritten = isWritten && written == line.count
        }
        // What is still buffered may not fit either.
        isWritten = unsafe fflush(output) == 0 && isWritten
        guard isWritten else {
            throw PlainClient.Failure(description: "\(file) could not be written whole: is there room?")
        }
        unsafe fclose(output)
    } catch {
        unsafe fclose(output)
        unsafe unlink(path)
        throw error
    }
    print("exported \(count) conversations to \(path)")
}

/// Looks at everything that a start needs, without changing any of it, and says what it found.
func check(thorough: Bool, _ configuration: Configuration) async throws {
    let files = try PublicFolder.read(configuration.publicDirectory)
    let playbook = try Settings.readPlaybook(configuration)
    let knowledge = try Settings.readKnowledge(configuration)
    print("settings: good")
    print("agents: \(playbook.agents.agents.map(\.id).joined(separator: " "))")
    print("onboarding: \(playbook.form.fields.count) questions")
    if let knowledge {
        print("knowledge: \(knowledge.exercises.exercises.count) exercises, \(knowledge.foods.foods.count) foods")
    } else {
        print("knowledge: none in \(configuration.knowledgeDirectory); the coach makes no plans")
    }
    print("page: \(files.count) files in \(configuration.publicDirectory)")
    var isWell = true
    do throws(StoreError) {
        let stored = try await StoredConnection(inFolder: configuration.dataDirectory).connection()
        print(
            "model: \((stored ?? configuration.modelConnection).text), as \(stored == nil ? "the settings say" : "an admin connected it")"
        )
    } catch {
        print("model: \(error.sentence)")
        isWell = false
    }
    if let found = try Storage.inspect(configuration.storage, thorough: thorough) {
        for finding in found.findings { print("database: \(finding)") }
        if found.findings.isEmpty { print("database: good, schema \(found.version), \(describe(found))") }
        isWell = found.findings.isEmpty
    } else {
        print("database: none yet in \(configuration.dataDirectory); the first start makes it")
    }
    if let spool = try Storage.inspectSpool(configuration.storage) {
        print("spool: \(spool.waiting) replies wait, \(spool.damagedStretches) stretches are damaged")
        isWell = isWell && spool.damagedStretches == 0
    } else {
        print("spool: none yet; the first start makes it")
    }
    for warning in configuration.retentionWarnings { print("retention: \(warning)") }
    guard isWell else {
        throw PlainClient.Failure(description: "something is wrong, see above. Keep the files and restore a backup.")
    }
    print("all is well")
}

private func describe(_ content: Inspection) -> String {
    "\(content.messages) messages in \(content.conversations) conversations"
}

/// The path as it is from anywhere: the server has another folder than its operator.
private func absolutePath(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    let folder = unsafe getcwd(nil, 0)
    defer { unsafe free(folder) }
    return unsafe folder.map { unsafe String(cString: $0) + "/" + path } ?? path
}
