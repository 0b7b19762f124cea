import JSONValue

@testable import Providers

/// The scanner and what the chunks before have taught say what the full reader says, byte for byte, and refuse what that
/// refuses.
///
/// Each line of the input is a chunk, so that one input can hold a reply.
func checkDeltas(_ input: [UInt8]) throws {
    var template = DeltaTemplate()
    for line in input.split(separator: 0x0A).map(Array.init) {
        let text = String(decoding: line, as: UTF8.self)
        let expected = reading { () throws(JSON.ParsingError) in
            ChatChunk(try JSON(parsing: text, duplicateKeys: .keepLast))
        }

        let scanned = reading { () throws(JSON.ParsingError) in try DeltaScanner.chunk(text) }
        try require(scanned == expected, "the scanner says what the reader says")
        let shaped = reading { () throws(JSON.ParsingError) in try template.chunk(line.span) }
        try require(shaped == expected, "the shape of earlier chunks changes nothing")
        if let usual = DeltaScanner.usualChunk(text) {
            try require(.success(PlainChunk(usual)) == expected, "the fast pass says what the reader says")
        }
    }
}

private func reading(_ read: () throws(JSON.ParsingError) -> ChatChunk) -> Result<PlainChunk, JSON.ParsingError> {
    Result(catching: read).map(PlainChunk.init)
}

/// A chunk whose texts are compared by their bytes as well.
private struct PlainChunk: Equatable {
    let chunk: ChatChunk
    let texts: [[UInt8]]

    init(_ chunk: ChatChunk) {
        self.chunk = chunk
        self.texts = [chunk.text, chunk.reasoning, chunk.role ?? ""].map { Array($0.utf8) }
    }
}
