import Accounts
import Chat
import Checkup
import HTTPServer
import HTTPTypes
import JSONValue
import Observability

/// The routes of the admin page's check-up, and of the first steps that lead a new admin through it.
struct CheckupRoutes: Sendable {
    let desk: CheckupDesk
    let guardian: AdminGuardian
    let models: ModelConnector
    let people: People
    let metrics: Metrics
    let build: BuildDescription

    var routes: [Route] {
        [
            Route(.get, "/api/v1/admin/checkup") { request in
                _ = try await self.guardian.admin(request)
                return try await self.checkup()
            },
            Route(.post, "/api/v1/admin/checkup") { request in
                _ = try await self.guardian.admin(request)
                self.desk.start()
                return try await self.checkup()
            },
            Route(.patch, "/api/v1/admin/checkup") { try await self.change($0) },
        ]
    }

    /// Keeps what a browser measured of the stream, and whether the first steps are set aside.
    private func change(_ request: RoutedRequest) async throws -> HTTPResponse {
        _ = try await self.guardian.admin(request)
        let body = try jsonBody(of: request.http)
        try checkKeys(of: body, are: ["stream", "set_aside"])
        let stream = try member("stream", of: body, "good, attention or bad") {
            $0.string.flatMap(Finding.Verdict.init)
        }
        let isSetAside = try member("set_aside", of: body, "true or false", \.bool)
        if let stream { await self.desk.keep(stream: stream) }
        if let isSetAside { await self.desk.setAside(isSetAside) }
        return try await self.checkup()
    }

    private func checkup() async throws -> HTTPResponse {
        let (standing, record) = (self.desk.standing, await self.desk.record())
        let proof = self.desk.lastProof()
        return .json([
            "running": standing.step.map { step in
                ["step": .string(step.name), "share": JSON.Number(step.share).map(JSON.number) ?? .null]
            } ?? .null,
            "ended_at": time(standing.endedAt),
            "findings": .array(standing.findings.map(json)),
            "installation": json(record.installation),
            "stream": json(record.stream),
            "proved_restore": proof.map(json) ?? .null,
            "steps": try await self.steps(record, hasProof: proof != nil),
            "is_set_aside": .bool(record.isSetAside),
            "advice": .object(
                JSON.Object(
                    Advice.byName.sorted { $0.key < $1.key }.map {
                        JSON.Object.Member(key: $0.key, value: json($0.value))
                    }
                )
            ),
            "build": .object(
                JSON.Object(self.build.facts.map { JSON.Object.Member(key: $0.name, value: .string($0.value)) })
            ),
        ])
    }

    // MARK: The first steps

    /// Whether each of the first steps is done, from what is.
    private func steps(_ record: CheckupRecord, hasProof: Bool) async throws -> JSON {
        let isConnected = await self.models.connection != .builtIn
        let hasAnswered = isConnected && (self.hasAnswered || record.model?.verdict == .good)
        let isOpen = self.people.policy.admission == .open || self.people.policy.signUp == .open
        let hasOthers =
            if isOpen { true } else { try await self.people.accounts(limit: 2).count > 1 }
        let isInviting = if hasOthers { true } else { try await !self.people.invitations().isEmpty }
        return [
            // Whoever sees this is one.
            "admin": true,
            "model": .bool(hasAnswered),
            "stream": .bool(record.stream.map { $0.verdict != .bad } ?? false),
            "restore": .bool(hasProof),
            "people": .bool(isInviting),
        ]
    }

    /// Whether a model's reply was complete since the server started.
    private var hasAnswered: Bool {
        self.metrics.counts(of: "shuren_provider_replies_total").contains {
            $0.labels["provider"] != "builtin" && $0.labels["outcome"] == "complete" && $0.count > 0
        }
    }
}

/// Which build this is, for admins.
package struct BuildDescription: Sendable {
    package let facts: [(name: String, value: String)]

    package init(_ facts: [(name: String, value: String)]) {
        self.facts = facts
    }
}

private func json(_ finding: Finding) -> JSON {
    [
        "name": .string(finding.name), "verdict": .string(finding.verdict.rawValue),
        "measured": .string(finding.measured), "code": .string(finding.code),
        "values": .object(
            JSON.Object(
                finding.values.sorted { $0.key < $1.key }.map {
                    JSON.Object.Member(key: $0.key, value: .string($0.value))
                }
            )
        ),
        "advice": finding.advice.map(json) ?? .null,
    ]
}

private func json(_ advice: Advice) -> JSON {
    [
        "sentence": .string(advice.sentence),
        "lines": .array(advice.lines.map { ["program": .string($0.program), "text": .string($0.text)] }),
    ]
}

private func json(_ look: CheckupRecord.Look?) -> JSON {
    guard let look else { return .null }
    return ["at": time(look.at), "verdict": .string(look.verdict.rawValue)]
}

private func json(_ proof: ProvedRestore) -> JSON {
    [
        "at": time(proof.at), "took_ms": .number(JSON.Number(Int(proof.took.milliseconds))),
        "conversations": .number(JSON.Number(proof.conversations)),
        "messages": .number(JSON.Number(proof.messages)), "rows": .number(JSON.Number(proof.rows)),
        "bytes": .number(JSON.Number(proof.bytes)),
    ]
}

private func time(_ time: Timestamp?) -> JSON { time.map { .number(JSON.Number(Int($0.milliseconds))) } ?? .null }
