import JSONValue
import TestSupport
import Testing
import Tools

@Suite struct `The plans` {
    private let exercises: ExerciseLibrary
    private let foods: FoodLibrary

    init() throws {
        self.exercises = try ExerciseLibrary(shippedJSON("Config/knowledge/exercises.json"))
        self.foods = try FoodLibrary(shippedJSON("Config/knowledge/foods.json"))
    }

    @Test func `are made of at least 80 exercises and 120 foods whose energy fits their macros`() {
        #expect(self.exercises.exercises.count >= 80)
        #expect(self.foods.foods.count >= 120 && !self.foods.source.isEmpty)
        for food in self.foods.foods {
            #expect(abs(food.macros.kcal - food.kcal) <= 0.1 * food.kcal, "\(food.id)")
        }
    }

    @Test(arguments: Seeds.all)
    func `of training need no missing equipment and touch no injury, for any wishes`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let wishes = TrainingPlan.Wishes.random(using: &generator)
        let plan = TrainingPlan(wishes, from: self.exercises)

        #expect(plan.sessions.count == wishes.days)
        for item in plan.sessions.flatMap(\.items) {
            #expect(item.exercise.equipment.isSubset(of: wishes.equipment), "\(item.exercise.id)")
            #expect(item.exercise.avoidWith.isDisjoint(with: wishes.injuries), "\(item.exercise.id)")
        }
        #expect(plan.sessions.allSatisfy { $0.items.count >= 3 })
        #expect(plan.sessions.allSatisfy { Set($0.items.map(\.exercise.id)).count == $0.items.count })
        #expect(TrainingPlan(wishes, from: self.exercises) == plan)
    }

    @Test(arguments: Seeds.all)
    func `of meals come to their target within 3 percent, for any target, diet and allergy`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let need = EnergyNeed(
            sex: Bool.random(using: &generator) ? .female : .male,
            kilograms: Double.random(in: 45...130, using: &generator),
            centimetres: Double.random(in: 150...200, using: &generator),
            years: Double.random(in: 18...80, using: &generator),
            activity: EnergyNeed.Activity.allCases.randomElement(using: &generator) ?? .light
        )
        let target = MacroSplit(
            kcal: need.total,
            kilograms: Double.random(in: 45...130, using: &generator),
            proteinPerKilogram: Double.random(in: 1.4...1.8, using: &generator)
        )
        let allergies = allAllergens.filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
        let diet =
            ["everything", "pescatarian", "vegetarian", "vegan"].randomElement(using: &generator) ?? "everything"
        let wishes = MealPlan.Wishes(
            target: target,
            diet: diet,
            allergies: Set(allergies),
            variant: Int.random(in: 0..<50, using: &generator)
        )

        let plan = try #require(MealPlan(wishes, from: self.foods))

        let total = plan.total
        #expect(abs(total.protein - target.protein) <= 0.03 * target.protein)
        #expect(abs(total.carbohydrate - target.carbohydrate) <= 0.03 * target.carbohydrate)
        #expect(abs(total.fat - target.fat) <= 0.03 * target.fat)
        for food in plan.meals.flatMap(\.portions).map(\.food) {
            #expect(food.contains.isDisjoint(with: wishes.allergies), "\(food.id)")
            #expect(diet == "everything" || food.diets.contains(diet), "\(food.id)")
        }
    }

    @Test(arguments: Seeds.all)
    func `differ where one wish differs`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let wishes = TrainingPlan.Wishes.random(using: &generator)
        var other = wishes
        switch seed % 5 {
        case 0: other.goal = wishes.goal == .run ? .buildMuscle : .run
        case 1: other.days = wishes.days % 7 + 1
        case 2: other.minutes = wishes.minutes == 20 ? 60 : 20
        case 3: other.injuries = wishes.injuries.symmetricDifference(["knee"])
        default: other.equipment = wishes.equipment.symmetricDifference(["dumbbell"])
        }

        let (first, second) = (TrainingPlan(wishes, from: self.exercises), TrainingPlan(other, from: self.exercises))

        #expect(first != second)
        if seed % 5 == 0 { #expect(first.sessions != second.sessions) }
        if seed % 5 == 1 { #expect(first.sessions.map(\.weekday) != second.sessions.map(\.weekday)) }
    }
}

private let allAllergens = ["gluten", "milk", "egg", "fish", "shellfish", "soy", "peanut", "nuts", "sesame"]

extension TrainingPlan.Wishes {
    fileprivate static func random(using generator: inout SeededGenerator) -> TrainingPlan.Wishes {
        let equipment = [
            "dumbbell", "barbell", "kettlebell", "band", "pull-up-bar", "bench", "machine", "cable", "rower", "bike",
            "treadmill", "pool", "jump-rope", "ring", "medicine-ball",
        ]
        let parts = ["knee", "hip", "ankle", "foot", "lower-back", "upper-back", "neck", "shoulder", "elbow", "wrist"]
        let some = { (words: [String], generator: inout SeededGenerator) -> Set<String> in
            let odds = Int.random(in: 1...6, using: &generator)
            return Set(words.filter { _ in Int.random(in: 0..<6, using: &generator) < odds - 1 })
        }
        return TrainingPlan.Wishes(
            goal: TrainingPlan.Goal.allCases.randomElement(using: &generator) ?? .run,
            days: Int.random(in: 1...7, using: &generator),
            minutes: Int.random(in: 10...120, using: &generator),
            equipment: some(equipment, &generator),
            injuries: some(parts, &generator),
            experience: TrainingPlan.Experience.allCases.randomElement(using: &generator) ?? .beginner
        )
    }
}
