internal import Chat
internal import Identifiers
internal import SQLite

/// One look at a part of a conversation, within a transaction of somebody else.
///
/// It reads the messages that are wanted and the rows that lead to them, not the others of the conversation.
struct ExcerptStep {
    let database: Database
    let person: PersonID
    let conversation: Conversation
    let report: (_ message: String, _ reason: String) -> Void

    private var paths: PathRows { PathRows(database: self.database, person: self.person) }

    func excerpt(_ wish: Excerpt.Wish) throws -> Excerpt? {
        let id = self.conversation.id
        for named in [wish.leaf, wish.place.message] {
            guard try named.map({ try self.paths.contains($0, in: id) }) ?? true else { return nil }
        }
        guard let leaf = try wish.leaf ?? self.paths.shownLeaf(of: id) else { return self.empty }
        switch wish.place {
        case .end:
            return try self.excerpt(through: leaf, count: wish.limit, leaf: leaf)
        case .before(let named):
            let leaf = try self.way(from: named, to: leaf).leaf
            return try self.excerpt(through: self.paths.parent(of: named), count: wish.limit, leaf: leaf)
        case .after(let named), .around(let named):
            let (way, leaf) = try self.way(from: named, to: leaf)
            let end = wish.end(with: way.count - 1)
            return try self.excerpt(through: way[end.step], count: end.count, leaf: leaf)
        }
    }

    /// The messages from the named one to the leaf, or, when that is on another path, to the newest behind the named one.
    private func way(from named: Message.ID, to leaf: Message.ID) throws -> (way: [Message.ID], leaf: Message.ID) {
        if let way = try self.paths.way(from: named, to: leaf) { return (way, leaf) }
        let newest = try self.paths.newest(behind: named)
        return (try self.paths.way(from: named, to: newest) ?? [named], newest)
    }

    private func excerpt(through last: Message.ID?, count: Int, leaf: Message.ID) throws -> Excerpt {
        let rows = MessageRows(database: self.database, report: self.report)
        let messages = count > 0 ? try rows.path(to: last, of: self.person, limit: count) : []
        return Excerpt(
            conversation: self.conversation,
            messages: messages,
            variants: try self.variants(of: messages),
            hasEarlier: messages.first.map { $0.parent != nil } ?? (last != nil),
            hasLater: last != leaf,
            leaf: leaf
        )
    }

    private var empty: Excerpt {
        Excerpt(
            conversation: self.conversation,
            messages: [],
            variants: [:],
            hasEarlier: false,
            hasLater: false,
            leaf: nil
        )
    }

    /// What else was said in the places of these messages; a question's place is looked at once for it and its reply.
    private func variants(of messages: [Message]) throws -> [Message.ID: [Message.ID]] {
        var found: [Message.ID: [Message.ID]] = [:]
        var places: [Message.ID: Variants] = [:]
        func place(_ question: Message.ID, behind parent: Message.ID?) throws -> Variants {
            let place = try places[question] ?? self.paths.questions(behind: parent, in: self.conversation.id)
            places[question] = place
            return place
        }
        for message in messages {
            switch message.role {
            case .user:
                found[message.id] = try place(message.id, behind: message.parent).ofQuestion(message.id)
            case .assistant:
                guard let question = message.parent else { continue }
                let known = try places[question] ?? place(question, behind: self.paths.parent(of: question))
                found[message.id] = known.ofReply(to: question)
            }
        }
        return found
    }
}
