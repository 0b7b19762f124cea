/// The segments of the spool and which of them holds what; one thread's own.
final class SpoolFiles {
    /// Where a record lies, until it is consumed.
    struct Ticket: Sendable, Hashable {
        let sequence: UInt64
        fileprivate let segment: Int
        fileprivate let offset: Int
        fileprivate let payloadCount: Int
    }

    /// What was found at the start.
    struct Findings: Sendable, Equatable {
        /// What waits to be saved, in the order in which it came.
        var tickets: [Ticket] = []
        /// How many stretches of the files are damaged.
        var damagedStretches = 0
    }

    private var segments: [SpoolSegment] = []
    /// For each segment, what in it is not consumed yet.
    private var waiting: [Set<UInt64>] = []
    private var current = 0
    private var nextSequence: UInt64 = 1
    private var random: any RandomNumberGenerator
    let findings: Findings

    /// Opens the segments of a folder; missing ones are made, written with zeros.
    init(
        folder: String,
        segmentCount: Int,
        segmentSize: Int,
        random: any RandomNumberGenerator
    ) throws(SystemError) {
        self.random = random
        try Folder.make(folder)
        var findings = Findings()
        for index in 0..<segmentCount {
            let path = Self.path(ofSegment: index, in: folder)
            let segment = try SpoolSegment(path: path, size: segmentSize, random: &self.random)
            findings.damagedStretches += segment.damagedStretches
            findings.tickets += segment.found.map { entry in
                Ticket(
                    sequence: entry.record.sequence,
                    segment: index,
                    offset: entry.offset,
                    payloadCount: entry.record.payload.count
                )
            }
            self.waiting.append(Set(segment.found.map(\.record.sequence)))
            self.segments.append(segment)
        }
        try Folder.sync(folder)
        findings.tickets.sort { $0.sequence < $1.sequence }
        self.nextSequence = (findings.tickets.last?.sequence ?? 0) + 1
        self.current = findings.tickets.last?.segment ?? 0
        self.findings = findings
    }

    static func path(ofSegment index: Int, in folder: String) -> String { "\(folder)/spool-\(index)" }

    /// How many bytes can still be taken.
    var free: Int {
        zip(self.segments, self.waiting).reduce(0) { sum, pair in
            let (segment, waiting) = pair
            return sum + (waiting.isEmpty && !segment.isBroken ? segment.size : segment.free)
        }
    }

    /// How many records wait to be consumed.
    var waitingCount: Int { self.waiting.reduce(0) { $0 + $1.count } }

    /// Writes a payload; when this returns it is on the device.
    func append(_ payload: [UInt8]) throws(SpoolError) -> Ticket {
        var failure: SystemError?
        // A segment whose device fails is left out from then on; the next one may lie on good blocks.
        while let index = self.segmentWithRoom(for: payload.count) {
            let record = SpoolRecord(sequence: self.nextSequence, payload: payload)
            do throws(SystemError) {
                let offset = try self.segments[index].append(record)
                return self.taken(record, at: offset, in: index)
            } catch {
                failure = error
                self.segments[index].giveUp()
            }
        }
        if let failure { throw .failed(failure) }
        throw .full
    }

    /// Reads a record back; `nil` when it is damaged by now.
    func payload(of ticket: Ticket) throws(SystemError) -> [UInt8]? {
        try self.segments[ticket.segment].record(at: ticket.offset, payloadCount: ticket.payloadCount)
            .flatMap { $0.sequence == ticket.sequence ? $0.payload : nil }
    }

    /// Lets go of a record that is safe elsewhere; a segment without any is emptied and used again.
    func consume(_ ticket: Ticket) throws(SystemError) {
        guard self.waiting[ticket.segment].remove(ticket.sequence) != nil else { return }
        guard self.waiting[ticket.segment].isEmpty, !self.segments[ticket.segment].isBroken else { return }
        try self.segments[ticket.segment].empty(using: &self.random)
    }

    private func segmentWithRoom(for count: Int) -> Int? {
        let indices = self.segments.indices
        let inOrder = Array(indices[self.current...]) + Array(indices[..<self.current])
        return inOrder.first { self.segments[$0].hasRoom(forPayload: count) }
    }

    private func taken(_ record: SpoolRecord, at offset: Int, in index: Int) -> Ticket {
        self.nextSequence += 1
        self.current = index
        self.waiting[index].insert(record.sequence)
        return Ticket(
            sequence: record.sequence,
            segment: index,
            offset: offset,
            payloadCount: record.payload.count
        )
    }
}

/// Why the spool did not take something.
package enum SpoolError: Error, Sendable, Equatable {
    /// What waits leaves no room, or too many wait for the device.
    case full
    case failed(SystemError)
}
