import CBuild
import Compression
import Crypto
import Glibc
import HTTPClient
import Persistence

/// Which build this is, and what it runs with.
enum Build {
    /// Name and value of each fact, in the order in which they are shown.
    static var facts: [(name: String, value: String)] {
        let machine = Self.machine
        return [
            ("version", Shuren.version), ("commit", Self.commit ?? "unknown"), ("swift", Self.swift),
            ("platform", "\(machine.system) \(machine.architecture)"), ("sqlite", Storage.libraryVersion),
            ("curl", HTTPClient.libraryVersion), ("openssl", cryptoLibraryVersion), ("zlib", compressionLibraryVersion),
        ]
    }

    /// The facts as lines, the program's own name first.
    static var text: String {
        let rest = Self.facts.dropFirst().map { "\($0.name) \($0.value)" }
        return (["shuren \(Shuren.version)"] + rest).joined(separator: "\n")
    }

    /// The commit; `nil` when the build was not told, as from a tarball.
    static var commit: String? {
        let text = unsafe String(cString: build_commit())
        return text.isEmpty ? nil : text
    }

    /// The version of Swift's library in this program.
    private static var swift: String { "\(_SwiftStdlibVersion.current)" }

    /// The system and the processor that this runs on.
    private static var machine: (system: String, architecture: String) {
        var names = utsname()
        guard unsafe uname(&names) == 0 else { return ("Linux", "unknown") }
        func text(_ bytes: UnsafeRawBufferPointer) -> String {
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return unsafe (
            withUnsafeBytes(of: names.sysname) { unsafe text($0) },
            withUnsafeBytes(of: names.machine) { unsafe text($0) }
        )
    }
}
