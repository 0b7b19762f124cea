import Foundation
import Fuzzing
import TestSupport
import Testing

@Suite struct `Everything that reads bytes from outside` {
    @Test(arguments: FuzzTarget.allCases)
    func `holds for every input of its corpus`(target: FuzzTarget) throws {
        let inputs = try Corpus(of: target).inputs

        #expect(inputs.count >= 5)
        for (name, input) in inputs {
            let problem = target.problem(with: input)
            #expect(problem == nil, "\(target.rawValue)/\(name)")
        }
    }

    @Test(arguments: FuzzTarget.allCases, Seeds.all)
    func `holds for inputs of the corpus with random changes`(target: FuzzTarget, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let inputs = try Corpus(of: target).inputs.map(\.bytes)
        for _ in 0..<5 {
            var input = inputs.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) { input.mutate(with: inputs, using: &generator) }

            let problem = target.problem(with: input)
            #expect(problem == nil, "\(target.rawValue): \(input)")
        }
    }
}

/// The inputs that are kept for a target, beside this file: seeds written by hand, and what the fuzzer found.
private struct Corpus {
    let inputs: [(name: String, bytes: [UInt8])]

    init(of target: FuzzTarget) throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let folder = tests.appending(path: "Fuzzing/Corpus/\(target.rawValue)")
        self.inputs = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, [UInt8](try Data(contentsOf: folder.appending(path: name))))
        }
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
