/// How a day's energy is shared among protein, carbohydrate and fat.
package struct MacroSplit: Sendable, Equatable {
    /// Energy of a gram in kcal, rounded as labels do (Atwater general factors; FAO Food and Nutrition Paper 77, 2003).
    package static let kcalPerGram = (protein: 4.0, carbohydrate: 4.0, fat: 9.0)

    /// Grams a day.
    package let protein: Double
    package let carbohydrate: Double
    package let fat: Double

    package init(protein: Double, carbohydrate: Double, fat: Double) {
        self.protein = protein
        self.carbohydrate = carbohydrate
        self.fat = fat
    }

    /// Shares `kcal` for somebody of that body weight: protein by weight, fat 30 % of the energy, carbohydrate the rest.
    ///
    /// For people who train 1.4 to 2.0 g of protein a kilogram are recommended (Jäger et al., J Int Soc Sports Nutr 14:20,
    /// 2017), towards the upper end while losing weight; fat is within the 20 to 35 % of the Dietary Reference Intakes
    /// (Institute of Medicine, 2005). Protein takes at most 35 % of the energy, the upper end there.
    package init(kcal: Double, kilograms: Double, proteinPerKilogram: Double = 1.6) {
        let protein = min(kilograms * proteinPerKilogram, kcal * 0.35 / Self.kcalPerGram.protein)
        let fat = kcal * 0.3 / Self.kcalPerGram.fat
        let rest = kcal - protein * Self.kcalPerGram.protein - fat * Self.kcalPerGram.fat
        self.init(protein: protein, carbohydrate: rest / Self.kcalPerGram.carbohydrate, fat: fat)
    }

    package var kcal: Double {
        self.protein * Self.kcalPerGram.protein + self.carbohydrate * Self.kcalPerGram.carbohydrate
            + self.fat * Self.kcalPerGram.fat
    }

    static func + (left: MacroSplit, right: MacroSplit) -> MacroSplit {
        MacroSplit(
            protein: left.protein + right.protein,
            carbohydrate: left.carbohydrate + right.carbohydrate,
            fat: left.fat + right.fat
        )
    }

    static func - (left: MacroSplit, right: MacroSplit) -> MacroSplit { left + right * -1 }

    static func * (split: MacroSplit, factor: Double) -> MacroSplit {
        MacroSplit(
            protein: split.protein * factor,
            carbohydrate: split.carbohydrate * factor,
            fat: split.fat * factor
        )
    }
}
