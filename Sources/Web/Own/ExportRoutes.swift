import Chat
import HTTPServer
import HTTPTypes
import Identifiers
import JSONValue
import Observability

/// The routes on which readers take their conversations away, one or all.
struct ExportRoutes: Sendable {
    /// How large one answer may be: it is held in memory until the reader has it.
    private static let limit = 64 * 1024 * 1024

    let callers: Callers
    let archive: any ConversationArchive
    let playbook: PlaybookSwitch
    let time: TimeSource

    var routes: [Route] {
        [
            Route(.get, "/api/v1/conversations/{id}/export") { try await self.one($0) }.heavy,
            Route(.get, "/api/v1/export") { try await self.all($0) }.heavy,
        ]
    }

    private func one(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.callers.person(of: request)
        guard let id = Conversation.ID(rawValue: request.parameters["id"] ?? "") else { throw WebError.notFound }
        guard try await self.archive.size(of: id, of: person) <= Self.limit else {
            throw WebError(
                .contentTooLarge,
                "export_too_large",
                "The conversation has more than \(Self.limit >> 20) MiB; the operator can export it on the server."
            )
        }
        guard let conversation = try await self.archive.conversation(id, of: person)
        else { throw WebError.notFound }
        switch request.query["format"] ?? "json" {
        case "json":
            var bytes = self.beginning
            json(conversation).append(to: &bytes)
            return .attachment(bytes + Self.end, "application/json", named: conversation.title, "json")
        case "markdown":
            let transcript = MarkdownTranscript(
                conversation,
                names: self.playbook.agents,
                isChinese: acceptedLanguages(request.http.fields["Accept-Language"] ?? "").first?.hasPrefix("zh")
                    ?? false
            )
            return .attachment(Array(transcript.text.utf8), "text/markdown", named: conversation.title, "md")
        default:
            throw WebError.badRequest("\"format\" must be markdown or json.")
        }
    }

    private func all(_ request: RoutedRequest) async throws -> HTTPResponse {
        let person = try await self.callers.person(of: request)
        var bytes = self.beginning
        var isFirst = true
        for id in try await self.archive.conversations(of: person) {
            // One that was deleted meanwhile is not missed.
            guard let conversation = try await self.archive.conversation(id, of: person) else { continue }
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            json(conversation).append(to: &bytes)
            guard bytes.count <= Self.limit else {
                throw WebError(
                    .contentTooLarge,
                    "export_too_large",
                    "Together that is more than \(Self.limit >> 20) MiB. Take the conversations away one by one."
                )
            }
        }
        let day = self.time.now().date.iso8601
        return .attachment(bytes + Self.end, "application/json", named: "conversations \(day)", "json")
    }

    private var beginning: [UInt8] {
        let now = self.time.now().milliseconds
        return Array(
            "{\"format\":\"shuren-conversations\",\"version\":1,\"exported_at\":\(now),\"conversations\":[".utf8
        )
    }

    private static let end = Array("]}".utf8)
}

extension HTTPResponse {
    /// A file for its reader to keep.
    fileprivate static func attachment(
        _ bytes: [UInt8],
        _ type: String,
        named name: String,
        _ ending: String
    ) -> HTTPResponse {
        var response = HTTPResponse.json(.null)
        response.fields.set("Content-Type", "\(type); charset=utf-8")
        response.fields.append("Content-Disposition", contentDisposition(name, ending))
        response.body = .bytes(bytes)
        return response
    }
}

/// The field that has a browser save what comes, with a name in ASCII and the real one (RFC 6266, appendix D).
func contentDisposition(_ name: String, _ ending: String) -> String {
    func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-_.".utf8.contains(byte)
        }
    }
    // What no file system takes, and what would make the file hidden.
    let forbidden: Set<Character> = ["/", "\\", ":", "*", "?", "\"", "<", ">", "|"]
    let kept = name.filter {
        !forbidden.contains($0) && !$0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }
    let proper = String(kept.drop { $0 == "." || $0 == " " }.prefix(100))
    let full = (proper.isEmpty ? "conversation" : proper) + "." + ending
    let ascii = String(decoding: full.utf8.map { isPlain($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in full.utf8 {
        if isPlain(byte) {
            encoded.append(byte)
        } else {
            encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return "attachment; filename=\"\(ascii)\"; filename*=UTF-8''\(String(decoding: encoded, as: UTF8.self))"
}
