import Foundation

/// A folder of its own for one test, gone with it.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("shuren-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.path = url.path
    }

    deinit {
        // What stays behind in the system's temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: self.path)
    }

    package func file(_ name: String) -> String { "\(self.path)/\(name)" }
}

extension [UInt8] {
    /// What a file holds.
    package init(readingFile path: String) throws {
        self = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Makes a file of these bytes.
    package func write(to path: String) throws {
        try Data(self).write(to: URL(fileURLWithPath: path))
    }
}
