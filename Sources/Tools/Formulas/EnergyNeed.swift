/// The energy that a body needs in a day, in kcal.
package struct EnergyNeed: Sendable, Equatable {
    package enum Sex: String, Sendable, CaseIterable {
        case female, male
    }

    /// How daily life moves the body; the factors are those in common use with resting formulas, and within the physical
    /// activity levels of FAO/WHO/UNU, Human energy requirements (2001), table 5.1.
    package enum Activity: String, Sendable, CaseIterable {
        case sedentary, light, moderate, active
        case veryActive = "very_active"

        package var factor: Double {
            switch self {
            case .sedentary: 1.2
            case .light: 1.375
            case .moderate: 1.55
            case .active: 1.725
            case .veryActive: 1.9
            }
        }
    }

    /// What is needed at rest.
    package let resting: Double
    /// What is needed in all.
    package let total: Double

    /// Mifflin, St Jeor et al., Am J Clin Nutr 51 (1990) 241–247: 10 W + 6.25 H − 5 A, + 5 for men, − 161 for women.
    ///
    /// `kilograms`, `centimetres` and `years` are of an adult; the formula was made from people of 19 to 78 years.
    package init(sex: Sex, kilograms: Double, centimetres: Double, years: Double, activity: Activity) {
        self.resting = 10 * kilograms + 6.25 * centimetres - 5 * years + (sex == .male ? 5 : -161)
        self.total = self.resting * activity.factor
    }

    /// The least that is planned for anybody without a doctor (NHLBI, The Practical Guide, NIH 00-4084, 2000).
    package static func floor(for sex: Sex) -> Double { sex == .male ? 1500 : 1200 }

    /// What is eaten to lose weight: at most 500 kcal and at most a fifth below the need, and neither below the need at rest
    /// nor below the floor.
    ///
    /// About 500 kcal a day below the need is half a kilogram a week (NHLBI, as above).
    package func reduced(for sex: Sex) -> Double {
        min(self.total, max(self.total - 500, self.total * 0.8, self.resting, Self.floor(for: sex)))
    }
}
