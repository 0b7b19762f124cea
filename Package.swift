// swift-tools-version: 6.2
import PackageDescription

// This manifest is the architecture: every target, what it is for and what it may import. Arrows point inwards, and
// `--explicit-target-dependency-import-check error` holds the build to it.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]
let strictC: [CSetting] = [.treatAllWarnings(as: .error)]

/// The commit that is built, when whoever builds says it: a build from a tarball knows none.
let commit: [CSetting] = {
    guard let commit = Context.environment["SHUREN_COMMIT"], !commit.isEmpty,
        commit.utf8.allSatisfy({ "0123456789abcdefghijklmnopqrstuvwxyz-".utf8.contains($0) })
    else { return [] }
    return [.define("SHUREN_COMMIT", to: "\"\(commit)\"")]
}()

let package = Package(
    name: "shuren",
    products: [.executable(name: "shuren", targets: ["shuren"])],
    targets: [
        // Knows every name: reads the configuration, builds every part, runs them until a signal; the command line.
        .executableTarget(
            name: "shuren",
            dependencies: [
                "Web", "Providers", "Tools", "Persistence", "Chat", "Accounts", "HTTPServer", "HTTPClient", "EventLoop",
                "HTTPTypes", "ServerSentEvents", "Observability", "Configuration", "Checkup", "JSONValue",
                "Compression",
                "Crypto", "CLinux", "CBuild",
            ],
            swiftSettings: strict
        ),

        // Adapters: fulfil what the domain asks for. They never import each other.
        .target(
            name: "Web",
            dependencies: [
                "Chat", "Accounts", "HTTPServer", "HTTPTypes", "ServerSentEvents", "Compression", "Crypto",
                "Observability", "Identifiers", "Checkup", "JSONValue",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Providers",
            dependencies: [
                "Chat", "HTTPClient", "HTTPTypes", "ServerSentEvents", "Observability", "Identifiers", "JSONValue",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Tools",
            dependencies: [
                "Chat", "HTTPClient", "HTTPTypes", "Observability", "Identifiers", "JSONValue",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Persistence",
            dependencies: [
                "Chat", "Accounts", "SQLite", "Crypto", "Observability", "Identifiers", "Checkup", "JSONValue",
                "CLinux",
            ],
            swiftSettings: strict
        ),

        // The domain. Imports nothing that does I/O.
        .target(
            name: "Chat",
            dependencies: ["Crypto", "Observability", "Identifiers", "JSONValue"],
            swiftSettings: strict
        ),
        .target(
            name: "Accounts",
            dependencies: ["Crypto", "Observability", "Identifiers", "JSONValue"],
            swiftSettings: strict
        ),

        // Machinery: knows no domain.
        .target(
            name: "HTTPServer",
            dependencies: ["EventLoop", "HTTPTypes", "Observability", "CLinux"],
            swiftSettings: strict
        ),
        .target(
            name: "HTTPClient",
            dependencies: ["EventLoop", "HTTPTypes", "Observability", "CCurl"],
            swiftSettings: strict
        ),
        .target(name: "EventLoop", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: strict),
        .target(name: "Crypto", dependencies: ["CCrypto"], swiftSettings: strict),
        .target(name: "Compression", dependencies: ["CZlib"], swiftSettings: strict),

        // Vocabulary: values, no I/O, nothing of ours but each other's plainest.
        .target(name: "HTTPTypes", swiftSettings: strict),
        .target(name: "ServerSentEvents", swiftSettings: strict),
        .target(name: "JSONValue", swiftSettings: strict),
        .target(name: "Identifiers", swiftSettings: strict),
        .target(name: "Configuration", swiftSettings: strict),
        .target(name: "Checkup", dependencies: ["Observability"], swiftSettings: strict),
        .target(name: "Observability", dependencies: ["JSONValue"], swiftSettings: strict),

        // C, each behind exactly one Swift target (CLinux, the system itself, behind those that own descriptors).
        .target(name: "CLinux", cSettings: strictC),
        .target(name: "CBuild", cSettings: strictC + commit),
        .target(name: "CCurl", cSettings: strictC, linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CSQLite", cSettings: strictC, linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "CCrypto",
            cSettings: strictC,
            linkerSettings: [.linkedLibrary("crypto"), .linkedLibrary("argon2")]
        ),
        .target(name: "CZlib", cSettings: strictC, linkerSettings: [.linkedLibrary("z")]),

        // Measures; see Scripts/bench.
        .executableTarget(
            name: "shuren-bench",
            dependencies: ["HTTPServer", "HTTPClient", "HTTPTypes", "EventLoop", "Observability", "CLinux"],
            path: "Benchmarks/ShurenBench",
            swiftSettings: strict
        ),

        // Tests only.
        .target(
            name: "TestSupport",
            dependencies: [
                "Chat", "Accounts", "Crypto", "EventLoop", "Observability", "Identifiers", "JSONValue", "CLinux",
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        // SQLite's file system, made to fail at its N-th operation.
        .target(
            name: "FaultyFileSystem",
            dependencies: ["CSQLite"],
            path: "Tests/FaultyFileSystem",
            cSettings: strictC
        ),
        test("EventLoop", "CLinux"),
        test("HTTPTypes"),
        test("HTTPServer", "EventLoop", "HTTPTypes", "Observability", "CLinux", excluding: ["Cases"]),
        test("HTTPClient", "EventLoop", "HTTPTypes", "HTTPServer", "Observability"),
        test("SQLite"),
        test("Crypto", "Identifiers"),
        test("Compression"),
        test("ServerSentEvents"),
        test("JSONValue"),
        test("Identifiers"),
        test("Configuration"),
        test("Checkup", "Observability"),
        test("Observability", "JSONValue"),
        test("Chat", "EventLoop", "Observability", "Identifiers", "JSONValue"),
        test("Accounts", "Crypto", "Observability", "Identifiers", "JSONValue"),
        test(
            "Providers",
            "Chat",
            "HTTPClient",
            "HTTPServer",
            "EventLoop",
            "HTTPTypes",
            "ServerSentEvents",
            "JSONValue",
            "Observability",
            "Identifiers"
        ),
        test("Tools", "Chat", "JSONValue", "Observability", "Identifiers"),
        test(
            "Persistence",
            "Chat",
            "Accounts",
            "Checkup",
            "Crypto",
            "SQLite",
            "Observability",
            "Identifiers",
            "JSONValue",
            "FaultyFileSystem",
            excluding: ["Released"]
        ),
        test(
            "Web",
            "Chat",
            "Accounts",
            "Checkup",
            "Crypto",
            "HTTPTypes",
            "HTTPServer",
            "EventLoop",
            "ServerSentEvents",
            "JSONValue",
            "Observability",
            "Identifiers",
            "Compression"
        ),
        fuzzing(
            "HTTPServer",
            "HTTPClient",
            "HTTPTypes",
            "ServerSentEvents",
            "Providers",
            "JSONValue",
            "Persistence",
            "Chat",
            "Web"
        ),
    ],
    swiftLanguageModes: [.v6]
)

/// The tests of one target, which may also name what that target's own tests need.
func test(_ subject: String, _ others: String..., excluding data: [String] = []) -> Target {
    .testTarget(
        name: subject + "Tests",
        dependencies: ([subject, "TestSupport"] + others).map { Target.Dependency(stringLiteral: $0) },
        exclude: data,
        swiftSettings: strict
    )
}

/// The properties of Tests/Fuzzing: a test target that runs them over the corpus, or, when `Scripts/fuzz` sets
/// `SHUREN_FUZZ`, the executable that libFuzzer drives.
///
/// The same files are one or the other, so a normal build knows nothing of libFuzzer.
func fuzzing(_ subjects: String...) -> Target {
    let dependencies = (["TestSupport"] + subjects).map { Target.Dependency(stringLiteral: $0) }
    guard Context.environment["SHUREN_FUZZ"] != nil else {
        return .testTarget(
            name: "FuzzingTests",
            dependencies: dependencies,
            path: "Tests/Fuzzing",
            exclude: ["Corpus", "LibFuzzer.swift"],
            swiftSettings: strict
        )
    }
    return .executableTarget(
        name: "shuren-fuzz",
        dependencies: dependencies,
        path: "Tests/Fuzzing",
        exclude: ["Corpus", "CorpusTests.swift"],
        swiftSettings: strict
    )
}
