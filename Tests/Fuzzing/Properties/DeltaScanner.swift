import JSONValue

@testable import Providers

/// The scanner says what the full reader says, byte for byte, and refuses what that refuses.
func checkDeltaScanner(_ input: [UInt8]) throws {
    let text = String(decoding: input, as: UTF8.self)
    let expected = Result { () throws(JSON.ParsingError) in ChatChunk(try JSON(parsing: text, duplicateKeys: .keepLast))
    }
    let found = Result { () throws(JSON.ParsingError) in try DeltaScanner.chunk(text) }

    try require(found.map(PlainChunk.init) == expected.map(PlainChunk.init), "the scanner says what the reader says")
    guard let usual = DeltaScanner.usualChunk(text) else { return }
    try require(.success(PlainChunk(usual)) == expected.map(PlainChunk.init), "the fast pass says what the reader says")
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
