import Observability
import TestSupport
import Testing

@Suite struct `A limit on lines` {
    @Test(arguments: Seeds.all)
    func `lets no more than sixty of a kind through in any minute, and tells each that it left out once`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var limit = LineLimit()
        var now = Duration.zero
        var passed: [String: [Duration]] = [:]
        var asked: [String: Int] = [:]
        var told: [String: Int] = [:]
        let kinds = ["full", "gone", "slow"].prefix(Int.random(in: 1...3, using: &generator))

        for _ in 0..<Int.random(in: 1...3000, using: &generator) {
            // Bursts, and pauses that reach over a minute.
            let isPause = Int.random(in: 0..<100, using: &generator) == 0
            now +=
                isPause
                ? .seconds(Int.random(in: 1...90, using: &generator))
                : .milliseconds(Int.random(in: 0...200, using: &generator))
            for left in limit.takeLeftOut(at: now) {
                told[left.kind, default: 0] += left.count
                #expect(left.since >= .seconds(60))
            }
            let kind = kinds.randomElement(using: &generator) ?? "full"
            asked[kind, default: 0] += 1
            if limit.admits(kind, at: now) { passed[kind, default: []].append(now) }
        }
        for left in limit.takeLeftOut(at: now, all: true) { told[left.kind, default: 0] += left.count }

        for (kind, count) in asked {
            let moments = passed[kind] ?? []
            #expect(moments.count + told[kind, default: 0] == count)
            for (earlier, later) in zip(moments, moments.dropFirst(LineLimit.perMinute)) {
                #expect(later - earlier >= .seconds(60), "more than sixty of \(kind) within a minute")
            }
            // Nothing is left out that had room.
            #expect(moments.count >= min(count, LineLimit.perMinute))
        }
        #expect(limit.takeLeftOut(at: now, all: true).isEmpty)
    }
}
