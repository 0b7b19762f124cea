/// The ids of fields that rules and tools know the meaning of; a form need not have them.
package enum FieldName {
    /// Years.
    package static let age = "age"
    /// `female`, `male`, or another choice where energy formulas that need one of the two do not apply.
    package static let sex = "sex"
    /// `yes` or `no`: pregnant or breastfeeding.
    package static let pregnancy = "pregnancy"
    /// Centimetres.
    package static let height = "height"
    /// Kilograms.
    package static let weight = "weight"
    /// `lose_weight`, `build_muscle`, `get_fitter`, `run`, `stay_healthy`.
    package static let goal = "goal"
    /// `beginner`, `intermediate`, `advanced`.
    package static let experience = "experience"
    /// Days of training a week.
    package static let days = "days"
    /// Minutes a session.
    package static let minutes = "minutes"
    /// What there is to train with, by the ids that exercises use.
    package static let equipment = "equipment"
    /// Body parts that hurt, by the ids that exercises use.
    package static let injuries = "injuries"
    /// `vegan`, `vegetarian`, `pescatarian`, `everything`.
    package static let diet = "diet"
    /// What must not be eaten, by the ids that foods use.
    package static let allergies = "allergies"
    /// `sedentary`, `light`, `moderate`, `active`, `very_active`: daily life without training.
    package static let activity = "activity"
}
