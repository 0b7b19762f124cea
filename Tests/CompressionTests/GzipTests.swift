import Compression
import Foundation
import TestSupport
import Testing

@Suite struct `Compressing with gzip` {
    @Test(arguments: Seeds.all)
    func `gives back what went in`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let bytes = randomBytes(using: &generator)

        for effort in Gzip.Effort.allCases {
            let compressed = try #require(Gzip.compress(bytes, effort: effort))
            #expect(Gzip.expand(compressed, limit: bytes.count) == bytes)
        }
    }

    @Test func `makes repetitive text much smaller, and the same text the same bytes`() throws {
        let bytes = Array(String(repeating: "the quick brown fox ", count: 5000).utf8)

        let compressed = try #require(Gzip.compress(bytes))

        #expect(compressed.count < bytes.count / 50)
        #expect(Gzip.compress(bytes) == compressed)
    }

    @Test func `is understood by the gzip program`() throws {
        let bytes = Array(String(repeating: "é漢😀 0123456789\n", count: 1000).utf8)
        let file = FileManager.default.temporaryDirectory.appending(path: "shuren-\(UUID()).gz")
        defer { try? FileManager.default.removeItem(at: file) }  // nothing depends on it being gone
        try Data(try #require(Gzip.compress(bytes, effort: .best))).write(to: file)

        let gzip = Process()
        let output = Pipe()
        gzip.executableURL = URL(filePath: "/bin/gzip")
        gzip.arguments = ["-dc", file.path()]
        gzip.standardOutput = output
        try gzip.run()
        let expanded = try output.fileHandleForReading.readToEnd()

        #expect(expanded.map(Array.init) == bytes)
    }

    @Test func `refuses what is damaged, cut, followed by more, or larger than allowed`() throws {
        let bytes = Array("hello, hello, hello".utf8)
        let compressed = try #require(Gzip.compress(bytes))
        var damaged = compressed
        damaged[damaged.count - 5] ^= 1

        #expect(Gzip.expand(damaged, limit: 100) == nil)
        #expect(Gzip.expand(Array(compressed.dropLast()), limit: 100) == nil)
        #expect(Gzip.expand(compressed + [0], limit: 100) == nil)
        #expect(Gzip.expand(compressed, limit: bytes.count - 1) == nil)
        #expect(Gzip.expand([], limit: 100) == nil)
    }
}

/// Nothing, a little or more than one buffer, of noise or of few different bytes.
private func randomBytes(using generator: inout SeededGenerator) -> [UInt8] {
    let count = Int.random(in: 0...([0, 10, 1000, 200_000].randomElement(using: &generator) ?? 0), using: &generator)
    let highest = Bool.random(using: &generator) ? UInt8.max : 3
    return (0..<count).map { _ in UInt8.random(in: 0...highest, using: &generator) }
}
