import Identifiers
import Observability
import TestSupport
import Testing

@testable import Chat

@Suite struct `The streaming switch` {
    @Test(arguments: Seeds.all)
    func `never takes streams from anybody when the per cent is raised`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let people = (0..<50).map { _ in PersonID(using: &generator) }
        let low = Int.random(in: 0...100, using: &generator)
        let high = Int.random(in: low...100, using: &generator)

        for person in people where StreamingPolicy(isEnabled: true, percent: low).decide(for: person).streams {
            #expect(StreamingPolicy(isEnabled: true, percent: high).decide(for: person).streams)
        }
    }

    @Test(arguments: Seeds.all)
    func `takes nobody out along any rising sequence of per cents, whatever the lists and the old way say`(seed: UInt64)
    {
        var generator = SeededGenerator(seed: seed)
        let people = (0..<60).map { _ in PersonID(using: &generator) }
        let joined = people.map { _ in Timestamp(milliseconds: .random(in: 0..<(40 * 86_400_000), using: &generator)) }
        var policy = StreamingPolicy(isEnabled: true, percent: 0)
        policy.allowed = Set(people.shuffled(using: &generator).prefix(5))
        policy.denied = Set(people.shuffled(using: &generator).prefix(5))
        policy.oldWayBefore = CivilDate(daysSinceEpoch: .random(in: 0...40, using: &generator))
        let steps = (0..<6).map { _ in Int.random(in: 0...100, using: &generator) }.sorted()

        var inside: Set<PersonID> = []
        for percent in steps {
            policy.percent = percent
            let now = zip(people, joined).filter { policy.decide(for: $0, hereSince: $1).streams }.map(\.0)
            #expect(inside.isSubset(of: now))
            inside = Set(now)
        }
        #expect(inside.isDisjoint(with: policy.denied))
        #expect(policy.allowed.subtracting(policy.denied).isSubset(of: inside))
    }

    @Test func `says why somebody is where they are, the first reason that holds`() {
        var generator = SeededGenerator(seed: 3)
        let person = PersonID(using: &generator)
        let joined = Timestamp(milliseconds: 86_400_000)
        var policy = StreamingPolicy(isEnabled: true, percent: 0)
        func decision(_ wish: StreamingPreference = .auto) -> StreamingDecision {
            policy.decide(for: person, wishing: wish, hereSince: joined)
        }

        #expect(decision() == StreamingDecision(streams: false, reason: .rollout) && decision().group == .whole)
        policy.percent = 100
        #expect(decision() == StreamingDecision(streams: true, reason: .enabled) && decision().group == .streaming)
        policy.oldWayBefore = CivilDate(daysSinceEpoch: 2)
        #expect(decision() == StreamingDecision(streams: false, reason: .cohort) && decision().group == nil)
        policy.oldWayBefore = CivilDate(daysSinceEpoch: 1)
        #expect(decision().streams)
        policy.percent = 0
        policy.allowed = [person]
        #expect(decision() == StreamingDecision(streams: true, reason: .allowed))
        #expect(decision(.off) == StreamingDecision(streams: false, reason: .preference))
        policy.denied = [person]
        #expect(decision(.on) == StreamingDecision(streams: false, reason: .denied))
        policy.isEnabled = false
        #expect(decision() == StreamingDecision(streams: false, reason: .disabled))
    }

    @Test(arguments: Seeds.all)
    func `writes every flag so that it reads it again`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var policy = StreamingPolicy(
            isEnabled: .random(using: &generator),
            percent: .random(in: 0...100, using: &generator)
        )
        policy.allowed = Set((0..<3).map { _ in PersonID(using: &generator) })
        policy.isGuarded = .random(using: &generator)
        if Bool.random(using: &generator) { policy.oldWayBefore = CivilDate(daysSinceEpoch: 20_000) }
        var other = StreamingPolicy(isEnabled: true)

        for flag in StreamingFlag.allCases {
            let isTaken = other.take(policy.text(of: flag), for: flag)
            let isNonsenseTaken = other.take("?", for: flag)
            #expect(isTaken && !isNonsenseTaken)
        }
        #expect(other == policy)
    }

    @Test(arguments: [0, 10, 25, 50, 90, 100])
    func `gives streams to about as many as asked for, and always to the same`(percent: Int) {
        var generator = SeededGenerator(seed: 7)
        let people = (0..<10_000).map { _ in PersonID(using: &generator) }
        let policy = StreamingPolicy(isEnabled: true, percent: percent)

        let chosen = people.filter { policy.decide(for: $0).streams }

        // Five standard deviations of a fair draw of 10,000.
        #expect(abs(chosen.count - percent * 100) <= 250)
        #expect(people.filter { policy.decide(for: $0).streams } == chosen)
    }

    @Test(arguments: Seeds.all)
    func `gives a reader what they wish for, unless streams are off for everybody`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let person = PersonID(using: &generator)
        let policy = StreamingPolicy(
            isEnabled: .random(using: &generator),
            percent: .random(in: 0...100, using: &generator)
        )

        let on = policy.decide(for: person, wishing: .on)
        let off = policy.decide(for: person, wishing: .off)

        #expect(on.streams == policy.isEnabled && !off.streams)
        #expect([on, off].allSatisfy { $0.reason == (policy.isEnabled ? .preference : .disabled) })
        #expect(policy.decide(for: person, wishing: .auto) == policy.decide(for: person))
    }

    @Test func `goes back to what it was started with`() {
        let streaming = StreamingSwitch(start: StreamingPolicy(isEnabled: true, percent: 40))

        streaming.apply(StreamingChanges(isEnabled: false, percent: 10))
        #expect(
            streaming.policy == StreamingPolicy(isEnabled: false, percent: 10)
                && streaming.source(of: .percent) == .operatorChange
        )
        streaming.apply(StreamingChanges())
        #expect(
            streaming.policy == StreamingPolicy(isEnabled: true, percent: 40)
                && streaming.source(of: .percent) == .configuration
        )
    }
}
