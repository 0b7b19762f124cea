/// A day of meals that comes to a target: the same for the same wishes.
package struct MealPlan: Sendable, Equatable {
    /// What the plan is made for.
    package struct Wishes: Sendable, Equatable {
        package var target: MacroSplit
        /// `vegan`, `vegetarian`, `pescatarian` or `everything`.
        package var diet: String
        /// What must not be eaten.
        package var allergies: Set<String>
        /// Another day, another choice.
        package var variant: Int

        package init(target: MacroSplit, diet: String = "everything", allergies: Set<String> = [], variant: Int = 0) {
            self.target = target
            self.diet = diet
            self.allergies = allergies
            self.variant = variant
        }
    }

    package struct Portion: Sendable, Equatable {
        package let food: Food
        /// Whole grams.
        package let grams: Int

        package var macros: MacroSplit { self.food.macros * (Double(self.grams) / 100) }
    }

    package struct Meal: Sendable, Equatable {
        package let name: String
        package let portions: [Portion]
    }

    package let meals: [Meal]

    /// What the day comes to.
    package var total: MacroSplit {
        self.meals.flatMap(\.portions).reduce(MacroSplit(protein: 0, carbohydrate: 0, fat: 0)) { $0 + $1.macros }
    }

    /// `nil` when no foods of the library come to the target within 3 %.
    package init?(_ wishes: Wishes, from library: FoodLibrary) {
        let builder = MealBuilder(wishes, library)
        guard let meals = builder.meals() else { return nil }
        self.meals = meals
    }
}

/// Finds foods for the meals, and how much of each.
///
/// Each meal is a source of protein, one of carbohydrate and one of fat, with vegetables or fruit beside them. How much of
/// the three is what three equations with three unknowns say (Cramer's rule); a trio whose amounts nobody would eat is
/// passed over for the next. What rounding leaves over goes to the next meal.
private struct MealBuilder {
    private struct Slot {
        let name: String
        let kind: String
        let share: Double
    }

    /// How a day is shared among its meals.
    private static let slots = [
        Slot(name: "Breakfast", kind: "breakfast", share: 0.25), Slot(name: "Lunch", kind: "lunch", share: 0.35),
        Slot(name: "Snack", kind: "snack", share: 0.1), Slot(name: "Dinner", kind: "dinner", share: 0.3),
    ]

    private let wishes: MealPlan.Wishes
    private let foods: [Food]

    init(_ wishes: MealPlan.Wishes, _ library: FoodLibrary) {
        self.wishes = wishes
        self.foods = library.suitable(diet: wishes.diet, without: wishes.allergies)
    }

    /// Tries the day from one choice after the other until one comes out.
    func meals() -> [MealPlan.Meal]? {
        // Usual portions first, larger ones where nothing else comes out.
        for largest in [1.8, 2.5, 4, 8] {
            for attempt in 0..<8 {
                if let day = self.day(turn: self.wishes.variant + attempt, largest) { return day }
            }
        }
        return nil
    }

    private func day(turn: Int, _ largest: Double) -> [MealPlan.Meal]? {
        var left = self.wishes.target
        var shareLeft = 1.0
        var used: Set<String> = []
        var meals: [MealPlan.Meal] = []
        for (index, slot) in Self.slots.enumerated() {
            let isLast = index == Self.slots.count - 1
            let wanted = isLast ? left : left * (slot.share / shareLeft)
            guard let portions = self.portions(for: slot, wanted, turn: turn + index, largest, used: &used) else {
                return nil
            }
            left = portions.reduce(left) { $0 - $1.macros }
            shareLeft -= slot.share
            meals.append(MealPlan.Meal(name: slot.name, portions: portions))
        }
        return self.isClose(left) ? meals : nil
    }

    private func isClose(_ rest: MacroSplit) -> Bool {
        let target = self.wishes.target
        return abs(rest.protein) <= 0.03 * target.protein && abs(rest.carbohydrate) <= 0.03 * target.carbohydrate
            && abs(rest.fat) <= 0.03 * target.fat
    }

    private func portions(
        for slot: Slot,
        _ wanted: MacroSplit,
        turn: Int,
        _ largest: Double,
        used: inout Set<String>
    ) -> [MealPlan.Portion]? {
        let side = self.side(for: slot, turn)
        let rest = side.map { wanted - $0.macros } ?? wanted
        let proteins = self.sources(of: .protein, for: slot, turn)
        let carbohydrates = self.sources(of: .carbohydrate, for: slot, turn)
        let fats = self.sources(of: .fat, for: slot, turn)
        // What was not on the plate today comes first.
        let eaten = used
        let freshFirst = { (foods: [Food]) in
            foods.filter { !eaten.contains($0.id) } + foods.filter { eaten.contains($0.id) }
        }
        for protein in freshFirst(proteins) {
            for carbohydrate in freshFirst(carbohydrates) where carbohydrate.id != protein.id {
                for fat in fats where fat.id != protein.id && fat.id != carbohydrate.id {
                    guard let grams = amounts(of: [protein, carbohydrate, fat], for: rest) else { continue }
                    let trio = zip([protein, carbohydrate, fat], grams).map { MealPlan.Portion(food: $0, grams: $1) }
                    let portions = ([side].compactMap(\.self) + trio).filter { $0.grams > 0 }
                    guard portions.allSatisfy({ Double($0.grams) <= largest * $0.food.portion.grams }) else { continue }
                    used.formUnion([protein.id, carbohydrate.id])
                    return portions
                }
            }
        }
        return nil
    }

    private enum Nutrient {
        case protein, carbohydrate, fat
    }

    /// The foods that a meal takes the nutrient from, beginning at another one each turn.
    private func sources(of nutrient: Nutrient, for slot: Slot, _ turn: Int) -> [Food] {
        let all = self.foods.filter { food in
            let macros = food.macros
            let share: Double
            switch nutrient {
            case .protein:
                guard macros.protein >= 5, !["drink", "vegetable"].contains(food.group) else { return false }
                share = macros.protein * 4 / macros.kcal
                return share >= 0.22
            case .carbohydrate:
                guard !["drink", "sweet"].contains(food.group) else { return false }
                share = macros.carbohydrate * 4 / macros.kcal
                return share >= 0.72 && macros.carbohydrate >= 10
            case .fat:
                share = macros.fat * 9 / macros.kcal
                return share >= 0.65
            }
        }
        let usual = all.filter { !$0.isRare }
        let fitting = usual.filter { $0.meals.contains(slot.kind) }
        let others = usual.filter { !$0.meals.contains(slot.kind) }
        // A cooked meal is made around meat, fish or beans before cheese and eggs.
        let isMain = { (food: Food) in
            nutrient != .protein || !["lunch", "dinner"].contains(slot.kind)
                || ["meat", "fish", "legume"].contains(food.group)
        }
        return rotated(fitting.filter(isMain), by: turn) + rotated(fitting.filter { !isMain($0) }, by: turn)
            + rotated(others, by: turn) + all.filter(\.isRare)
    }

    /// Vegetables to a meal, fruit to breakfast and in between; none where none is allowed.
    private func side(for slot: Slot, _ turn: Int) -> MealPlan.Portion? {
        let group = ["breakfast", "snack"].contains(slot.kind) ? "fruit" : "vegetable"
        // Light ones only: the rest of the plate must still come out.
        let sides = self.foods.filter { $0.group == group && $0.kcal <= 65 && !$0.isRare }
        guard !sides.isEmpty else { return nil }
        let food = sides[turn % sides.count]
        return MealPlan.Portion(food: food, grams: slot.kind == "snack" ? 60 : 100)
    }
}

private func rotated(_ foods: [Food], by turn: Int) -> [Food] {
    guard !foods.isEmpty else { return [] }
    let start = turn * 3 % foods.count
    return Array(foods[start...] + foods[..<start])
}

/// The whole grams of three foods that come to the target; `nil` when one would be negative.
private func amounts(of foods: [Food], for target: MacroSplit) -> [Int]? {
    let columns = foods.map { [$0.macros.protein, $0.macros.carbohydrate, $0.macros.fat] }
    let wanted = [target.protein, target.carbohydrate, target.fat]
    let determinant = determinant(columns)
    guard abs(determinant) > 1 else { return nil }
    var grams: [Int] = []
    for index in 0..<3 {
        var replaced = columns
        replaced[index] = wanted
        let amount = 100 * Tools.determinant(replaced) / determinant
        // A gram below nothing is rounding, not a wish.
        guard amount > -1 else { return nil }
        grams.append(max(0, Int(amount.rounded())))
    }
    return grams
}

/// The determinant of three columns.
private func determinant(_ columns: [[Double]]) -> Double {
    let (a, b, c) = (columns[0], columns[1], columns[2])
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1])
}
