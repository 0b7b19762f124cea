/// A checksum that finds torn and flipped bytes in what was written to a disk: CRC-32C (Castagnoli).
///
/// The reflected form with the polynomial 0x82F63B78, as RFC 3720 (iSCSI) describes it in appendix B.4, computed with
/// a table of 256 entries. It protects against accidents, not against people.
package struct CRC32C: Sendable, Equatable {
    private var state: UInt32 = 0xFFFF_FFFF

    package init() {}

    /// The checksum of everything that came so far.
    package var value: UInt32 { ~self.state }

    /// The checksum of some bytes at once.
    package static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
        var checksum = CRC32C()
        checksum.update(bytes)
        return checksum.value
    }

    /// Takes more bytes in.
    package mutating func update(_ bytes: some Sequence<UInt8>) {
        let table = Self.table
        var state = self.state
        for byte in bytes {
            state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ state >> 8
        }
        self.state = state
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0x82F6_3B78 ^ value >> 1 : value >> 1 }
    }
}
