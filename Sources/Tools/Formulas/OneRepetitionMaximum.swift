/// The most that somebody could lift once, estimated from a set that was all they could do.
package struct OneRepetitionMaximum: Sendable, Equatable {
    /// w (1 + r/30): Epley, Poundage Chart, Boyd Epley Workout (1985).
    package let epley: Double
    /// 36 w / (37 − r): Brzycki, JOPERD 64 (1993) 88–90.
    package let brzycki: Double

    /// `weight` in any unit, lifted `repetitions` times, 1 to 12: beyond that the estimates part ways.
    package init(weight: Double, repetitions: Int) {
        // One repetition is the maximum itself, which Epley's formula does not say.
        self.epley = repetitions == 1 ? weight : weight * (1 + Double(repetitions) / 30)
        self.brzycki = weight * 36 / (37 - Double(repetitions))
    }

    /// The mean of the two.
    package var estimate: Double { (self.epley + self.brzycki) / 2 }

    /// What can be lifted so many times, by Epley's formula turned around.
    package func weight(for repetitions: Int) -> Double {
        repetitions == 1 ? self.estimate : self.estimate / (1 + Double(repetitions) / 30)
    }
}
