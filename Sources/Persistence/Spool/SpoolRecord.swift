internal import Crypto

/// How one payload lies in a segment: a header of 32 bytes, the payload, zeros up to the next block.
///
/// | bytes | |
/// |---|---|
/// | 0..<4 | "SHRR" |
/// | 4..<8 | CRC-32C of the salt, of bytes 8..<32 and of the payload |
/// | 8..<16 | sequence, increasing through all segments |
/// | 16..<20 | length of the payload |
/// | 20..<32 | zeros |
///
/// Numbers are little-endian. A record starts on a block of 512 bytes, so that the search for the next one after a
/// damaged one is short. The salt is the segment's: random, new each time the segment is emptied, and never shown. With
/// it neither an older record of the same place nor a text that looks like a record is ever taken for one.
struct SpoolRecord: Sendable, Equatable {
    static let headerSize = 32
    static let blockSize = 512
    private static let magic = Array("SHRR".utf8)

    let sequence: UInt64
    let payload: [UInt8]

    /// How much room a payload of `count` bytes takes.
    static func size(forPayload count: Int) -> Int {
        let blocks = (Self.headerSize + count + Self.blockSize - 1) / Self.blockSize
        return blocks * Self.blockSize
    }

    /// How much room this record takes.
    var size: Int { Self.size(forPayload: self.payload.count) }

    /// The record as it is written, whole blocks.
    func encoded(salt: UInt64) -> [UInt8] {
        var facts: [UInt8] = []
        facts.append(littleEndian: self.sequence)
        facts.append(littleEndian: UInt32(self.payload.count))
        facts.append(contentsOf: repeatElement(0, count: Self.headerSize - 20))

        var bytes = Self.magic
        bytes.append(littleEndian: Self.checksum(salt: salt, facts: facts[...], payload: self.payload[...]))
        bytes += facts
        bytes += self.payload
        bytes.append(contentsOf: repeatElement(0, count: self.size - bytes.count))
        return bytes
    }

    /// Reads a record from the start of some bytes; `nil` when no whole and sound one is there.
    init?(decoding bytes: ArraySlice<UInt8>, salt: UInt64) {
        guard bytes.count >= Self.headerSize, bytes.starts(with: Self.magic) else { return nil }
        let facts = bytes.dropFirst(8).prefix(Self.headerSize - 8)
        let length = Int(UInt32(littleEndian: facts.dropFirst(8)))
        guard length <= bytes.count - Self.headerSize else { return nil }
        let payload = bytes.dropFirst(Self.headerSize).prefix(length)
        let expected = UInt32(littleEndian: bytes.dropFirst(4))
        guard Self.checksum(salt: salt, facts: facts, payload: payload) == expected else { return nil }
        let sequence = UInt64(littleEndian: facts)
        // The other half of the numbers is for those that follow: nobody gets that far.
        guard sequence <= .max / 2 else { return nil }
        self.init(sequence: sequence, payload: Array(payload))
    }

    init(sequence: UInt64, payload: [UInt8]) {
        self.sequence = sequence
        self.payload = payload
    }

    private static func checksum(salt: UInt64, facts: ArraySlice<UInt8>, payload: ArraySlice<UInt8>) -> UInt32 {
        var start: [UInt8] = []
        start.append(littleEndian: salt)
        var checksum = CRC32C()
        checksum.update(start)
        checksum.update(facts)
        checksum.update(payload)
        return checksum.value
    }
}

extension [UInt8] {
    /// Adds a number's bytes, the lowest first.
    mutating func append<Number: FixedWidthInteger & UnsignedInteger>(littleEndian number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            self.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// Reads a number from the first bytes, the lowest first.
    init(littleEndian bytes: ArraySlice<UInt8>) {
        self = bytes.prefix(Self.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Self($1) }
    }
}
