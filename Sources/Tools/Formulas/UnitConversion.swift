/// Conversion between the units that training and food are measured in.
///
/// The factors are exact: yard and pound by the international agreement of 1959, the US customary volumes and the
/// temperature scales by NIST Special Publication 811 (2008); 1 kcal is 4.184 kJ, the thermochemical calorie.
package enum UnitConversion {
    /// A unit as a multiple of its kind's base unit, and where its zero is.
    private struct Unit {
        let kind: String
        let factor: Double
        var zero = 0.0
    }

    private static let units: [String: Unit] = [
        "kg": Unit(kind: "mass", factor: 1), "g": Unit(kind: "mass", factor: 0.001),
        "lb": Unit(kind: "mass", factor: 0.45359237), "oz": Unit(kind: "mass", factor: 0.45359237 / 16),
        "st": Unit(kind: "mass", factor: 0.45359237 * 14),
        "m": Unit(kind: "length", factor: 1), "cm": Unit(kind: "length", factor: 0.01),
        "mm": Unit(kind: "length", factor: 0.001), "km": Unit(kind: "length", factor: 1000),
        "in": Unit(kind: "length", factor: 0.0254), "ft": Unit(kind: "length", factor: 0.3048),
        "yd": Unit(kind: "length", factor: 0.9144), "mi": Unit(kind: "length", factor: 1609.344),
        "l": Unit(kind: "volume", factor: 1), "ml": Unit(kind: "volume", factor: 0.001),
        "fl_oz": Unit(kind: "volume", factor: 0.0295735295625), "cup": Unit(kind: "volume", factor: 0.2365882365),
        "tbsp": Unit(kind: "volume", factor: 0.01478676478125), "tsp": Unit(kind: "volume", factor: 0.00492892159375),
        "kcal": Unit(kind: "energy", factor: 4.184), "kj": Unit(kind: "energy", factor: 1),
        "c": Unit(kind: "temperature", factor: 1), "f": Unit(kind: "temperature", factor: 5 / 9, zero: 32),
        "km_h": Unit(kind: "speed", factor: 1 / 3.6), "mph": Unit(kind: "speed", factor: 0.44704),
        "m_s": Unit(kind: "speed", factor: 1),
    ]

    /// The names of all units.
    package static var names: [String] { self.units.keys.sorted() }

    /// The amount in another unit; `nil` when one is not known or they measure different things.
    package static func convert(_ amount: Double, from: String, to: String) -> Double? {
        guard let from = self.units[from], let to = self.units[to], from.kind == to.kind else { return nil }
        return (amount - from.zero) * from.factor / to.factor + to.zero
    }
}
