/// A week of training for one person: the same for the same wishes.
///
/// Two or more sessions a week for every muscle, 8 to 12 repetitions for beginners, and 150 minutes of moderate movement
/// a week are the recommendations it follows (ACSM position stand, Med Sci Sports Exerc 41 (2009) 687–708; WHO guidelines
/// on physical activity, 2020).
package struct TrainingPlan: Sendable, Equatable {
    package enum Goal: String, Sendable, CaseIterable {
        case loseWeight = "lose_weight"
        case buildMuscle = "build_muscle"
        case getFitter = "get_fitter"
        case run
        case stayHealthy = "stay_healthy"
    }

    package enum Experience: String, Sendable, CaseIterable {
        case beginner, intermediate, advanced

        /// The hardest level of exercise that is planned.
        var level: Int {
            switch self {
            case .beginner: 1
            case .intermediate: 2
            case .advanced: 3
            }
        }
    }

    /// What the plan is made for.
    package struct Wishes: Sendable, Equatable {
        package var goal: Goal
        /// Days of training a week, 1 to 7.
        package var days: Int
        /// Minutes a session, 10 to 180.
        package var minutes: Int
        package var equipment: Set<String>
        package var injuries: Set<String>
        package var experience: Experience

        package init(
            goal: Goal,
            days: Int,
            minutes: Int = 45,
            equipment: Set<String> = [],
            injuries: Set<String> = [],
            experience: Experience = .beginner
        ) {
            self.goal = goal
            self.days = days
            self.minutes = minutes
            self.equipment = equipment
            self.injuries = injuries
            self.experience = experience
        }
    }

    package struct Item: Sendable, Equatable {
        package let exercise: Exercise
        package let sets: Int
        /// How much a set is: `8–12`, `30 s`, `20 min`.
        package let amount: String
    }

    package struct Session: Sendable, Equatable {
        package let weekday: String
        package let title: String
        package let items: [Item]
    }

    package let wishes: Wishes
    package let sessions: [Session]
    /// How to go on when it gets easy.
    package let progression: String
    /// What the reader should know beside it, each a sentence.
    package let notes: [String]

    package init(_ wishes: Wishes, from library: ExerciseLibrary) {
        self.wishes = wishes
        let builder = Builder(wishes, library)
        self.sessions = builder.sessions()
        self.progression = builder.progression
        self.notes = builder.notes
    }
}

/// Chooses exercises for the sessions of a week.
private struct Builder {
    private enum Focus: String {
        case strength = "Whole-body strength"
        case endurance = "Endurance"
        case mobility = "Mobility and recovery"
    }

    private let wishes: TrainingPlan.Wishes
    private let suitable: [Exercise]

    init(_ wishes: TrainingPlan.Wishes, _ library: ExerciseLibrary) {
        self.wishes = wishes
        let level = wishes.experience.level
        let own = library.suitable(equipment: wishes.equipment, injuries: wishes.injuries, level: level)
        // With many injuries little is left at a low level; harder is not worse where nothing hurts by it.
        let all =
            own.count >= 6
            ? own : library.suitable(equipment: wishes.equipment, injuries: wishes.injuries, level: 3)
        // The hardest that is not too hard comes first, of these what there is equipment for, and then what loads most.
        self.suitable = all.enumerated().sorted { left, right in
            left.element.rank(at: left.offset) < right.element.rank(at: right.offset)
        }.map(\.element)
    }

    /// Days with room to rest between them, Monday first.
    private static let weekdays: [[String]] = {
        let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        return [[0], [0, 3], [0, 2, 4], [0, 1, 3, 5], [0, 1, 2, 4, 5], [0, 1, 2, 3, 4, 5], Array(0...6)]
            .map { $0.map { names[$0] } }
    }()

    func sessions() -> [TrainingPlan.Session] {
        let days = Self.weekdays[min(max(self.wishes.days, 1), 7) - 1]
        return zip(days, self.focuses(days.count)).enumerated().map { index, pair in
            let items = self.items(for: pair.1, session: index)
            return TrainingPlan.Session(weekday: pair.0, title: self.title(pair.1, items), items: items)
        }
    }

    /// What each session of the week is for; strength at least twice where there are two days.
    private func focuses(_ days: Int) -> [Focus] {
        let week: [Focus] =
            switch self.wishes.goal {
            case .buildMuscle: [.strength, .strength, .strength, .endurance, .strength, .mobility, .mobility]
            case .run: [.endurance, .strength, .endurance, .endurance, .strength, .mobility, .mobility]
            case .loseWeight: [.strength, .endurance, .strength, .endurance, .strength, .endurance, .mobility]
            case .getFitter: [.strength, .endurance, .strength, .endurance, .endurance, .strength, .mobility]
            case .stayHealthy: [.strength, .strength, .endurance, .mobility, .endurance, .strength, .mobility]
            }
        return Array(week.prefix(days))
    }

    private func title(_ focus: Focus, _ items: [TrainingPlan.Item]) -> String {
        let hasCardio = items.contains { $0.exercise.pattern == .cardio }
        return focus == .endurance && !hasCardio ? "Gentle movement" : focus.rawValue
    }

    private func items(for focus: Focus, session: Int) -> [TrainingPlan.Item] {
        // Each place may be filled by one of several patterns, the first that has anything suitable.
        let places: [[Exercise.Pattern]] =
            switch focus {
            case .strength:
                [
                    [.squat, .lunge, .hinge], [.horizontalPush, .verticalPush], [.horizontalPull, .verticalPull],
                    [.hinge, .squat, .lunge], [.core], [.verticalPush, .horizontalPush],
                    [.verticalPull, .horizontalPull],
                    [.lunge, .squat, .hinge], [.carry, .core],
                ]
            case .endurance: [[.cardio], [.core], [.mobility]]
            case .mobility: [[.mobility], [.mobility], [.mobility], [.core], [.cardio]]
            }
        // About six minutes an exercise with its rests; endurance takes what the session has.
        let count = focus == .strength ? min(max(self.wishes.minutes / 6, 3), 9) : places.count
        var used: Set<String> = []
        var items: [TrainingPlan.Item] = []
        for place in places where items.count < count {
            let chosen = place.lazy.compactMap { self.choose($0, session, except: used) }.first
            guard let exercise = chosen else { continue }
            used.insert(exercise.id)
            items.append(self.item(exercise, in: focus))
        }
        // Where injuries leave a pattern empty, others fill the session.
        for exercise in self.suitable where items.count < min(3, count) && !used.contains(exercise.id) {
            used.insert(exercise.id)
            items.append(self.item(exercise, in: focus))
        }
        return items
    }

    /// Another one of the pattern each session, so that a week is no row of equal days.
    private func choose(_ pattern: Exercise.Pattern, _ session: Int, except used: Set<String>) -> Exercise? {
        let all = self.suitable.filter { $0.pattern == pattern && !used.contains($0.id) }
        return all.isEmpty ? nil : all[session % min(all.count, 4)]
    }

    private func item(_ exercise: Exercise, in focus: Focus) -> TrainingPlan.Item {
        switch exercise.measure {
        case .minutes:
            let minutes = focus == .endurance ? max(10, self.wishes.minutes - 15) : 10
            return TrainingPlan.Item(exercise: exercise, sets: 1, amount: "\(min(minutes, 90)) min")
        case .seconds:
            return TrainingPlan.Item(exercise: exercise, sets: self.sets, amount: "20–40 s")
        case .repetitions:
            return TrainingPlan.Item(exercise: exercise, sets: self.sets, amount: self.repetitions)
        }
    }

    private var sets: Int { self.wishes.experience == .beginner ? 2 : 3 }

    private var repetitions: String {
        switch self.wishes.goal {
        case .buildMuscle: "8–12"
        case .run, .getFitter, .loseWeight: "10–15"
        case .stayHealthy: "8–15"
        }
    }

    var notes: [String] {
        let parts = self.wishes.injuries.sorted().map { $0.replacing("-", with: " ") }.joined(separator: ", ")
        var notes: [String] = []
        if self.wishes.goal == .run,
            !self.suitable.contains(where: {
                $0.name.lowercased().contains("run") || $0.name.lowercased().contains("jog")
            })
        {
            notes.append("There is no running in it, because of your \(parts): come back to it when a doctor says so.")
        }
        if self.wishes.injuries.count >= 2 {
            notes.append(
                "With several things that hurt little is left; a physiotherapist can do more for you than this plan."
            )
        }
        return notes
    }

    var progression: String {
        switch self.wishes.experience {
        case .beginner:
            "When you reach the upper number in every set with two repetitions left in you, take a little more weight or a "
                + "harder variation, and begin at the lower number again."
        case .intermediate:
            "Add a repetition a week; at the upper number add two to five per cent of weight. Every fourth week do half the sets."
        case .advanced:
            "Plan three weeks that get harder by a set or by weight, then one with half the sets. Keep a log."
        }
    }
}

extension Exercise {
    /// Where it stands among the suitable ones.
    fileprivate func rank(at place: Int) -> (Int, Int, Int, Int) {
        let bare = self.equipment.isEmpty ? 1 : 0
        // Whoever has a bike or a pool wants to use it, however easy that is.
        if self.pattern == .cardio { return (bare, -self.level, -self.avoidWith.count, place) }
        return (-self.level, bare, -self.avoidWith.count, place)
    }
}
