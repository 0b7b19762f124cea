import FaultyFileSystem
import Glibc

/// A way in which a disk fails SQLite: a result code, and the operations that give it.
struct Fault: Sendable, CustomStringConvertible {
    /// Whether one operation fails, or that one and all after it.
    enum Length: Sendable, CaseIterable {
        case once
        case forGood
    }

    let description: String
    let code: Int32
    let operations: Int

    static let full = Fault("FULL", 13, faulty_write)
    static let write = Fault("IOERR_WRITE", 778, faulty_write)
    static let sync = Fault("IOERR_FSYNC", 1034, faulty_sync)
    static let truncate = Fault("IOERR_TRUNCATE", 1546, faulty_truncate)
    static let readOnly = Fault("READONLY", 8, faulty_write, faulty_truncate)
    static let busy = Fault("BUSY", 5, faulty_lock)
    static let cannotOpen = Fault("CANTOPEN", 14, faulty_open)
    static let read = Fault("IOERR_READ", 266, faulty_read)
    static let delete = Fault("IOERR_DELETE", 2570, faulty_delete)
    static let memory = Fault("IOERR_SHMMAP", 5386, faulty_memory)
    static let outOfMemory = Fault("NOMEM", 7, faulty_read, faulty_write, faulty_memory)
    static let corrupt = Fault("CORRUPT", 11, faulty_write)
    static let noDatabase = Fault("NOTADB", 26, faulty_write)
    /// Whatever is tried fails, so for good it leaves the files as `kill -9` before that operation does.
    static let any = Fault("IOERR", 10, everything)
    /// `kill -9` itself.
    static let kill = Fault("KILL", FAULTY_KILL, everything)

    /// Those that are tried for every N; `SHUREN_LONG_TESTS` adds to them.
    static let tried: [Fault] = {
        let always = [Self.full, .write, .sync, .truncate, .busy, .cannotOpen, .delete]
        return isLong ? always + [.readOnly, .read, .memory, .outOfMemory, .any] : always
    }()

    /// Whether the long tests are asked for.
    static let isLong = unsafe getenv("SHUREN_LONG_TESTS").map { unsafe $0.pointee != 0 } ?? false

    /// From one N to the next: 1 unless `SHUREN_FAULT_STEP` says more, as where a sanitizer runs, which finds the same in each.
    static let step =
        unsafe getenv("SHUREN_FAULT_STEP").flatMap { unsafe Int(String(cString: $0)) }.map { max(1, $0) } ?? 1

    private static let everything =
        faulty_read | faulty_write | faulty_truncate | faulty_sync | faulty_lock | faulty_open | faulty_delete
        | faulty_memory

    private init(_ description: String, _ code: Int32, _ operations: Int...) {
        self.description = description
        self.code = code
        self.operations = operations.reduce(0, |)
    }
}

/// The disk as SQLite sees it below one folder; sound until it is told to fail.
@safe
final class FaultyDisk: Sendable {
    /// Its functions lock.
    nonisolated(unsafe) private let watch: OpaquePointer

    init(_ folder: String) {
        guard let watch = unsafe faulty_watch_folder(folder) else { preconditionFailure("There is no memory left.") }
        unsafe self.watch = watch
    }

    deinit {
        unsafe faulty_unwatch(self.watch)
    }

    /// Fails the `number`-th of the fault's operations, counted from here.
    func fail(_ fault: Fault, at number: Int, _ length: Fault.Length) {
        unsafe faulty_fail(self.watch, fault.code, UInt32(fault.operations), number, length == .forGood ? 1 : 0)
    }

    /// Counts the fault's operations without failing any.
    func count(_ fault: Fault) {
        self.fail(fault, at: 0, .once)
    }

    /// Is sound from here on.
    func heal() {
        unsafe faulty_fail(self.watch, 0, 0, 0, 0)
    }

    /// How many operations were counted.
    var operations: Int { unsafe faulty_count(self.watch) }

    /// How many operations failed.
    var failures: Int { unsafe faulty_failures(self.watch) }
}
