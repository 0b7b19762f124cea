import Accounts
import Chat
import Crypto
import HTTPTypes
import Identifiers
import JSONValue

/// The fields that both ways of sending a message have.
struct MessageBody {
    let text: String?
    let message: Message.ID?
    let conversation: Conversation.ID?
    /// The message that this one follows; without it, the newest of the conversation.
    let parent: Message.ID?
    /// Whom the reader picked to answer.
    let agent: String?
    let occasion: Occasion

    /// Reads a body; `kind` is what the route is for, `nil` where the body may say it.
    init(_ request: HTTPRequest, kind: Occasion.Kind? = nil) throws {
        let body = try jsonBody(of: request)
        self.text = try body["message"].map { value in
            guard let text = value.string else { throw WebError.badRequest("message must be a string.") }
            return try checkedText(text)
        }
        self.message = try identifier(body["message_id"], "message_id")
        self.conversation = try identifier(body["conversation_id"], "conversation_id")
        self.parent = try identifier(body["parent_id"], "parent_id")
        let said = try Self.kind(body)
        self.agent = try member("agent", of: body, "the id of an agent", \.string)
        self.occasion = Occasion(
            kind: kind ?? said,
            timeZone: try Self.timeZone(body),
            minutesEastOfUTC: try Self.minutesEast(body),
            profileVersion: try member("version", of: body, "a whole number", \.count),
            followsNothing: try member("first", of: body, "true or false", \.bool) ?? false
        )
    }

    private static func kind(_ body: JSON) throws(WebError) -> Occasion.Kind {
        guard let word = body["kind"] else { return .chat }
        guard let kind = word.string.flatMap(Occasion.Kind.init(rawValue:)) else {
            throw WebError.badRequest("kind must be \"chat\" or \"onboarding\".")
        }
        return kind
    }

    private static func timeZone(_ body: JSON) throws(WebError) -> String? {
        guard let name = try member("time_zone", of: body, "a name such as Europe/Berlin", \.string) else {
            return nil
        }
        guard name.count <= 64, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "/_+-".contains($0)) })
        else {
            throw WebError.badRequest("time_zone must be a name such as Europe/Berlin.")
        }
        return name
    }

    /// Clocks are at most 14 hours ahead of UTC and 12 behind.
    private static func minutesEast(_ body: JSON) throws(WebError) -> Int {
        guard let minutes = body["utc_offset_minutes"] else { return 0 }
        guard let number = minutes.int, (-12 * 60...14 * 60).contains(number) else {
            throw WebError.badRequest("utc_offset_minutes must be from -720 to 840.")
        }
        return number
    }
}

extension Occasion {
    /// Where the reader is, with the languages that their browser asks for.
    func place(_ request: HTTPRequest) -> Reader.Place {
        Reader.Place(
            languages: acceptedLanguages(request.fields["Accept-Language"] ?? ""),
            timeZone: self.timeZone,
            minutesEastOfUTC: self.minutesEastOfUTC
        )
    }

    /// What a message of this occasion is said to.
    var composing: Composing.Kind {
        switch self.kind {
        case .chat: .chat
        case .onboarding: .onboarding(version: self.profileVersion)
        }
    }
}

/// The language tags of the field `Accept-Language` (RFC 9110, section 12.5.4), the preferred ones first; at most eight.
func acceptedLanguages(_ field: String) -> [String] {
    let entries = field.split(separator: ",").prefix(16).enumerated().compactMap { place, entry in
        let parts = entry.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
        let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
        return parts.first.flatMap { tag -> (tag: String, quality: Double, place: Int)? in
            guard tag.count <= 35, !tag.isEmpty,
                tag.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
            else { return nil }
            return (tag, quality, place)
        }
    }
    return entries.filter { $0.quality > 0 }
        .sorted { ($1.quality, $0.place) < ($0.quality, $1.place) }
        .prefix(8).map(\.tag)
}

/// A message that may be sent: not empty and not too long.
func checkedText(_ text: String?) throws -> String {
    guard let text, text.contains(where: { !$0.isWhitespace }) else {
        throw WebError.badRequest("The message is empty.")
    }
    guard text.utf8.count <= Replies.longestMessage else {
        throw WebError(.contentTooLarge, "message_too_long", "The message is longer than 32 KiB. Please shorten it.")
    }
    return text
}

extension Identifier {
    static func random() -> Self {
        var random = SecureRandom()
        return Self(using: &random)
    }
}
