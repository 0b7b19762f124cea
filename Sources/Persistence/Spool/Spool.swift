/// Holds what the database refuses: preallocated, checksummed files, best on a disk of their own.
///
/// The files are worked on by one thread, in the order of the calls. What ``append(_:)`` has returned for is on the
/// device and comes back, in order, from every later start until it was consumed. Bounded by the size of its files; at
/// most 1024 calls wait, and the next are refused as when it is full.
final class Spool: Sendable {
    typealias Ticket = SpoolFiles.Ticket

    /// Where the spool lies and how large it is.
    struct Place: Sendable {
        let folder: String
        var segmentCount = 4
        /// Bytes; four of these make the 64 MiB that 256 replies of the largest size need.
        var segmentSize = 16 << 20

        var size: Int { self.segmentCount * self.segmentSize }
    }

    /// What of it is promised to replies that run.
    let rooms: SpoolRooms

    private let queue = BlockingQueue<@Sendable (borrowing SpoolDesk) -> Void>(capacity: 1024)
    private let whenEnded = Latch()

    /// Starts the thread, which begins by opening the files; making new ones takes a moment and holds nobody up.
    init(_ place: Place, random: any RandomNumberGenerator & Sendable) {
        self.rooms = SpoolRooms(capacity: place.size)
        DedicatedThread.start("spool") {
            let desk = SpoolDesk(place, random: random)
            self.rooms.update(free: desk.free)
            while let job = self.queue.take(upTo: 1).first {
                job(desk)
                self.rooms.update(free: desk.free)
            }
            self.whenEnded.open()
        }
    }

    /// What was found when the files were opened.
    func findings() async throws(SpoolError) -> SpoolFiles.Findings {
        try await self.perform { desk throws(SpoolError) in try desk.files().findings }
    }

    /// Writes a payload and returns once it is on the device.
    func append(_ payload: [UInt8]) async throws(SpoolError) -> Ticket {
        try await self.perform { desk throws(SpoolError) in try desk.files().append(payload) }
    }

    /// Reads a payload back; `nil` when it is damaged by now.
    func payload(of ticket: Ticket) async throws(SpoolError) -> [UInt8]? {
        try await self.perform { desk throws(SpoolError) in
            let files = try desk.files()
            do throws(SystemError) {
                return try files.payload(of: ticket)
            } catch {
                throw .failed(error)
            }
        }
    }

    /// Lets go of records that are safe elsewhere.
    func consume(_ tickets: [Ticket]) async throws(SpoolError) {
        try await self.perform { desk throws(SpoolError) in
            let files = try desk.files()
            do throws(SystemError) {
                for ticket in tickets { try files.consume(ticket) }
            } catch {
                throw .failed(error)
            }
        }
    }

    /// How many bytes can still be taken.
    func free() async throws(SpoolError) -> Int {
        try await self.perform { desk throws(SpoolError) in try desk.files().free }
    }

    /// Ends the thread after what waits was done.
    func close() async {
        self.queue.close()
        await self.whenEnded.wait()
    }

    private func perform<Value: Sendable>(
        _ work: @escaping @Sendable (borrowing SpoolDesk) throws(SpoolError) -> Value
    ) async throws(SpoolError) -> Value {
        let result: Result<Value, SpoolError> = await withCheckedContinuation { continuation in
            let isTaken = self.queue.push { desk in
                do throws(SpoolError) {
                    continuation.resume(returning: .success(try work(desk)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !isTaken { continuation.resume(returning: .failure(.full)) }
        }
        return try result.get()
    }
}

/// What the spool's thread works on: its files, or why they could not be opened.
private struct SpoolDesk: ~Copyable {
    private let opened: Result<SpoolFiles, SystemError>

    init(_ place: Spool.Place, random: any RandomNumberGenerator) {
        self.opened = Result { () throws(SystemError) in
            try SpoolFiles(
                folder: place.folder,
                segmentCount: place.segmentCount,
                segmentSize: place.segmentSize,
                random: random
            )
        }
    }

    /// How many bytes can still be taken; none when there is no spool.
    var free: Int {
        switch self.opened {
        case .success(let files): files.free
        case .failure: 0
        }
    }

    func files() throws(SpoolError) -> SpoolFiles {
        do throws(SystemError) {
            return try self.opened.get()
        } catch {
            throw .failed(error)
        }
    }
}
