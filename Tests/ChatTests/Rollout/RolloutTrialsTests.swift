import Chat
import Identifiers
import TestSupport
import Testing

@Suite struct `The messages of a rollout` {
    private static let patience = Duration.seconds(60)
    private var trials = RolloutTrials(patience: patience)
    private let key: RolloutTrials.Key
    private let done = ReplyEnd(state: .complete, firstText: .seconds(1), duration: .seconds(3))

    init() {
        var generator = SeededGenerator(seed: 5)
        self.key = RolloutTrials.Key(person: PersonID(using: &generator), message: Message.ID(using: &generator))
        _ = self.trials.began(self.key, in: .streaming, stage: 0, at: .zero)
    }

    @Test mutating func `are completed once the reply has ended and its reader has all of it`() {
        self.trials.delivered(self.key)
        #expect(self.outcomes(at: .seconds(500), isWatched: true) == [])
        self.trials.ended(self.key, self.done)
        #expect(self.outcomes(at: .seconds(501), isWatched: false) == [.completed])
        #expect(self.outcomes(at: .seconds(502), isWatched: false) == [])
    }

    @Test mutating func `are abandoned by whoever is gone for the patience and does not come back`() {
        #expect(self.outcomes(at: .seconds(40), isWatched: true) == [])
        self.trials.ended(self.key, self.done)
        #expect(self.outcomes(at: .seconds(99), isWatched: false) == [])
        #expect(self.outcomes(at: .seconds(100), isWatched: false) == [.abandoned])
    }

    @Test mutating func `are completed by whoever comes back in time, in whatever way`() {
        self.trials.ended(self.key, self.done)
        #expect(self.outcomes(at: .seconds(59), isWatched: false) == [])
        self.trials.asked(self.key.person, at: .seconds(59))
        #expect(self.outcomes(at: .seconds(200), isWatched: false) == [.completed])
    }

    @Test mutating func `are not completed by a question before the end, which only shows that somebody is there`() {
        self.trials.asked(self.key.person, at: .seconds(50))
        #expect(self.outcomes(at: .seconds(100), isWatched: false) == [])
        self.trials.ended(self.key, self.done)
        #expect(self.outcomes(at: .seconds(110), isWatched: false) == [.abandoned])
    }

    @Test mutating func `are abandoned where a stream was never opened`() {
        #expect(self.outcomes(at: .seconds(60), isWatched: false) == [.abandoned])
    }

    @Test(arguments: [(ReplyState.failed, GroupTally.Outcome.failed), (.stopped, .stopped)])
    mutating func `fail and stop at once`(state: ReplyState, outcome: GroupTally.Outcome) {
        self.trials.ended(self.key, ReplyEnd(state: state, firstText: nil, duration: .zero))
        #expect(self.outcomes(at: .seconds(1), isWatched: true) == [outcome])
    }

    @Test mutating func `that the end of the process cut off say nothing about either way`() {
        self.trials.ended(self.key, ReplyEnd(state: .interrupted, firstText: nil, duration: .zero))
        #expect(self.outcomes(at: .seconds(1), isWatched: true) == [])
        #expect(!self.trials.isOpen(self.key))
    }

    @Test mutating func `that were refused are not counted`() {
        self.trials.withdrew(self.key)
        #expect(self.outcomes(at: .seconds(500), isWatched: false) == [])
    }

    /// Whatever happens in whatever order, and however often it is looked.
    @Test(arguments: Seeds.all)
    func `are counted once at most, and in the end all that were not cut off`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var trials = RolloutTrials(patience: Self.patience)
        let keys = (0..<8).map { _ in
            RolloutTrials.Key(person: PersonID(using: &generator), message: Message.ID(using: &generator))
        }
        var settled: [RolloutTrials.Key: Int] = [:]
        var now = Duration.zero
        for key in keys { _ = trials.began(key, in: .whole, stage: 0, at: now) }
        for _ in 0..<200 {
            now += .seconds(Int.random(in: 0...20, using: &generator))
            guard let key = keys.randomElement(using: &generator) else { continue }
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: _ = trials.began(key, in: .streaming, stage: 1, at: now)
            case 1: trials.delivered(key)
            case 2: trials.asked(key.person, at: now)
            case 3: trials.ended(key, ReplyEnd(state: .complete, firstText: nil, duration: .zero))
            default:
                let watched = Set(keys.filter { _ in Bool.random(using: &generator) })
                for one in trials.settle(at: now, isWatched: watched.contains) { settled[one.key, default: 0] += 1 }
            }
        }
        for one in trials.settle(at: now + .seconds(61), isWatched: { _ in false }) {
            settled[one.key, default: 0] += 1
        }

        #expect(settled.values.allSatisfy { $0 == 1 })
        #expect(settled.count == keys.count)
    }

    @Test func `begin a visit after a pause of half an hour`() {
        var generator = SeededGenerator(seed: 9)
        var trials = RolloutTrials(patience: Self.patience)
        let person = PersonID(using: &generator)
        func begins(at now: Duration) -> Bool {
            let key = RolloutTrials.Key(person: person, message: Message.ID(using: &generator))
            return trials.began(key, in: .whole, stage: 0, at: now)
        }

        #expect(begins(at: .zero))
        #expect(!begins(at: .seconds(1799)))
        #expect(begins(at: .seconds(3600)))
    }

    private mutating func outcomes(at now: Duration, isWatched: Bool) -> [GroupTally.Outcome] {
        self.trials.settle(at: now) { _ in isWatched }.map(\.outcome)
    }
}
