internal import Crypto

/// One preallocated file of the spool, filled from its start and emptied as a whole.
///
/// Its blocks exist from the beginning, written with zeros, so a full disk does not keep it from being overwritten.
/// (Copy-on-write file systems such as btrfs and ZFS do not give that.) The first two blocks are the same header twice, so
/// that one flipped bit does not hide everything behind it: "SHRS", a version, the salt of ``SpoolRecord``, and a
/// checksum of these.
///
/// A segment in which something is damaged is kept as it is: its sound records are found, nothing is written to it any
/// more, and somebody can look at the rest.
final class SpoolSegment {
    /// A record and where it lies.
    struct Entry: Sendable, Equatable {
        let offset: Int
        let record: SpoolRecord
    }

    private static let magic = Array("SHRS".utf8)
    private static let version: UInt32 = 1
    private static let firstRecord = 2 * SpoolRecord.blockSize

    let size: Int
    private let file: File
    private var salt: UInt64
    /// The sound records that were in the file when it was opened, in their order.
    private(set) var found: [Entry] = []
    /// How many stretches before the last sound record are no records: each was one or more before it was damaged.
    private(set) var damagedStretches = 0
    /// Where the next record goes.
    private(set) var end: Int
    /// Set when something in it is damaged, or when a sync failed: what was written since is lost then, and another sync
    /// would claim otherwise.
    private(set) var isBroken = false

    /// Opens a segment and reads what is in it; makes it, filled with zeros and on the device, when it is missing.
    ///
    /// A file of another length, which is what a copy that was cut off leaves, keeps that length.
    init(path: String, size: Int, random: inout some RandomNumberGenerator) throws(SystemError) {
        self.file = try File(path: path)
        let found = try self.file.byteCount
        self.size = found > Self.firstRecord ? found : size
        self.salt = 0
        self.end = Self.firstRecord
        if found < self.size { try self.preallocate(from: found) }
        try self.load(using: &random)
    }

    /// Reads a segment that is there, without changing it; nothing can be written to it.
    init(reading path: String) throws(SystemError) {
        self.file = try File(reading: path)
        self.size = try self.file.byteCount
        self.salt = 0
        self.end = Self.firstRecord
        guard self.size > Self.firstRecord else { return }
        let bytes = try self.usedBytes()
        if let salt = Self.salts(in: bytes).lazy.compactMap(\.self).first {
            self.salt = salt
            self.scan(bytes)
        } else if bytes.contains(where: { $0 != 0 }) {
            self.damagedStretches = 1
        }
        self.isBroken = true
    }

    /// How many bytes are free, headers and padding included.
    var free: Int { self.isBroken ? 0 : self.size - self.end }

    /// Whether a payload of `count` bytes fits.
    func hasRoom(forPayload count: Int) -> Bool { SpoolRecord.size(forPayload: count) <= self.free }

    /// Writes a record behind the others and returns where, once it is on the device.
    func append(_ record: SpoolRecord) throws(SystemError) -> Int {
        let offset = self.end
        try self.file.write(record.encoded(salt: self.salt), at: offset)
        try self.sync()
        self.end += record.size
        return offset
    }

    /// Reads back a record that ``append(_:)`` or the scan has told of; `nil` when it was damaged meanwhile.
    func record(at offset: Int, payloadCount: Int) throws(SystemError) -> SpoolRecord? {
        let bytes = try self.file.read(SpoolRecord.size(forPayload: payloadCount), at: offset)
        return SpoolRecord(decoding: bytes[...], salt: self.salt)
    }

    /// Makes every record in it void, by a new salt.
    func empty(using random: inout some RandomNumberGenerator) throws(SystemError) {
        let salt = random.next()
        try self.writeHeader(salt)
        self.salt = salt
        self.end = Self.firstRecord
    }

    /// Has nothing more written to it.
    func giveUp() {
        self.isBroken = true
    }

    private func sync() throws(SystemError) {
        do throws(SystemError) {
            try self.file.sync()
        } catch {
            self.isBroken = true
            throw error
        }
    }

    private func preallocate(from start: Int) throws(SystemError) {
        let zeros = [UInt8](repeating: 0, count: 1 << 18)
        var offset = start
        while offset < self.size {
            try self.file.write(Array(zeros.prefix(self.size - offset)), at: offset)
            offset += zeros.count
        }
        try self.file.sync()
    }

    /// Finds what is in the file, and readies it for more.
    private func load(using random: inout some RandomNumberGenerator) throws(SystemError) {
        let bytes = try self.usedBytes()
        let salts = Self.salts(in: bytes)
        if let salt = salts[0] ?? salts[1] {
            self.salt = salt
            self.scan(bytes)
            if salts[0] != salts[1], !self.isBroken { try self.writeHeader(salt) }
        } else if bytes.contains(where: { $0 != 0 }) {
            self.damagedStretches = 1
            self.isBroken = true
        } else {
            try self.empty(using: &random)
        }
    }

    /// The file up to where it was ever written.
    ///
    /// A segment is filled from its start, and no record holds a mebibyte of zeros; reading on would take most of the time
    /// that the server needs to start.
    private func usedBytes() throws(SystemError) -> [UInt8] {
        let chunkSize = 1 << 20
        var bytes: [UInt8] = []
        while bytes.count < self.size {
            let chunk = try self.file.read(min(chunkSize, self.size - bytes.count), at: bytes.count)
            bytes += chunk
            guard chunk.contains(where: { $0 != 0 }) else { break }
        }
        return bytes
    }

    /// Finds the sound records; what follows the last of them is a torn write or nothing.
    ///
    /// A record that was found already is no second one but a block that the disk wrote to the wrong place.
    private func scan(_ bytes: [UInt8]) {
        var offset = Self.firstRecord
        var isInDamage = false
        var sequences: Set<UInt64> = []
        while offset < bytes.count {
            let record = SpoolRecord(decoding: bytes[offset...], salt: self.salt)
            if let record, sequences.insert(record.sequence).inserted {
                if isInDamage { self.damagedStretches += 1 }
                isInDamage = false
                self.found.append(Entry(offset: offset, record: record))
                offset += record.size
                self.end = offset
            } else {
                isInDamage = true
                offset += SpoolRecord.blockSize
            }
        }
        self.isBroken = self.damagedStretches > 0
    }

    private func writeHeader(_ salt: UInt64) throws(SystemError) {
        let header = Self.header(salt: salt)
        try self.file.write(header + header, at: 0)
        try self.sync()
    }

    private static func header(salt: UInt64) -> [UInt8] {
        var bytes = Self.magic
        bytes.append(littleEndian: Self.version)
        bytes.append(littleEndian: salt)
        bytes.append(littleEndian: CRC32C.checksum(of: bytes))
        bytes.append(contentsOf: repeatElement(0, count: SpoolRecord.blockSize - bytes.count))
        return bytes
    }

    /// What the two headers say; `nil` for a damaged one.
    private static func salts(in bytes: [UInt8]) -> [UInt64?] {
        [
            Self.salt(in: bytes[..<SpoolRecord.blockSize]),
            Self.salt(in: bytes[SpoolRecord.blockSize..<Self.firstRecord]),
        ]
    }

    private static func salt(in block: ArraySlice<UInt8>) -> UInt64? {
        guard block.count == SpoolRecord.blockSize, block.starts(with: Self.magic) else { return nil }
        guard UInt32(littleEndian: block.dropFirst(4)) == Self.version else { return nil }
        let expected = UInt32(littleEndian: block.dropFirst(16))
        guard CRC32C.checksum(of: block.prefix(16)) == expected else { return nil }
        return UInt64(littleEndian: block.dropFirst(8))
    }
}
