import Accounts
import Chat
import HTTPServer
import HTTPTypes
import JSONValue

/// The routes on which a page learns how this server and its reader want things, and on which the reader says so.
struct PreferenceRoutes: Sendable {
    let replies: Replies
    let providers: ProviderSwitch
    let kept: KeptDays

    var routes: [Route] {
        [
            Route(.get, "/api/v1/config") { try await self.config($0) },
            Route(.patch, "/api/v1/preferences") { try await self.change($0) },
        ]
    }

    private func config(_ request: RoutedRequest) async throws -> HTTPResponse {
        .json(
            try await self.configuration(
                for: self.replies.callers.anyone(of: request),
                isLacking: self.replies.callers.lacksSecondFactor(request.http)
            )
        )
    }

    /// Takes a wish; a stranger becomes a guest, whose it is from now on.
    private func change(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try jsonBody(of: request.http)
        guard let preference = body["streaming"]?.string.flatMap(StreamingPreference.init(rawValue:)) else {
            throw WebError.badRequest("\"streaming\" must be auto, on or off.")
        }
        try checkKeys(of: body, are: ["streaming"])
        let caller = try await self.replies.callers.caller(of: request)
        if case .program = caller {
            throw WebError.browsersOnly("Programs get streams unless they are off for everybody.")
        }
        let visit = try await self.replies.callers.visit(of: caller, request.http)
        try await self.replies.rule.preferences.setStreaming(preference, of: visit.person)
        return visit.answered(.json(try await self.configuration(for: visit.caller)))
    }

    private func configuration(for caller: Caller, isLacking: Bool = false) async throws -> JSON {
        let provider = self.providers.provider
        let decision = try await self.replies.rule.decision(for: caller)
        return [
            "streaming": .bool(decision.streams),
            "reason": .string(decision.reason.rawValue),
            "source": .string(self.replies.rule.streaming.source(of: decision).rawValue),
            "preference": .string(try await self.replies.rule.preference(of: caller).rawValue),
            "auth": .string(self.replies.callers.admission.rawValue),
            "signed_in": .bool(caller.person != nil),
            "second_factor_missing": .bool(isLacking),
            "provider": .string(provider.name),
            "notice": provider.notice.map(JSON.string) ?? .null,
            "agents": .array(
                self.replies.agents.agents.map { agent in
                    [
                        "id": .string(agent.id), "name": .string(agent.name),
                        "description": .string(agent.description),
                    ]
                }
            ),
            "kept_days": [
                "conversations": self.kept.conversations.map { .number(JSON.Number($0)) } ?? .null,
                "guests": self.kept.guests.map { .number(JSON.Number($0)) } ?? .null,
            ],
        ]
    }
}

/// For how many days something is kept that nobody comes back to; `nil` for ever.
package struct KeptDays: Sendable, Equatable {
    /// A conversation after its last change, unless it is pinned.
    package var conversations: Int?
    /// A guest, with all that is theirs, after their last visit.
    package var guests: Int?

    package init(conversations: Int? = nil, guests: Int? = nil) {
        self.conversations = conversations
        self.guests = guests
    }
}
