/// Writes event streams (WHATWG HTML, section 9.2).
package enum ServerSentEventEncoder {
    /// Writes one event with its final empty line at the end of `bytes`.
    ///
    /// CR, LF and CRLF in the data all begin a new data line, so data never becomes a field. A name or id is one line: a
    /// line end in it, or a NUL, which readers refuse in an id, is left out.
    package static func append(
        event name: String? = nil,
        data: String,
        id: String? = nil,
        to bytes: inout [UInt8]
    ) {
        self.append(event: name, data: data.utf8.span, id: id, to: &bytes)
    }

    /// Writes one event whose data is UTF-8 already, such as JSON.
    package static func append(
        event name: String? = nil,
        data: Span<UInt8>,
        id: String? = nil,
        to bytes: inout [UInt8]
    ) {
        if let id { self.appendField("id: ", id, to: &bytes) }
        if let name { self.appendField("event: ", name, to: &bytes) }
        var start = 0
        for index in data.indices where data[index] == lineFeed || data[index] == carriageReturn {
            // The LF of a CRLF: the line has ended with the CR.
            if index > 0, data[index] == lineFeed, data[index - 1] == carriageReturn {
                start = index + 1
                continue
            }
            self.appendDataLine(data.extracting(start..<index), to: &bytes)
            start = index + 1
        }
        self.appendDataLine(data.extracting(start..<data.count), to: &bytes)
        bytes.append(lineFeed)
    }

    /// Writes a comment, which readers ignore and which keeps a silent connection alive.
    package static func append(comment: String, to bytes: inout [UInt8]) {
        self.appendField(": ", comment, to: &bytes)
        bytes.append(lineFeed)
    }

    /// Writes how long readers shall wait before they come back.
    package static func append(retry: Duration, to bytes: inout [UInt8]) {
        let (seconds, attoseconds) = retry.components
        self.appendField("retry: ", String(max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000)), to: &bytes)
        bytes.append(lineFeed)
    }

    private static func appendField(_ start: String, _ value: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: start.utf8)
        bytes.append(contentsOf: value.utf8.lazy.filter { $0 != lineFeed && $0 != carriageReturn && $0 != 0 })
        bytes.append(lineFeed)
    }

    private static func appendDataLine(_ line: Span<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "data: ".utf8)
        // An array takes no span; the pointer does not outlive the call.
        unsafe line.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(lineFeed)
    }
}

private let lineFeed: UInt8 = 0x0A
private let carriageReturn: UInt8 = 0x0D
