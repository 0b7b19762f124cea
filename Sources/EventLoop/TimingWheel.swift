/// Things that are due at some tick, kept so that adding, removing and finding the next one cost the same however many
/// there are.
///
/// Four levels of 64 slots: a slot of level 0 is one tick wide, of level 1 it is 64 ticks, and so on. An entry lies on
/// the lowest level on which its tick and the current one share the higher digits, and moves down as time comes closer.
/// This is the hierarchical wheel of Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (1987), scheme 7.
package struct TimingWheel<Payload> {
    /// Names an entry; one that was removed or has expired names nothing, for ever.
    package struct ID: Sendable, Hashable {
        fileprivate let index: Int32
        fileprivate let generation: UInt32
    }

    fileprivate struct Entry {
        var payload: Payload?
        var due: UInt64
        var generation: UInt32
        var slot: Int32
        var previous: Int32
        var next: Int32
    }

    private static var levels: Int { 4 }
    private static var none: Int32 { -1 }
    /// The last tick that a slot of the top level can stand for now: the round ends where the hand's own slot begins.
    ///
    /// What is due later waits in the farthest slot and is placed anew when that comes up.
    private var horizon: UInt64 {
        let top = UInt64(6 * (Self.levels - 1))
        return ((self.now >> top) << top) + (1 << (top + 6)) - 1
    }

    /// The tick up to which everything has expired.
    package private(set) var now: UInt64
    /// How many entries wait.
    package private(set) var count = 0

    private var entries: [Entry] = []
    private var free: [Int32] = []
    /// The first entry of each slot, level by level.
    private var heads: [Int32]
    /// Per level, a bit for each slot that holds anything.
    private var occupied: [UInt64]

    package init(now: UInt64 = 0) {
        self.now = now
        self.heads = Array(repeating: Self.none, count: 64 * Self.levels)
        self.occupied = Array(repeating: 0, count: Self.levels)
    }

    /// Adds an entry for tick `due`; one that is already past is due at the next tick.
    package mutating func insert(_ payload: Payload, at due: UInt64) -> ID {
        let entry = Entry(
            payload: payload,
            due: max(due, self.now + 1),
            generation: 0,
            slot: 0,
            previous: Self.none,
            next: Self.none
        )
        let index: Int32
        if let reused = self.free.popLast() {
            index = reused
            let generation = self.entries[Int(index)].generation
            self.entries[Int(index)] = entry
            self.entries[Int(index)].generation = generation
        } else {
            index = Int32(self.entries.count)
            self.entries.append(entry)
        }
        self.link(index)
        self.count += 1
        return ID(index: index, generation: self.entries[Int(index)].generation)
    }

    /// Takes an entry out before it is due; `nil` when it is no longer there.
    @discardableResult
    package mutating func remove(_ id: ID) -> Payload? {
        let index = Int(id.index)
        guard self.entries[index].generation == id.generation, self.entries[index].payload != nil else { return nil }
        self.unlink(id.index)
        return self.release(id.index)
    }

    /// Moves to tick `target` and returns what became due, in the order of ticks.
    package mutating func advance(to target: UInt64) -> [Payload] {
        var due: [Payload] = []
        while let next = self.nextSlot(), next.tick <= target {
            self.now = max(self.now, next.tick)
            for index in self.takeAll(from: next.slot) {
                if self.entries[Int(index)].due <= self.now {
                    if let payload = self.release(index) { due.append(payload) }
                } else {
                    self.link(index)
                }
            }
        }
        self.now = max(self.now, target)
        return due
    }

    /// A tick at which it is worth to look again, since nothing is due before it; `nil` when nothing waits.
    package var nextTick: UInt64? { self.nextSlot()?.tick }

    private func nextSlot() -> (slot: Int, tick: UInt64)? {
        for level in 0..<Self.levels where self.occupied[level] != 0 {
            let shift = UInt64(6 * level)
            let current = Int(self.now >> shift & 63)
            let rotated = self.occupied[level] >> current | self.occupied[level] << ((64 - current) & 63)
            let slot = (rotated.trailingZeroBitCount + current) & 63
            let width = UInt64(1) << shift
            var tick = self.now & ~(width * 64 - 1) + UInt64(slot) * width
            // A slot that lies behind the hand belongs to its next round.
            if tick <= self.now { tick += width * 64 }
            return (level * 64 + slot, tick)
        }
        return nil
    }

    private mutating func link(_ index: Int32) {
        let due = min(self.entries[Int(index)].due, self.horizon)
        let level = min((63 - ((due ^ self.now) | 63).leadingZeroBitCount) / 6, Self.levels - 1)
        let slot = level * 64 + Int(due >> UInt64(6 * level) & 63)
        let head = self.heads[slot]
        self.entries[Int(index)].slot = Int32(slot)
        self.entries[Int(index)].previous = Self.none
        self.entries[Int(index)].next = head
        if head != Self.none { self.entries[Int(head)].previous = index }
        self.heads[slot] = index
        self.occupied[level] |= 1 << UInt64(slot & 63)
    }

    private mutating func unlink(_ index: Int32) {
        let entry = self.entries[Int(index)]
        if entry.previous != Self.none {
            self.entries[Int(entry.previous)].next = entry.next
        } else {
            self.heads[Int(entry.slot)] = entry.next
            if entry.next == Self.none { self.occupied[Int(entry.slot) / 64] &= ~(1 << UInt64(entry.slot & 63)) }
        }
        if entry.next != Self.none { self.entries[Int(entry.next)].previous = entry.previous }
    }

    /// The entries of a slot, the one added first in front; the slot is empty afterwards.
    private mutating func takeAll(from slot: Int) -> [Int32] {
        var taken: [Int32] = []
        var index = self.heads[slot]
        while index != Self.none {
            taken.append(index)
            index = self.entries[Int(index)].next
        }
        self.heads[slot] = Self.none
        self.occupied[slot / 64] &= ~(1 << UInt64(slot & 63))
        return taken.reversed()
    }

    private mutating func release(_ index: Int32) -> Payload? {
        self.count -= 1
        self.entries[Int(index)].generation &+= 1
        self.free.append(index)
        return self.entries[Int(index)].payload.take()
    }
}

extension TimingWheel: Sendable where Payload: Sendable {}
extension TimingWheel.Entry: Sendable where Payload: Sendable {}
