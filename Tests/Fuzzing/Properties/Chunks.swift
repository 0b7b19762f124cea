import HTTPTypes
import TestSupport

@testable import HTTPServer

/// A chunked body, cut anywhere, is what a slow reader of RFC 9112 finds in it; and any bytes survive being sent as one.
func checkChunks(_ input: [UInt8]) throws {
    let whole = try ChunkedReading(of: [input])
    // Beyond this size, the limits of extensions and trailers count, which the slow reader does not know.
    if input.count < RequestLimits().chunkExtensions {
        try require(whole == SlowChunkedBody.read(input), "the body is that of the standard")
    }
    try input.forEachCut { pieces in
        try require(
            try ChunkedReading(of: pieces) == whole,
            "a body in pieces of \(pieces.map(\.count)) is the same body"
        )
    }

    var generator = SeededGenerator(seed: input.fingerprint)
    let chunks = input.cutAtRandom(using: &generator).flatMap { piece -> [UInt8] in
        Array("\(String(piece.count, radix: 16, uppercase: piece.count % 2 == 0))\r\n".utf8) + piece + [0x0D, 0x0A]
    }
    let sent = try ChunkedReading(of: [chunks + Array("0\r\n\r\n".utf8)])
    try require(sent == .body(input, leftOver: 0), "what was sent in chunks arrives")
}

extension ChunkedReading {
    /// Reads what follows the head of a request with a chunked body, up to the end of that body.
    init(of pieces: [[UInt8]]) throws {
        var parser = RequestParser()
        var head = Array("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)[...]
        guard case .needsMore = try parser.read(&head) else { throw Violation(description: "the body is to come") }
        var leftOver = pieces.reduce(0) { $0 + $1.count }
        for piece in pieces {
            var bytes = piece[...]
            do throws(RequestError) {
                let step = try parser.read(&bytes)
                leftOver -= piece.count - bytes.count
                guard case .request(let request, _) = step else { continue }
                self = .body(request.body, leftOver: leftOver)
                return
            } catch {
                self = .refused
                return
            }
        }
        self = .incomplete
    }
}
