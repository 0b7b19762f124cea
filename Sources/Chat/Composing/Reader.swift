package import Observability

/// What is known of the reader when a reply begins.
package struct Reader: Sendable, Equatable {
    /// Where the reader is, as far as their device says.
    package struct Place: Sendable, Equatable {
        /// Language tags (BCP 47), the preferred one first.
        package var languages: [String]
        /// The name of the time zone, `Europe/Berlin`; only shown, never computed with.
        package var timeZone: String?
        /// How far the reader's clock is ahead of UTC, in minutes.
        package var minutesEastOfUTC: Int

        package init(languages: [String] = [], timeZone: String? = nil, minutesEastOfUTC: Int = 0) {
            self.languages = languages
            self.timeZone = timeZone
            self.minutesEastOfUTC = minutesEastOfUTC
        }
    }

    package let profile: Profile
    package let form: ProfileForm
    /// What they have agreed to have remembered.
    package let facts: [Fact]
    package let place: Place
    /// The moment at which the message came.
    package let now: Timestamp

    package init(
        profile: Profile,
        form: ProfileForm,
        facts: [Fact] = [],
        place: Place = Place(),
        now: Timestamp
    ) {
        self.profile = profile
        self.form = form
        self.facts = facts
        self.place = place
        self.now = now
    }

    /// The day on the reader's calendar.
    package var today: CivilDate {
        (self.now + .seconds(60 * self.place.minutesEastOfUTC)).date
    }

    /// What is known, one line a field.
    package var description: String {
        self.form.fields.compactMap { field in
            self.profile.values[field.id].map { value in
                "- \(field.label.text()): \(self.form.text(of: value, for: field))"
            }
        }.joined(separator: "\n")
    }
}
