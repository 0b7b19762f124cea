import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(30)), .serialized) struct `A spool that is damaged` {
    private let folder: TemporaryFolder
    private static let payloads = (1...5).map { number in (0..<number * 170).map { UInt8(truncatingIfNeeded: $0 * 7) } }
    private static let late: [UInt8] = [1, 2, 3]

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func open() throws -> SpoolFiles {
        try SpoolFiles(
            folder: self.folder.file("spool"),
            segmentCount: 2,
            segmentSize: 8 * 1024,
            // Salts must differ from one start to the next.
            random: SystemRandomNumberGenerator()
        )
    }

    /// The first segment with five records in it, which the spool has to itself.
    private func fill() throws -> (path: String, bytes: [UInt8], end: Int) {
        let files = try self.open()
        for payload in Self.payloads { _ = try files.append(payload) }
        let path = self.folder.file("spool/spool-0")
        let records = Self.payloads.reduce(0) { $0 + SpoolRecord.size(forPayload: $1.count) }
        return (path, try [UInt8](readingFile: path), 1024 + records)
    }

    /// What the spool gives back of these bytes.
    private func found(in bytes: [UInt8], at path: String, _ comment: Comment) throws -> [[UInt8]] {
        try bytes.write(to: path)
        return try self.payloads(of: self.open(), comment)
    }

    /// Adds a record to what was found, which is there after one more start, behind the others.
    private func goOn(behind found: [[UInt8]], _ comment: Comment) throws {
        let files = try self.open()
        let ticket = try files.append(Self.late)
        let later = try self.open()
        #expect(try self.payloads(of: later, comment) == found + [Self.late], comment)
        #expect(later.findings.tickets.last?.sequence == ticket.sequence, comment)
        // The other segment is left as it was, for the next damage.
        if let last = later.findings.tickets.last { try later.consume(last) }
    }

    private func payloads(of files: SpoolFiles, _ comment: Comment) throws -> [[UInt8]] {
        let sequences = files.findings.tickets.map(\.sequence)
        #expect(Set(sequences).count == sequences.count, comment)
        return try files.findings.tickets.compactMap { try files.payload(of: $0) }
    }

    @Test func `gives back a first part of what was written, wherever its file is cut off`() async throws {
        let (path, bytes, end) = try self.fill()
        let step = Fault.isLong ? 1 : 7
        let cuts = Array(stride(from: 0, through: end, by: step))

        for length in cuts {
            let found = try self.found(in: Array(bytes.prefix(length)), at: path, "cut at \(length)")
            #expect(found == Array(Self.payloads.prefix(found.count)), "cut at \(length)")
            try self.goOn(behind: found, "cut at \(length)")
            await Task.yield()  // the other tests have the same threads
        }

        print("spool: cut at a byte: \(cuts.count) runs")
    }

    @Test func `loses at most the record that a flipped bit is in, and invents none`() async throws {
        let (path, bytes, end) = try self.fill()
        let lastThree = Self.payloads.suffix(3).reduce(0) { $0 + SpoolRecord.size(forPayload: $1.count) }
        let step = Fault.isLong ? 1 : 37
        let bits = Array(stride(from: (end - lastThree) * 8, to: end * 8, by: step))

        for bit in bits {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            let found = try self.found(in: flipped, at: path, "bit \(bit)")
            #expect(found.count >= Self.payloads.count - 1, "bit \(bit)")
            #expect(found == Self.payloads.filter { found.contains($0) }, "bit \(bit)")
            // Once for each byte, since it is the slow half.
            if bit.isMultiple(of: 8) { try self.goOn(behind: found, "bit \(bit)") }
            await Task.yield()
        }

        print("spool: a bit flipped: \(bits.count) runs")
    }
}
