import HTTPServer

/// What some bytes are as a chunked body.
enum ChunkedReading: Equatable {
    case body([UInt8], leftOver: Int)
    case incomplete
    case refused
}

/// A reader of chunked bodies by the grammar of RFC 9112, section 7.1, without its tolerance for white space.
///
/// It reads the bytes from their start, and judges a line once it has ended; only a byte that no line may have is
/// refused at once.
struct SlowChunkedBody {
    private var rest: ArraySlice<UInt8>
    private var body: [UInt8] = []

    static func read(_ bytes: [UInt8]) -> ChunkedReading {
        var reader = SlowChunkedBody(rest: bytes[...])
        do {
            try reader.chunks()
            try reader.trailer()
            return .body(reader.body, leftOver: reader.rest.count)
        } catch {
            return error.isCut ? .incomplete : .refused
        }
    }

    private struct End: Error {
        let isCut: Bool
    }

    // `*chunk last-chunk`
    private mutating func chunks() throws(End) {
        while true {
            let size = try Self.size(of: try self.line())
            guard size > 0 else { return }
            guard self.body.count + size <= RequestLimits().body else { throw End(isCut: false) }
            guard self.rest.count >= size else { throw End(isCut: true) }
            self.body += self.rest.prefix(size)
            self.rest = self.rest.dropFirst(size)
            for expected: UInt8 in [0x0D, 0x0A] {
                guard let byte = self.rest.popFirst() else { throw End(isCut: true) }
                guard byte == expected else { throw End(isCut: false) }
            }
        }
    }

    // `trailer-section CRLF`
    private mutating func trailer() throws(End) {
        while true {
            let line = try self.line()
            if line.isEmpty { return }
            let name = line.unicodeScalars.prefix { $0 != ":" }
            let isField = name.count < line.unicodeScalars.count && isToken(String(name)) && !name.contains("_")
            guard isField else { throw End(isCut: false) }
        }
    }

    /// A line as scalars of one byte each.
    private mutating func line() throws(End) -> String {
        var line = ""
        while let byte = self.rest.popFirst() {
            switch byte {
            case 0x0D:
                guard let next = self.rest.popFirst() else { throw End(isCut: true) }
                guard next == 0x0A else { throw End(isCut: false) }
                return line
            case 0x09, 0x20...0x7E, 0x80...0xFF: line.unicodeScalars.append(Unicode.Scalar(byte))
            default: throw End(isCut: false)
            }
        }
        throw End(isCut: true)
    }

    /// `chunk-size [ chunk-ext ]`, the size of at most eight digits.
    private static func size(of line: String) throws(End) -> Int {
        guard let match = unsafe line.wholeMatch(of: chunkLine), let size = Int(match.output.1, radix: 16) else {
            throw End(isCut: false)
        }
        return size
    }
}

// `1*8HEXDIG *( ";" token [ "=" ( token / quoted-string ) ] )`
private nonisolated(unsafe) let chunkLine =  // a regular expression is a value that only lacks the word
    /([0-9A-Fa-f]{1,8})(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[^"\\]|\\.)*"))?)*/
    .matchingSemantics(.unicodeScalar).dotMatchesNewlines()

private func isToken(_ text: String) -> Bool {
    text.wholeMatch(of: /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/.matchingSemantics(.unicodeScalar)) != nil
}
