import Foundation
import Testing

@Suite struct `Every file of the fuzzing corpus` {
    @Test(arguments: FuzzTarget.allCases) func `holds what its target promises`(target: FuzzTarget) throws {
        let files = try corpus(of: target)

        #expect(!files.isEmpty)
        for file in files {
            let input = [UInt8](try Data(contentsOf: file))
            #expect(throws: Never.self, "\(file.lastPathComponent)") { try target.check(input) }
        }
    }

    @Test func `belongs to a target`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: corpusFolder.path)

        #expect(Set(folders) == Set(FuzzTarget.allCases.map(\.rawValue)))
    }
}

private let corpusFolder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

private func corpus(of target: FuzzTarget) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
        at: corpusFolder.appending(path: target.rawValue),
        includingPropertiesForKeys: nil
    )
    .sorted { $0.path < $1.path }
}
