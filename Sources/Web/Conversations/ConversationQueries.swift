import Chat
import HTTPTypes
import Identifiers
import JSONValue
import Observability

extension Excerpt.Wish {
    /// How many messages come without a word about it, and how many at most.
    private static let usualLimit = 50
    private static let longest = 200

    /// Reads `limit`, one of `before`, `after` and `around`, and `leaf`.
    init(_ query: QueryParameters) throws(WebError) {
        var places: [Place] = []
        if let id: Message.ID = try identifier(query["before"], "before") { places.append(.before(id)) }
        if let id: Message.ID = try identifier(query["after"], "after") { places.append(.after(id)) }
        if let id: Message.ID = try identifier(query["around"], "around") { places.append(.around(id)) }
        guard places.count <= 1 else { throw WebError.badRequest("Use one of before, after and around.") }
        self.init(places.first ?? .end, limit: try Self.limit(query), leaf: try identifier(query["leaf"], "leaf"))
    }

    private static func limit(_ query: QueryParameters) throws(WebError) -> Int {
        guard let text = query["limit"] else { return Self.usualLimit }
        guard let limit = Int(text), (1...Self.longest).contains(limit) else {
            throw WebError.badRequest("limit must be from 1 to \(Self.longest).")
        }
        return limit
    }
}

extension ConversationPage.Place {
    /// Reads what ``text`` wrote; `nil` for anything else.
    init?(_ text: String) {
        let halves = text.split(separator: ".", maxSplits: 1)
        guard halves.count == 2, let milliseconds = Int64(halves[0]),
            let id = Conversation.ID(rawValue: String(halves[1]))
        else { return nil }
        self.init(time: Timestamp(milliseconds: milliseconds), id: id)
    }

    /// The place as a client hands it back.
    var text: String { "\(self.time.milliseconds).\(self.id.rawValue)" }
}

extension ConversationChange {
    /// Reads what is to be changed; refuses what it does not know rather than leaving it out.
    init(_ body: JSON) throws(WebError) {
        let members = body.object?.members ?? []
        guard !members.isEmpty else { throw WebError.badRequest("The body must say what to change.") }
        self.init()
        for member in members {
            switch member.key {
            case "title": self.title = try Self.title(member.value)
            case "pinned": self.isPinned = try Self.flag(member)
            case "archived": self.isArchived = try Self.flag(member)
            case "shown_message":
                guard let id: Message.ID = try identifier(member.value, member.key) else {
                    throw WebError.badRequest("shown_message must be the id of a message.")
                }
                self.shownMessage = id
            default: throw WebError.badRequest("\(member.key.prefix(40)) is nothing that can be changed.")
            }
        }
    }

    private static func title(_ value: JSON) throws(WebError) -> String {
        let title = (value.string ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard (1...Conversation.longestTitle).contains(title.count) else {
            throw WebError.badRequest("A title has 1 to \(Conversation.longestTitle) characters.")
        }
        return title
    }

    private static func flag(_ member: JSON.Object.Member) throws(WebError) -> Bool {
        guard let flag = member.value.bool else { throw WebError.badRequest("\(member.key) must be true or false.") }
        return flag
    }
}
