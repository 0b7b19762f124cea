import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which a reader sees, corrects and deletes what they have told about themselves.
struct OnboardingRoutes: Sendable {
    let replies: Replies

    var routes: [Route] {
        [
            Route(.get, "/api/v1/onboarding") { try await self.read($0) },
            Route(.patch, "/api/v1/onboarding") { try await self.change($0) },
            Route(.delete, "/api/v1/onboarding") { try await self.delete($0) },
        ]
    }

    private var form: ProfileForm { self.replies.composing.playbook.playbook.form }
    private var profiles: any ProfileStore { self.replies.composing.profiles }

    private func read(_ request: RoutedRequest) async throws -> HTTPResponse {
        // Nothing is known about a stranger yet; that is no error on a page that was just opened.
        guard let person = try await self.replies.callers.caller(of: request).person else {
            return self.response(.unknown, request)
        }
        return self.response(try await self.profiles.profile(of: person), request)
    }

    private func change(_ request: RoutedRequest) async throws -> HTTPResponse {
        let form = self.form
        let body = try jsonBody(of: request.http)
        let changes = try self.changes(in: body, form)
        let caller = try await self.replies.callers.caller(of: request)
        let visit = try await self.replies.callers.visit(of: caller, request.http)
        let onboarding = Onboarding(form: form, profiles: self.profiles, time: self.replies.time)
        let version = try member("version", of: body, "a whole number", \.count)
        let (profile, refusals) = try await onboarding.change(changes, of: visit.person, expecting: version)
        guard refusals.isEmpty else {
            throw WebError.badRequest(refusals.map(\.message).joined(separator: " "))
        }
        return visit.answered(self.response(profile, request))
    }

    private func delete(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.replies.callers.person(of: request)
        try await self.profiles.deleteProfile(of: person)
        return HTTPResponse(.noContent)
    }

    /// Reads `{"set": {"age": 34, "name": null}, "skip": ["diet"]}`; `null` forgets a value.
    private func changes(in body: JSON, _ form: ProfileForm) throws(WebError) -> [Profile.Change] {
        var changes: [Profile.Change] = []
        for entry in try member("set", of: body, "an object", \.object)?.members ?? [] {
            guard let field = form[entry.key] else {
                throw WebError.badRequest("There is no field \"\(entry.key.prefix(40))\".")
            }
            if entry.value.isNull {
                changes.append(.clear(field: field.id))
            } else if let value = Profile.Value(entry.value, for: field) {
                changes.append(.set(field: field.id, value))
            } else {
                throw WebError.badRequest("\(field.label.text()) does not take this kind of value.")
            }
        }
        for entry in try member("skip", of: body, "a list of fields", \.array) ?? [] {
            changes.append(.skip(field: entry.string ?? ""))
        }
        guard !changes.isEmpty else { throw WebError.badRequest("Say what to \"set\" or to \"skip\".") }
        return changes
    }

    private func response(_ profile: Profile, _ request: RoutedRequest) -> HTTPResponse {
        .json(json(profile, self.form, in: acceptedLanguages(request.http.fields["Accept-Language"] ?? "")))
    }
}

/// Everything a page needs to show the profile and go on asking.
private func json(_ profile: Profile, _ form: ProfileForm, in languages: [String]) -> JSON {
    let next = form.next(for: profile)
    let asked = Set(form.fields(for: profile).map(\.id))
    return [
        "version": .number(JSON.Number(profile.version)),
        "progress": JSON.Number(form.progress(of: profile)).map(JSON.number) ?? .null,
        "completed": .bool(next == nil),
        "completed_at": profile.completedAt.map { .number(JSON.Number(Int($0.milliseconds))) } ?? .null,
        "conversation_id": profile.conversation.map { .string($0.rawValue) } ?? .null,
        "next": next.map { .string($0.id) } ?? .null,
        "steps": .array(
            form.steps.map { step in
                [
                    "id": .string(step.id), "title": .string(step.title.text(in: languages)),
                    "fields": .array(
                        step.fields.filter { asked.contains($0.id) }.map { json($0, of: profile, form, languages) }
                    ),
                ]
            }
        ),
    ]
}

private func json(
    _ field: ProfileForm.Field,
    of profile: Profile,
    _ form: ProfileForm,
    _ languages: [String]
) -> JSON {
    var object = JSON.Object()
    object["id"] = .string(field.id)
    object["label"] = .string(field.label.text(in: languages))
    object["question"] = .string(field.question.text(in: languages))
    object["why"] = .string(field.reason.text(in: languages))
    object["required"] = .bool(field.isRequired)
    switch field.kind {
    case .text(let longest):
        object["type"] = "text"
        object["longest"] = .number(JSON.Number(longest))
    case .number(let quantity, let range):
        object["type"] = "number"
        object["unit"] = .string(quantity.rawValue)
        object["minimum"] = JSON.Number(range.lowerBound).map(JSON.number)
        object["maximum"] = JSON.Number(range.upperBound).map(JSON.number)
    case .choice: object["type"] = "choice"
    case .choices: object["type"] = "choices"
    }
    if !field.kind.choices.isEmpty {
        object["choices"] = .array(
            field.kind.choices.map { ["id": .string($0.id), "label": .string($0.label.text(in: languages))] }
        )
    }
    object["value"] = profile.values[field.id]?.json ?? .null
    object["text"] = profile.values[field.id].map { .string(form.text(of: $0, for: field, in: languages)) } ?? .null
    object["skipped"] = .bool(profile.skipped.contains(field.id))
    return .object(object)
}
