/// Bytes that the socket did not take yet.
///
/// The bound holds for streams: whoever lags behind by more is dropped, because a reader that comes back can resume and
/// a server that waits for readers cannot.
struct OutputQueue: Sendable {
    /// How far a stream's reader may lag, in bytes.
    static let bound = 256 * 1024

    private var bytes: [UInt8] = []
    private var offset = 0

    var count: Int { self.bytes.count - self.offset }
    var isEmpty: Bool { self.count == 0 }

    /// The bytes in the order in which they must go out.
    var waiting: ArraySlice<UInt8> { self.bytes[self.offset...] }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        self.bytes.append(contentsOf: bytes)
    }

    /// The socket took `count` bytes from the front.
    mutating func taken(_ count: Int) {
        self.offset += count
        if self.offset == self.bytes.count {
            self.bytes = []
            self.offset = 0
        } else if self.offset > 64 * 1024 {
            self.bytes.removeFirst(self.offset)
            self.offset = 0
        }
    }
}
