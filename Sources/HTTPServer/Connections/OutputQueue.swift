/// Bytes that the socket did not take yet.
///
/// The bound holds for streams: whoever lags behind by more when another piece comes is dropped, because a reader that
/// comes back can resume and a server that waits for readers cannot. One piece may be larger, as the replay of a long
/// reply is.
struct OutputQueue: Sendable {
    /// How far a stream's reader may lag, in bytes.
    static let bound = 256 * 1024

    /// The room that an empty queue keeps, in bytes.
    private static let kept = 1024

    private var bytes: [UInt8] = []
    private var offset = 0

    var count: Int { self.bytes.count - self.offset }
    var isEmpty: Bool { self.count == 0 }

    /// The bytes in the order in which they must go out.
    var waiting: ArraySlice<UInt8> { self.bytes[self.offset...] }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        self.bytes.append(contentsOf: bytes)
    }

    /// Adds a chunk of a chunked body (RFC 9112, section 7.1): its size in hexadecimal, the bytes, and a line end each.
    mutating func append(chunk bytes: [UInt8]) {
        self.bytes.reserveCapacity(self.bytes.count + bytes.count + 12)
        var shift = max(0, (Int.bitWidth - 1 - bytes.count.leadingZeroBitCount) / 4 * 4)
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: bytes.count >> shift) & 0xF
            self.bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
            shift -= 4
        }
        self.bytes.append(0x0D)
        self.bytes.append(0x0A)
        self.bytes.append(contentsOf: bytes)
        self.bytes.append(0x0D)
        self.bytes.append(0x0A)
    }

    /// The socket took `count` bytes from the front.
    mutating func taken(_ count: Int) {
        self.offset += count
        if self.offset == self.bytes.count {
            // A chunk of a reply is small and another follows soon; what is larger is not worth keeping for each reader.
            if self.bytes.capacity <= Self.kept { self.bytes.removeAll(keepingCapacity: true) } else { self.bytes = [] }
            self.offset = 0
        } else if self.offset > 64 * 1024, self.offset > self.bytes.count / 2 {
            // Only when more has gone than waits: moving the rest then costs no more than what was sent, however much it is.
            self.bytes.removeFirst(self.offset)
            self.offset = 0
        }
    }
}
