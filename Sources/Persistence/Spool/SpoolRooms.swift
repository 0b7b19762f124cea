internal import Chat
internal import Synchronization

/// Knows how much of the spool is promised to replies that run, so that each finds its place if the database fails.
///
/// Thread-safe, and never waits for the device: the spool's thread says how much is free.
final class SpoolRooms: Sendable {
    private struct State {
        var free: Int
        var promised = 0
    }

    /// What a reply takes before its first word, in bytes: its record without any text has room in it.
    static let firstStep = 4 * 1024
    /// What a growing reply takes more at a time, in bytes.
    static let step = 16 * 1024

    /// What may stay unused at the ends of the segments, since a record lies within one of them.
    private let slack: Int
    private let state: Mutex<State>

    /// For a spool of `capacity` bytes, all of them free until ``update(free:)`` says otherwise.
    init(capacity: Int) {
        self.slack = capacity / 4
        self.state = Mutex(State(free: capacity))
    }

    /// Bytes that are promised at the moment.
    var promised: Int { self.state.withLock { $0.promised } }

    /// Whether another reply could begin.
    var hasRoom: Bool { self.state.withLock { self.has(Self.firstStep, in: $0) } }

    /// Sets room aside for one reply; `nil` when there is none.
    func reserve() -> SpoolRoom? {
        self.take(Self.firstStep) ? SpoolRoom(in: self) : nil
    }

    /// The spool has that many free bytes now.
    func update(free: Int) {
        self.state.withLock { $0.free = free }
    }

    fileprivate func take(_ bytes: Int) -> Bool {
        self.state.withLock { state in
            guard self.has(bytes, in: state) else { return false }
            state.promised += bytes
            return true
        }
    }

    fileprivate func giveBack(_ bytes: Int) {
        self.state.withLock { $0.promised -= bytes }
    }

    private func has(_ bytes: Int, in state: State) -> Bool {
        state.promised + bytes <= state.free - self.slack
    }
}

/// One reply's promised room.
final class SpoolRoom: ReplyRoom {
    private let rooms: SpoolRooms
    private let size = Atomic(SpoolRooms.firstStep)

    fileprivate init(in rooms: SpoolRooms) {
        self.rooms = rooms
    }

    deinit {
        self.rooms.giveBack(self.size.load(ordering: .relaxed))
    }

    func grow(toPieces pieces: Int, bytes: Int) -> Bool {
        let lack = Self.need(pieces: pieces, bytes: bytes) - self.size.load(ordering: .relaxed)
        guard lack > 0 else { return true }
        let steps = (lack + SpoolRooms.step - 1) / SpoolRooms.step * SpoolRooms.step
        guard self.rooms.take(steps) else { return false }
        self.size.add(steps, ordering: .relaxed)
        return true
    }

    /// What the record of a reply takes at most: its text, once, with what JSON escapes, and some bytes for each piece.
    ///
    /// Only a text of which more than half is escaped takes more, such as one of control characters.
    private static func need(pieces: Int, bytes: Int) -> Int {
        1024 + bytes * 3 / 2 + 4 * pieces
    }
}
