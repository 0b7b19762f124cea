import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which a reader decides what is remembered about them, sees it, corrects it and takes it away with them.
struct MemoryRoutes: Sendable {
    /// How many answers to proposals are kept of one person, so that nobody fills the disk with them.
    private static let mostAnswers = 2000

    let replies: Replies

    var routes: [Route] {
        [
            Route(.get, "/api/v1/facts") { try await self.list($0) },
            Route(.post, "/api/v1/facts") { try await self.answer($0) },
            Route(.patch, "/api/v1/facts/{id}") { try await self.edit($0) },
            Route(.delete, "/api/v1/facts/{id}") { try await self.forget($0) },
            Route(.delete, "/api/v1/facts") { try await self.forgetAll($0) },
            Route(.get, "/api/v1/about-me") { try await self.everything($0) },
        ]
    }

    private var facts: any FactStore { self.replies.composing.facts }

    private func list(_ request: RoutedRequest) async throws -> HTTPResponse {
        guard let person = try await self.replies.callers.caller(of: request).person else {
            return .json(json(Memory()))
        }
        return .json(json(try await self.facts.memory(of: person)))
    }

    /// What the reader says to a proposal; a yes, perhaps with other words, makes it a fact.
    private func answer(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.replies.callers.person(of: request)
        let body = try jsonBody(of: request.http)
        guard let id = body["proposal"]?.string, (3...200).contains(id.unicodeScalars.count),
            let answer = body["answer"]?.string.flatMap(FactProposal.Answer.init(rawValue:))
        else { throw WebError.badRequest("Name the \"proposal\", and \"answer\" yes, no or never.") }
        let text = try factText(body["text"])
        let proposal = FactProposal(id: id, text: text, answer: answer)
        let fact = answer == .yes ? Fact(id: .random(), text: text, createdAt: self.replies.time.now()) : nil
        let memory = try await self.facts.memory(of: person)
        if memory.facts.count >= Fact.most && fact != nil || memory.answers.count >= Self.mostAnswers {
            throw WebError(.conflict, "memory_full", "There is no room for more: forget something first.")
        }
        try await self.facts.answer(proposal, with: fact, of: person)
        return .json(json(try await self.facts.memory(of: person)))
    }

    private func edit(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.replies.callers.person(of: request)
        let text = try factText(try jsonBody(of: request.http)["text"])
        guard let id = Fact.ID(rawValue: request.parameters["id"] ?? ""),
            try await self.facts.edit(id, to: text, of: person)
        else { throw WebError.notFound }
        return .json(json(try await self.facts.memory(of: person)))
    }

    private func forget(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.replies.callers.person(of: request)
        guard let id = Fact.ID(rawValue: request.parameters["id"] ?? ""),
            try await self.facts.forget(id, of: person)
        else { throw WebError.notFound }
        return HTTPResponse(.noContent)
    }

    private func forgetAll(_ request: RoutedRequest) async throws -> HTTPResponse {
        try await self.facts.forgetAll(of: try await self.replies.callers.person(of: request))
        return HTTPResponse(.noContent)
    }

    /// Everything that is known about the reader, as a file.
    private func everything(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.replies.callers.person(of: request)
        let profile = try await self.replies.composing.profiles.profile(of: person)
        let memory = try await self.facts.memory(of: person)
        var response = HTTPResponse.json([
            "profile": self.replies.composing.playbook.playbook.form.json(of: profile),
            "left_out": .array(profile.skipped.sorted().map(JSON.string)),
            "memory": json(memory),
        ])
        response.fields.append("Content-Disposition", "attachment; filename=\"about-me.json\"")
        return response
    }
}

private func factText(_ value: JSON?) throws(WebError) -> String {
    let text = (value?.string ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard (1...Fact.longest).contains(text.count) else {
        throw WebError.badRequest("A fact has 1 to \(Fact.longest) characters.")
    }
    return text
}

private func json(_ memory: Memory) -> JSON {
    [
        "facts": .array(
            memory.facts.map {
                [
                    "id": .string($0.id.rawValue), "text": .string($0.text),
                    "created_at": .number(JSON.Number(Int($0.createdAt.milliseconds))),
                ]
            }
        ),
        "answers": .array(
            memory.answers.map {
                ["proposal": .string($0.id), "answer": .string($0.answer.rawValue), "text": .string($0.text)]
            }
        ),
    ]
}
