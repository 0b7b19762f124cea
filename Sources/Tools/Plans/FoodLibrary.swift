package import JSONValue

/// One food, with what 100 g of it hold.
package struct Food: Sendable, Equatable {
    package let id: String
    package let name: String
    package let group: String
    package let kcal: Double
    /// Per 100 g.
    package let macros: MacroSplit
    /// The diets that it is fit for: `vegan`, `vegetarian`, `pescatarian`.
    package let diets: Set<String>
    /// The allergens that it holds.
    package let contains: Set<String>
    /// When it is usually eaten.
    package let meals: Set<String>
    /// Whether it is planned only where nothing more usual will do.
    package let isRare: Bool
    /// A usual portion in grams, and what a household calls it.
    package let portion: (grams: Double, name: String)

    package static func == (left: Food, right: Food) -> Bool { left.id == right.id && left.macros == right.macros }
}

/// The foods that plans are made of.
package struct FoodLibrary: Sendable, Equatable {
    /// In the order of the file, no two with one id.
    package let foods: [Food]
    /// Where the figures are from.
    package let source: String

    /// Reads `{"source", "foods": [{"id", "name", "group", "kcal", "protein", "carbohydrate", "fat", "diets", "contains",
    /// "meals", "portion": {"grams", "name"}, "rare"?}]}`.
    package init(_ json: JSON) throws(KnowledgeProblem) {
        var foods: [Food] = []
        for (index, entry) in (json["foods"]?.array ?? []).enumerated() {
            guard let food = Food(entry) else {
                throw KnowledgeProblem(
                    description: "Food \(index + 1) (\(entry["id"]?.string ?? "without id")) is not complete."
                )
            }
            foods.append(food)
        }
        guard !foods.isEmpty, Set(foods.map(\.id)).count == foods.count else {
            throw KnowledgeProblem(description: "There must be foods, each with an id of its own.")
        }
        self.foods = foods
        self.source = json["source"]?.string ?? ""
    }

    /// Those that a diet allows and that hold nothing that must not be eaten.
    package func suitable(diet: String, without allergens: Set<String>) -> [Food] {
        self.foods.filter { food in
            (diet == "everything" || food.diets.contains(diet)) && food.contains.isDisjoint(with: allergens)
        }
    }
}

extension Food {
    fileprivate init?(_ json: JSON) {
        guard let id = json["id"]?.string, let name = json["name"]?.string, let group = json["group"]?.string,
            let kcal = json["kcal"]?.double, let protein = json["protein"]?.double,
            let carbohydrate = json["carbohydrate"]?.double, let fat = json["fat"]?.double,
            let diets = json["diets"]?.array?.compactMap(\.string),
            let contains = json["contains"]?.array?.compactMap(\.string),
            let meals = json["meals"]?.array?.compactMap(\.string), let grams = json["portion"]?["grams"]?.double,
            let portion = json["portion"]?["name"]?.string
        else { return nil }
        self.init(
            id: id,
            name: name,
            group: group,
            kcal: kcal,
            macros: MacroSplit(protein: protein, carbohydrate: carbohydrate, fat: fat),
            diets: Set(diets),
            contains: Set(contains),
            meals: Set(meals),
            isRare: json["rare"]?.bool ?? false,
            portion: (grams, portion)
        )
    }
}
