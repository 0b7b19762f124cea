import Foundation
import TestSupport
import Testing

@testable import Persistence

@Suite struct `A segment of the spool` {
    private let folder: TemporaryFolder
    private let path: String
    private static let size = 16 * 1024
    private static let payloads = (1...6).map { number in Array("reply \(number) ".utf8) + filler(number * 150) }

    init() throws {
        self.folder = try TemporaryFolder()
        self.path = self.folder.file("spool-0")
    }

    private func open() throws -> SpoolSegment {
        var random = SeededGenerator(seed: 1)
        return try SpoolSegment(path: self.path, size: Self.size, random: &random)
    }

    /// A file with all payloads in it.
    private func fill() throws -> (bytes: [UInt8], offsets: [Int]) {
        let segment = try self.open()
        let offsets = try Self.payloads.enumerated().map { index, payload in
            try segment.append(SpoolRecord(sequence: UInt64(index + 1), payload: payload))
        }
        return (try [UInt8](readingFile: self.path), offsets)
    }

    @Test func `is written with zeros to its full length, for its owner alone`() throws {
        _ = try self.open()

        let attributes = try FileManager.default.attributesOfItem(atPath: self.path)
        #expect(attributes[.size] as? Int == Self.size)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `gives back what was put in, in order`() throws {
        let (_, offsets) = try self.fill()

        let segment = try self.open()

        #expect(segment.found.map(\.record.payload) == Self.payloads)
        #expect(segment.found.map(\.record.sequence) == [1, 2, 3, 4, 5, 6])
        #expect(segment.found.map(\.offset) == offsets)
        #expect(segment.damagedStretches == 0)
    }

    @Test(arguments: [0, 1, 2, 3]) func `finds large records wherever they begin and end`(count: Int) throws {
        let payloads = (0..<count).map { _ in filler(700_000) }
        var random = SeededGenerator(seed: 1)
        do {
            let segment = try SpoolSegment(path: self.path, size: 4 << 20, random: &random)
            for (index, payload) in payloads.enumerated() {
                _ = try segment.append(SpoolRecord(sequence: UInt64(index), payload: payload))
            }
        }

        let segment = try SpoolSegment(path: self.path, size: 4 << 20, random: &random)

        #expect(segment.found.map(\.record.payload) == payloads)
        #expect(segment.end == 1024 + count * SpoolRecord.size(forPayload: 700_000))
        #expect(segment.damagedStretches == 0)
    }

    @Test func `goes on behind what it holds`() throws {
        _ = try self.fill()

        _ = try self.open().append(SpoolRecord(sequence: 7, payload: [7]))

        #expect(try self.open().found.map(\.record.payload) == Self.payloads + [[7]])
    }

    @Test func `holds nothing after it was emptied`() throws {
        _ = try self.fill()
        var random = SeededGenerator(seed: 2)

        let segment = try self.open()
        try segment.empty(using: &random)
        _ = try segment.append(SpoolRecord(sequence: 9, payload: [9]))

        #expect(try self.open().found.map(\.record.payload) == [[9]])
        #expect(try self.open().damagedStretches == 0)
    }

    @Test func `is never larger than it was made`() throws {
        let segment = try self.open()

        #expect(segment.hasRoom(forPayload: Self.size - 2048))
        #expect(!segment.hasRoom(forPayload: Self.size))
        #expect(try [UInt8](readingFile: self.path).count == Self.size)
    }

    /// Cut off anywhere, the file holds a first part of what was written, and takes more.
    @Test func `survives being cut off at every byte`() throws {
        let (whole, offsets) = try self.fill()
        let end = (offsets.last ?? 0) + SpoolRecord.size(forPayload: Self.payloads.last?.count ?? 0)

        for length in 0...end {
            try Array(whole.prefix(length)).write(to: self.path)
            let found = try self.open().found.map(\.record.payload)
            #expect(found == Array(Self.payloads.prefix(found.count)), "cut at \(length)")
            let complete = zip(offsets, Self.payloads).count { $0 + SpoolRecord.headerSize + $1.count <= length }
            #expect(found.count == complete, "cut at \(length)")
        }
    }

    /// A flipped bit costs at most the record that it is in; what it costs in the middle is counted.
    @Test func `loses at most one record to a flipped bit, and counts it`() throws {
        let (whole, offsets) = try self.fill()

        for position in whole.indices.prefix((offsets.last ?? 0) + 1200) {
            var bytes = whole
            bytes[position] ^= 1 << UInt8(position % 8)
            try bytes.write(to: self.path)
            let segment = try self.open()
            let found = segment.found.map(\.record.payload)
            #expect(found.allSatisfy { Self.payloads.contains($0) }, "flip at \(position)")
            #expect(found == Self.payloads.filter { found.contains($0) }, "flip at \(position)")
            #expect(found.count >= Self.payloads.count - 1, "flip at \(position)")
            let isLastLost = found.last != Self.payloads.last
            #expect(segment.damagedStretches == (found.count < Self.payloads.count && !isLastLost ? 1 : 0))
        }
    }

    @Test func `takes every bit of the last three records seriously`() throws {
        let (whole, offsets) = try self.fill()
        let lengths = Self.payloads.map { SpoolRecord.headerSize + $0.count }

        for index in 3..<6 {
            for bit in 0..<lengths[index] * 8 {
                var bytes = whole
                bytes[offsets[index] + bit / 8] ^= 1 << UInt8(bit % 8)
                let record = SpoolRecord(decoding: bytes[offsets[index]...], salt: Self.salt(of: whole))
                #expect(record == nil, "bit \(bit) of record \(index)")
            }
        }
    }

    @Test(arguments: [0, 2])
    func `finds a record once when the disk wrote one of its blocks to another place as well`(target: Int) throws {
        var (bytes, offsets) = try self.fill()
        let block = bytes[offsets[1]..<offsets[1] + SpoolRecord.blockSize]
        bytes.replaceSubrange(offsets[target]..<offsets[target] + SpoolRecord.blockSize, with: Array(block))
        try bytes.write(to: self.path)

        let found = try self.open().found.map(\.record.payload)

        #expect(found == Self.payloads.filter { $0 != Self.payloads[target] })
    }

    @Test(arguments: [.max, .max - 1, .max / 2 + 1] as [UInt64])
    func `takes no record whose sequence leaves few for those that follow`(sequence: UInt64) throws {
        let bytes = SpoolRecord(sequence: sequence, payload: [1]).encoded(salt: 5)

        #expect(SpoolRecord(decoding: bytes[...], salt: 5) == nil)
    }

    @Test func `writes nothing more into a file that is damaged`() throws {
        let (whole, offsets) = try self.fill()
        var bytes = whole
        bytes[offsets[2] + 40] ^= 1
        try bytes.write(to: self.path)

        let segment = try self.open()

        #expect(segment.isBroken)
        #expect(segment.free == 0)
        #expect(try [UInt8](readingFile: self.path) == bytes)
    }

    @Test func `keeps a file whose both headers are gone`() throws {
        var (bytes, _) = try self.fill()
        bytes.replaceSubrange(0..<1024, with: [UInt8](repeating: 0xFF, count: 1024))
        try bytes.write(to: self.path)

        let segment = try self.open()

        #expect(segment.damagedStretches == 1)
        #expect(try [UInt8](readingFile: self.path) == bytes)
    }

    @Test func `does not take a text that looks like a record for one`() throws {
        let forged = SpoolRecord(sequence: 99, payload: Array("forged".utf8)).encoded(salt: 12345)
        let segment = try self.open()
        let payload = filler(SpoolRecord.blockSize - SpoolRecord.headerSize) + forged
        let offset = try segment.append(SpoolRecord(sequence: 1, payload: payload))
        var bytes = try [UInt8](readingFile: self.path)
        bytes[offset + 8] ^= 1
        try bytes.write(to: self.path)

        #expect(try self.open().found.isEmpty)
    }

    private static func salt(of bytes: [UInt8]) -> UInt64 { UInt64(littleEndian: bytes[8...]) }
}

@Suite struct `The files of the spool` {
    private let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func open() throws -> SpoolFiles {
        try SpoolFiles(
            folder: self.folder.file("spool"),
            segmentCount: 2,
            segmentSize: 8 * 1024,
            random: SeededGenerator(seed: 3)
        )
    }

    @Test func `fill up, refuse, and take more when room was made`() throws {
        let files = try self.open()
        var tickets: [SpoolFiles.Ticket] = []
        let error = #expect(throws: SpoolError.self) {
            while true { tickets.append(try files.append(filler(1000))) }
        }
        #expect(error == .full)
        #expect(tickets.count == 8)

        for ticket in tickets.prefix(4) { try files.consume(ticket) }

        for _ in 0..<4 { _ = try files.append(filler(1000)) }
        #expect(throws: SpoolError.self) { _ = try files.append(filler(1000)) }
    }

    @Test func `come back in order, through all segments`() throws {
        var expected: [[UInt8]] = []
        do {
            let files = try self.open()
            var tickets: [SpoolFiles.Ticket] = []
            for number in 0..<8 { tickets.append(try files.append([UInt8(number)] + filler(1000))) }
            for ticket in tickets.prefix(4) { try files.consume(ticket) }
            for number in 8..<12 { _ = try files.append([UInt8(number)] + filler(1000)) }
            expected = (4..<12).map { [UInt8($0)] + filler(1000) }
        }

        let files = try self.open()

        let found = try files.findings.tickets.map { try files.payload(of: $0) }
        #expect(found == expected)
        #expect(files.findings.damagedStretches == 0)
    }

    @Test func `forget what was consumed, however often`() throws {
        let files = try self.open()
        let ticket = try files.append([1, 2, 3])

        try files.consume(ticket)
        try files.consume(ticket)

        #expect(try files.payload(of: ticket) == nil)
        #expect(try self.open().findings.tickets.isEmpty)
        #expect(files.waitingCount == 0)
    }

    @Test func `refuse what is larger than a segment`() throws {
        let files = try self.open()

        #expect(throws: SpoolError.self) { _ = try files.append(filler(8 * 1024)) }
    }
}

private func filler(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 13) } }
