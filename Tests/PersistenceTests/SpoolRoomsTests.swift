import Chat
import TestSupport
import Testing

@testable import Persistence

@Suite struct `The room in the spool` {
    /// A quarter of it may stay unused at the ends of its segments.
    private let rooms = SpoolRooms(capacity: 64 * 1024)

    @Test func `is promised once, and given back when nobody holds it`() {
        var held: [SpoolRoom] = []
        while let room = self.rooms.reserve() { held.append(room) }

        #expect(held.count == 48 / 4)
        #expect(!self.rooms.hasRoom)
        held.removeLast()
        #expect(self.rooms.hasRoom)
        held = []
        #expect(self.rooms.promised == 0)
    }

    @Test func `grows in steps with its reply, as long as there is some`() throws {
        let room = try #require(self.rooms.reserve())

        #expect(room.grow(toPieces: 10, bytes: 1900))
        #expect(self.rooms.promised == 4 * 1024)
        #expect(room.grow(toPieces: 10, bytes: 4000))
        #expect(self.rooms.promised == 20 * 1024)
        #expect(!room.grow(toPieces: 10, bytes: 40_000))
        #expect(self.rooms.promised == 20 * 1024)
    }

    @Test func `is gone when the spool is full, whatever was promised`() throws {
        let room = try #require(self.rooms.reserve())
        self.rooms.update(free: 16 * 1024)

        #expect(!self.rooms.hasRoom)
        #expect(room.grow(toPieces: 1, bytes: 10))
    }

    @Test(arguments: Seeds.all) func `suffices for any reply that it was promised for`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let characters = Array(" \"\\\naé好🙂z")
        let pieces = (0..<Int.random(in: 1...200, using: &random)).map { _ in
            String(
                (0..<Int.random(in: 1...12, using: &random)).compactMap { _ in characters.randomElement(using: &random)
                }
            )
        }
        let reply = FinishedReply.sample(of: .sample(), pieces: pieces)
        let rooms = SpoolRooms(capacity: 1 << 20)
        let room = try #require(rooms.reserve())

        #expect(room.grow(toPieces: pieces.count, bytes: pieces.reduce(0) { $0 + $1.utf8.count }))
        #expect(SpoolRecord.size(forPayload: reply.stored.count) <= rooms.promised)
    }
}
