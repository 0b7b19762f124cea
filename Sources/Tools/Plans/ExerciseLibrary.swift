package import JSONValue

/// One exercise, and for whom it is.
package struct Exercise: Sendable, Equatable {
    package enum Pattern: String, Sendable, CaseIterable {
        case squat, hinge, lunge, core, carry, cardio, mobility
        case horizontalPush = "horizontal-push"
        case verticalPush = "vertical-push"
        case horizontalPull = "horizontal-pull"
        case verticalPull = "vertical-pull"
    }

    package enum Measure: String, Sendable {
        case repetitions, seconds, minutes
    }

    package let id: String
    package let name: String
    package let pattern: Pattern
    package let muscles: [String]
    /// All that is needed; empty for a floor, a wall, a chair or a backpack.
    package let equipment: Set<String>
    /// The body parts whose injury rules it out.
    package let avoidWith: Set<String>
    /// 1 for beginners to 3.
    package let level: Int
    package let measure: Measure
    package let cue: String
}

/// The exercises that plans are made of.
package struct ExerciseLibrary: Sendable, Equatable {
    /// In the order of the file, no two with one id.
    package let exercises: [Exercise]

    /// Reads `{"exercises": [{"id", "name", "pattern", "muscles", "equipment", "avoid_with", "level", "measure", "cue"}]}`.
    package init(_ json: JSON) throws(KnowledgeProblem) {
        var exercises: [Exercise] = []
        for (index, entry) in (json["exercises"]?.array ?? []).enumerated() {
            guard let exercise = Exercise(entry) else {
                throw KnowledgeProblem(
                    description: "Exercise \(index + 1) (\(entry["id"]?.string ?? "without id")) is not complete."
                )
            }
            exercises.append(exercise)
        }
        guard !exercises.isEmpty, Set(exercises.map(\.id)).count == exercises.count else {
            throw KnowledgeProblem(description: "There must be exercises, each with an id of its own.")
        }
        self.exercises = exercises
    }

    /// Those that need nothing else and touch nothing that hurts, hard enough and not too hard.
    package func suitable(equipment: Set<String>, injuries: Set<String>, level: Int) -> [Exercise] {
        self.exercises.filter {
            $0.equipment.isSubset(of: equipment) && $0.avoidWith.isDisjoint(with: injuries) && $0.level <= level
        }
    }
}

/// Why a file of knowledge is of no use.
package struct KnowledgeProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
}

extension Exercise {
    fileprivate init?(_ json: JSON) {
        guard let id = json["id"]?.string, let name = json["name"]?.string,
            let pattern = json["pattern"]?.string.flatMap(Pattern.init(rawValue:)),
            let muscles = json["muscles"]?.array?.compactMap(\.string),
            let equipment = json["equipment"]?.array?.compactMap(\.string),
            let avoidWith = json["avoid_with"]?.array?.compactMap(\.string),
            let level = json["level"]?.int, (1...3).contains(level),
            let measure = json["measure"]?.string.flatMap(Measure.init(rawValue:)), let cue = json["cue"]?.string
        else { return nil }
        self.init(
            id: id,
            name: name,
            pattern: pattern,
            muscles: muscles,
            equipment: Set(equipment),
            avoidWith: Set(avoidWith),
            level: level,
            measure: measure,
            cue: cue
        )
    }
}
