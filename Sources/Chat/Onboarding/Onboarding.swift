package import Identifiers
package import Observability

/// The conversation in which a reader is asked about themselves.
///
/// What a message says is understood and noted here, before any model is asked, so it goes the same way with a strong
/// model, a weak one and none. A model that can may note more through a tool; none can break the state, because every
/// value is checked by the form and every change compares the version first.
package struct Onboarding: Sendable {
    private let form: ProfileForm
    private let profiles: any ProfileStore
    private let time: TimeSource

    package init(form: ProfileForm, profiles: any ProfileStore, time: TimeSource) {
        self.form = form
        self.profiles = profiles
        self.time = time
    }

    /// Notes what a message says, once, and tells where that leaves the onboarding.
    ///
    /// With `version` the message answers what was asked then, and ``ProfileConflict`` tells whoever comes second that
    /// it was answered meanwhile. Without, what it says is noted on top of whatever there is.
    func understand(
        _ message: Message,
        of person: PersonID,
        in conversation: Conversation.ID,
        expecting version: Int?,
        _ place: Reader.Place
    ) async throws -> OnboardingMoment {
        while true {
            let current = try await self.profiles.profile(of: person)
            let isNoted = current.lastMessage == message.id
            let asked = self.form.next(for: current)
            if let version, version != current.version, !isNoted { throw ProfileConflict(current: current) }
            let read = SentenceReader(form: self.form).changes(in: message.text, asked: asked, known: current)
            var (profile, refusals) =
                isNoted
                ? (current, []) : current.making(read, as: self.form, at: self.time.now(), because: message.id)
            if !isNoted { profile.conversation = conversation }
            do {
                if profile != current { try await self.profiles.replace(current.version, with: profile, of: person) }
            } catch let conflict as ProfileConflict {
                guard version == nil else { throw conflict }
                continue
            }
            return OnboardingMoment(
                form: self.form,
                profile: profile,
                changed: read.map(\.field).filter { field in
                    current.values[field] != profile.values[field]
                        || current.skipped.contains(field) != profile.skipped.contains(field)
                },
                // What was said in passing and makes no sense was probably about something else.
                problems: refusals.filter { $0.field == asked?.id || read.count == 1 }.map(\.message),
                languages: place.languages
            )
        }
    }

    /// Makes changes that a reader made by hand, compared with `version`.
    package func change(
        _ changes: [Profile.Change],
        of person: PersonID,
        expecting version: Int?
    ) async throws -> (profile: Profile, refusals: [Profile.Refusal]) {
        while true {
            let current = try await self.profiles.profile(of: person)
            if let version, version != current.version { throw ProfileConflict(current: current) }
            let (profile, refusals) = current.making(changes, as: self.form, at: self.time.now())
            guard refusals.isEmpty, profile != current else { return (current, refusals) }
            do {
                try await self.profiles.replace(current.version, with: profile, of: person)
                return (profile, [])
            } catch let conflict as ProfileConflict {
                guard version == nil else { throw conflict }
            }
        }
    }
}

extension Profile.Change {
    /// The id of the field that it is about.
    package var field: String {
        switch self {
        case .set(let field, _), .skip(let field), .clear(let field): field
        }
    }
}
