import Foundation
import TestSupport
import Testing

@Suite struct `Everything that reads bytes from outside` {
    @Test(arguments: FuzzTarget.allCases)
    func `keeps its promises for every file of the corpus`(target: FuzzTarget) throws {
        let files = try corpus(of: target)

        #expect(files.count >= 5)
        for file in files {
            #expect(throws: Never.self, "\(target.rawValue)/\(file.name)") { try target.check(file.bytes) }
        }
    }

    @Test(arguments: FuzzTarget.allCases, Seeds.all)
    func `keeps its promises for files of the corpus that were changed`(target: FuzzTarget, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let inputs = try corpus(of: target).map(\.bytes)
        var input = inputs.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...4, using: &generator) { input.mutate(with: inputs, using: &generator) }

        #expect(throws: Never.self, "\(target.rawValue): \(input)") { try target.check(input) }
    }

    @Test func `has a folder in the corpus, and nobody else has`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: corpusFolder.path)

        #expect(Set(folders) == Set(FuzzTarget.allCases.map(\.rawValue)))
    }
}

private let corpusFolder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

/// The inputs that are kept for a target: seeds written by hand, and what the fuzzer found.
private func corpus(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let folder = corpusFolder.appending(path: target.rawValue)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
        (name, [UInt8](try Data(contentsOf: folder.appending(path: name))))
    }
}

extension [UInt8] {
    /// Changes a byte, takes some out, doubles some, or puts a piece of another input in.
    fileprivate mutating func mutate(with others: [[UInt8]], using generator: inout SeededGenerator) {
        let start = Int.random(in: 0...self.count, using: &generator)
        let end = Swift.min(self.count, start + Int.random(in: 0...8, using: &generator))
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: if start < self.count { self[start] = UInt8.random(in: 0...255, using: &generator) }
        case 1: self.removeSubrange(start..<end)
        case 2: self.insert(contentsOf: Array(self[start..<end]), at: start)
        default:
            let other = others.randomElement(using: &generator) ?? []
            let from = Int.random(in: 0...other.count, using: &generator)
            self.insert(contentsOf: other[from...].prefix(Int.random(in: 0...16, using: &generator)), at: start)
        }
    }
}
