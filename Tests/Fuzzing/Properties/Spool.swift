import TestSupport

@testable import Persistence

/// The spool gives back what it took and was not consumed: nothing else, nothing twice, in order, and all of it unless
/// the disk damaged it; one damage loses at most one record.
///
/// The input is a script of what happens to the spool and to the disk below it; see ``SpoolScript``.
func checkSpool(_ input: [UInt8]) throws {
    var script = try SpoolScript(input)
    // More deeds take long and tell nothing new.
    for _ in 0..<24 { try script.step() }
    try script.reopen()
    try script.reopen()
}

/// A spool that is told what to do by bytes: one for the deed, and up to three that say where and how much.
private struct SpoolScript {
    private static let segmentCount = 2
    private static let segmentSize = 4 * 1024
    private static let headers = 2 * SpoolRecord.blockSize

    private let folder: TemporaryFolder
    private var files: SpoolFiles
    private var input: ArraySlice<UInt8>
    private var openings: UInt64 = 0
    private var payloadCount = 0
    /// What was taken and not consumed, in order; what the disk lost stays in it until the spool is opened again.
    private var kept: [(ticket: SpoolFiles.Ticket, payload: [UInt8])] = []
    /// Every payload that went to the disk and may still be there, the torn ones too.
    private var everWritten: Set<[UInt8]> = []
    /// How many of the kept ones the damage since the spool was opened can have cost.
    private var losses = 0
    /// Damages of any kind, ever.
    private var damages = 0
    private var isForged = false

    init(_ input: [UInt8]) throws {
        self.folder = try TemporaryFolder()
        self.files = try Self.open(self.folder, seed: 0)
        self.input = input[...]
    }

    /// Does the next thing, if there is one.
    mutating func step() throws {
        guard let deed = self.input.popFirst() else { return }
        switch deed % 10 {
        case 0: try self.reopen()
        case 1, 2: try self.append()
        case 3: try self.consume()
        case 4: try self.tear()
        case 5: try self.flip()
        case 6: try self.copyBlock()
        case 7: try self.eraseBlock()
        case 8: try self.cut()
        default: try self.forge()
        }
    }

    /// The process ends and starts again, and what it finds is what this is all about.
    mutating func reopen() throws {
        self.openings += 1
        self.files = try Self.open(self.folder, seed: self.openings)
        let tickets = self.files.findings.tickets
        let found = try tickets.map { ticket in
            guard let payload = try self.files.payload(of: ticket) else {
                throw Violation(description: "what was found can be read")
            }
            return payload
        }
        if self.damages == 0 {
            try require(self.files.findings.damagedStretches == 0, "no damage is seen where none was done")
        }
        if !self.isForged {
            try require(Set(found).count == found.count, "no record is doubled")
            try require(
                found.allSatisfy(self.everWritten.contains),
                "no record is invented: \(found.filter { !self.everWritten.contains($0) })"
            )
            let lost = self.kept.count { !found.contains($0.payload) }
            try require(lost <= self.losses, "a damage that costs at most \(self.losses) costs \(lost)")
        }
        try require(zip(tickets, tickets.dropFirst()).allSatisfy { $0.sequence <= $1.sequence }, "records are in order")
        self.losses = 0
        self.kept = zip(tickets, found).map { ($0, $1) }
    }

    // MARK: What the spool does

    private mutating func append() throws {
        let payload = self.nextPayload()
        do throws(SpoolError) {
            self.kept.append((try self.files.append(payload), payload))
            self.everWritten.insert(payload)
        } catch {
            try require(error == .full, "a spool whose disk works is only ever full: \(error)")
            let most = Self.segmentCount * (SpoolRecord.size(forPayload: payload.count) + Self.headers)
            try require(self.files.free < most, "a full spool has little room, not \(self.files.free) bytes")
        }
    }

    private mutating func consume() throws {
        guard !self.kept.isEmpty else { return }
        let (ticket, _) = self.kept.remove(at: self.number(below: self.kept.count))
        try self.files.consume(ticket)
        // What was consumed may come back, but not out of a segment that was emptied since.
        if self.kept.isEmpty, self.damages == 0 { self.everWritten = [] }
    }

    // MARK: What the disk does

    /// The process dies while a record is on its way, of which only the first blocks arrive.
    private mutating func tear() throws {
        let before = try self.segments()
        let payload = self.nextPayload()
        let blocks = self.number(below: 4)
        guard (try? self.files.append(payload)) != nil else { return }  // a full spool has nothing on its way
        self.everWritten.insert(payload)
        for (index, old) in before.enumerated() {
            let path = SpoolFiles.path(ofSegment: index, in: self.folder.path)
            var bytes = try [UInt8](readingFile: path)
            let changed = bytes.indices.filter { $0 >= Self.headers && bytes[$0] != old[$0] }
            guard let first = changed.first else { continue }
            let end = (first / SpoolRecord.blockSize + blocks) * SpoolRecord.blockSize
            for place in changed where place >= end { bytes[place] = old[place] }
            try bytes.write(to: path)
        }
        try self.reopen()
    }

    private mutating func flip() throws {
        let (place, bit) = (self.place(), self.number(below: 8))
        try self.damage { $0[place] ^= 1 << UInt8(bit) }
    }

    private mutating func copyBlock() throws {
        let (source, target) = (self.block(), self.block())
        try self.damage { bytes in bytes.replaceSubrange(target, with: Array(bytes[source])) }
    }

    private mutating func eraseBlock() throws {
        let block = self.block()
        try self.damage { bytes in bytes.replaceSubrange(block, with: repeatElement(0, count: block.count)) }
    }

    /// A file loses its end, and with it whatever was there.
    private mutating func cut() throws {
        let place = self.place()
        try self.damage(losing: .max) { $0.removeSubrange(place...) }
    }

    /// A block becomes a record that says whatever its bytes say: nothing is promised of it, but that nothing breaks.
    private mutating func forge() throws {
        let block = self.block()
        self.isForged = true
        let facts = (0..<12).map { _ in self.input.popFirst() ?? 0xFF }
        try self.damage { bytes in
            let salt = UInt64(littleEndian: bytes[8...])
            let record = SpoolRecord(sequence: UInt64(littleEndian: facts[...]), payload: Array(facts.dropFirst(8)))
            bytes.replaceSubrange(block, with: record.encoded(salt: salt))
        }
    }

    private mutating func damage(losing count: Int = 1, _ work: (inout [UInt8]) -> Void) throws {
        let path = SpoolFiles.path(ofSegment: self.number(below: Self.segmentCount), in: self.folder.path)
        let found = try [UInt8](readingFile: path)
        guard found.count == Self.segmentSize else { return }
        var bytes = found
        work(&bytes)
        try bytes.write(to: path)
        self.damages += 1
        // Who damages the headers may hide all that lies behind them.
        let hidesAll = !bytes.starts(with: found.prefix(Self.headers))
        self.losses = hidesAll ? .max : count
        try self.reopen()
    }

    private func segments() throws -> [[UInt8]] {
        try (0..<Self.segmentCount).map {
            try [UInt8](readingFile: SpoolFiles.path(ofSegment: $0, in: self.folder.path))
        }
    }

    // MARK: What the bytes say

    /// A payload that no other is like.
    private mutating func nextPayload() -> [UInt8] {
        self.payloadCount += 1
        let count = self.number(below: 256) * 8
        return Array("payload \(self.payloadCount) ".utf8)
            + [UInt8](repeating: UInt8(self.payloadCount & 0xFF), count: count)
    }

    private mutating func place() -> Int {
        (self.number(below: 256) << 8 | self.number(below: 256)) % Self.segmentSize
    }

    private mutating func block() -> Range<Int> {
        let start = self.number(below: Self.segmentSize / SpoolRecord.blockSize) * SpoolRecord.blockSize
        return start..<start + SpoolRecord.blockSize
    }

    private mutating func number(below bound: Int) -> Int { Int(self.input.popFirst() ?? 0) % bound }

    /// Each opening draws other numbers: salts that came again would bring old records back.
    private static func open(_ folder: TemporaryFolder, seed: UInt64) throws -> SpoolFiles {
        try SpoolFiles(
            folder: folder.path,
            segmentCount: Self.segmentCount,
            segmentSize: Self.segmentSize,
            random: SeededGenerator(seed: seed)
        )
    }
}
