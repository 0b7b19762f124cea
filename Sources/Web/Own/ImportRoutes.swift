import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which readers bring conversations along, see what they brought, and take it back.
struct ImportRoutes: Sendable {
    let replies: Replies
    let imports: any ImportStore

    var routes: [Route] {
        [
            Route(.post, "/api/v1/imports") { try await self.add($0) }.heavy,
            Route(.post, "/api/v1/imports/preview") { try await self.preview($0) }.heavy,
            Route(.get, "/api/v1/imports") { try await self.list($0) },
            Route(.delete, "/api/v1/imports/{id}") { try await self.undo($0) }.heavy,
            Route(.post, "/api/v1/imports/{id}/restore") { try await self.restore($0) }.heavy,
        ]
    }

    private var callers: Callers { self.replies.callers }

    /// Takes in a batch; a stranger becomes a guest, whose it is.
    private func add(_ request: RoutedRequest) async throws -> HTTPResponse {
        guard request.http.body.count <= ImportLimits.batch else {
            throw WebError(
                .contentTooLarge,
                "batch_too_large",
                "A batch has at most \(ImportLimits.batch / 1024) KiB. Send the conversations in several, long ones in pieces."
            )
        }
        let batch = try ImportBatch(try jsonBody(of: request.http), now: self.replies.time.now())
        let caller = try await self.callers.caller(of: request)
        let visit = try await self.callers.visit(of: caller, request.http)
        var report = try await self.imports.add(
            batch.conversations,
            to: batch.id,
            from: batch.source,
            of: visit.person,
            at: self.replies.time.now()
        )
        report.refused += batch.refused
        return visit.answered(.json(json(report, of: batch.id)))
    }

    private func preview(_ request: RoutedRequest) async throws -> HTTPResponse {
        let body = try jsonBody(of: request.http)
        let source = try importSource(body)
        guard let list = body["ids"]?.array, list.count <= ImportLimits.idsInPreview else {
            throw WebError.badRequest("\"ids\" must be a list of at most \(ImportLimits.idsInPreview).")
        }
        let ids = list.compactMap(\.string)
        guard ids.count == list.count, ids.allSatisfy({ (1...ImportLimits.id).contains($0.utf8.count) }) else {
            throw WebError.badRequest("Each of \"ids\" must be a text of 1 to \(ImportLimits.id) bytes.")
        }
        guard let person = try await self.callers.caller(of: request).person else { return .json(["known": []]) }
        let known = try await self.imports.known(ids, from: source, of: person)
        return .json(["known": .array(known.map(JSON.string))])
    }

    private func list(_ request: RoutedRequest) async throws -> HTTPResponse {
        guard let person = try await self.callers.caller(of: request).person else {
            return .json(["imports": []])
        }
        return .json(["imports": .array(try await self.imports.imports(of: person).map(json))])
    }

    private func undo(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.callers.person(of: request)
        guard let id = Import.ID(rawValue: request.parameters["id"] ?? ""),
            try await self.imports.undo(id, of: person, at: self.replies.time.now())
        else { throw WebError.notFound }
        return HTTPResponse(.noContent)
    }

    private func restore(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.callers.person(of: request)
        guard let id = Import.ID(rawValue: request.parameters["id"] ?? ""),
            try await self.imports.restore(id, of: person)
        else { throw WebError.notFound }
        return HTTPResponse(.noContent)
    }
}

/// What a request brings along: what can be read of it, and why the rest cannot.
private struct ImportBatch {
    let id: Import.ID
    let source: Import.Source
    var conversations: [ArchivedConversation] = []
    var refused: [(id: String, reason: String)] = []

    init(_ body: JSON, now: Timestamp) throws(WebError) {
        guard let id: Import.ID = try identifier(body["id"], "id") else {
            throw WebError.badRequest("id is missing: it names the import, and is made by you.")
        }
        self.id = id
        self.source = try importSource(body)
        guard let list = body["conversations"]?.array, list.count <= ImportLimits.conversationsInBatch else {
            throw WebError.badRequest(
                "\"conversations\" must be a list of at most \(ImportLimits.conversationsInBatch)."
            )
        }
        let reading = ArchiveReading(now: now)
        for (index, element) in list.enumerated() {
            do throws(ImportRefusal) {
                self.conversations.append(try reading.conversation(element))
            } catch {
                // One without a name is told by its place.
                let name = element["id"]?.string.map { String($0.prefix(ImportLimits.id)) } ?? "#\(index + 1)"
                self.refused.append((name, error.reason))
            }
        }
        guard self.conversations.map(\.messages.count).reduce(0, +) <= ImportLimits.messagesInBatch else {
            throw WebError.badRequest("A batch has at most \(ImportLimits.messagesInBatch) messages.")
        }
    }
}

private func importSource(_ body: JSON) throws(WebError) -> Import.Source {
    guard let source = body["source"]?.string.flatMap(Import.Source.init(rawValue:)) else {
        let names = Import.Source.allCases.map(\.rawValue).joined(separator: ", ")
        throw WebError.badRequest("\"source\" must be one of: \(names).")
    }
    return source
}

private func json(_ report: ImportReport, of id: Import.ID) -> JSON {
    [
        "id": .string(id.rawValue),
        "added": .number(JSON.Number(report.added)),
        "known": .number(JSON.Number(report.known)),
        "restored": .number(JSON.Number(report.restored)),
        "refused": .array(report.refused.map { ["id": .string($0.id), "reason": .string($0.reason)] }),
    ]
}

private func json(_ brought: Import) -> JSON {
    [
        "id": .string(brought.id.rawValue),
        "source": .string(brought.source.rawValue),
        "created_at": json(brought.createdAt),
        "conversations": .number(JSON.Number(brought.conversations)),
        "undone_at": brought.undoneAt.map(json) ?? .null,
    ]
}
