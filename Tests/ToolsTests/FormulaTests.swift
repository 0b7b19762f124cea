import Observability
import Testing
import Tools

/// Every expected figure was worked out by hand from the published formula.
@Suite struct `The formulas` {
    @Test(arguments: [
        // 10·82 + 6.25·180 − 5·34 + 5 = 820 + 1125 − 170 + 5; times 1.2
        (EnergyNeed.Sex.male, 82.0, 180.0, 34.0, EnergyNeed.Activity.sedentary, 1780.0, 2136.0),
        // 10·60 + 6.25·165 − 5·30 − 161 = 600 + 1031.25 − 150 − 161; times 1.55
        (.female, 60, 165, 30, .moderate, 1320.25, 2046.3875),
    ])
    func `give the energy need of Mifflin and St Jeor`(
        sex: EnergyNeed.Sex,
        kilograms: Double,
        centimetres: Double,
        years: Double,
        activity: EnergyNeed.Activity,
        resting: Double,
        total: Double
    ) {
        let need = EnergyNeed(
            sex: sex,
            kilograms: kilograms,
            centimetres: centimetres,
            years: years,
            activity: activity
        )

        #expect(abs(need.resting - resting) < 0.001 && abs(need.total - total) < 0.001)
    }

    @Test func `take at most 500 kcal and a fifth away, and never go below the floor`() {
        let large = EnergyNeed(sex: .male, kilograms: 100, centimetres: 190, years: 30, activity: .active)
        let small = EnergyNeed(sex: .female, kilograms: 50, centimetres: 155, years: 60, activity: .sedentary)

        #expect(large.reduced(for: .male) == large.total - 500)
        #expect(small.reduced(for: .female) == min(small.total, 1200))
    }

    @Test func `share the energy so that the grams come to it`() {
        let split = MacroSplit(kcal: 2000, kilograms: 70)

        #expect(abs(split.kcal - 2000) < 0.001)
        #expect(split.protein == 112 && abs(split.fat - 66.667) < 0.001)
    }

    @Test func `estimate one repetition as Epley and Brzycki do`() {
        let maximum = OneRepetitionMaximum(weight: 100, repetitions: 5)

        #expect(abs(maximum.epley - 116.667) < 0.001)
        #expect(abs(maximum.brzycki - 112.5) < 0.001)
        #expect(OneRepetitionMaximum(weight: 100, repetitions: 1).estimate == 100)
    }

    @Test(arguments: [
        (180.0, "lb", "kg", 81.6466), (1.0, "mi", "km", 1.609344), (98.6, "f", "c", 37.0), (37.0, "c", "f", 98.6),
        (500.0, "kcal", "kj", 2092.0), (12.0, "st", "kg", 76.2035), (2.0, "cup", "ml", 473.176),
        (10.0, "km_h", "mph", 6.2137),
    ])
    func `convert units by their exact factors`(amount: Double, from: String, to: String, expected: Double) throws {
        let result = try #require(UnitConversion.convert(amount, from: from, to: to))

        #expect(abs(result - expected) < 0.001)
    }

    @Test func `convert nothing into what measures something else`() {
        #expect(UnitConversion.convert(1, from: "kg", to: "km") == nil)
    }

    @Test(arguments: [(17.9, "underweight"), (18.5, "normal"), (24.9, "normal"), (25.0, "overweight"), (30.0, "obese")])
    func `name the classes of the WHO`(index: Double, name: String) {
        #expect(weightClass(of: index) == name)
    }

    @Test(arguments: [
        ("2024-02-29", "Thursday", 19_782), ("1970-01-01", "Thursday", 0), ("2000-03-01", "Wednesday", 11_017),
        ("1969-12-31", "Wednesday", -1),
    ])
    func `know the calendar`(text: String, weekday: String, days: Int) throws {
        let date = try #require(CivilDate(iso8601: text))

        #expect(date.weekday == weekday && date.daysSinceEpoch == days && date.iso8601 == text)
        #expect(CivilDate(iso8601: "2023-02-29") == nil && CivilDate(iso8601: "2023-13-01") == nil)
    }
}
