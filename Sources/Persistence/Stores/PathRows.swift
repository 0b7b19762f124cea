internal import Chat
internal import Identifiers
internal import SQLite

/// Where a person's messages stand in the tree of their conversation, without their content.
///
/// A message always has a later sequence than its parent, so the newest message of a branch is the end of a path.
struct PathRows {
    let database: Database
    let person: PersonID

    func contains(_ id: Message.ID, in conversation: Conversation.ID) throws -> Bool {
        let sql = "SELECT conversation = ?3 FROM message WHERE person = ?1 AND id = ?2"
        return try self.database.first(sql, self.person.rawValue, id.rawValue, conversation.rawValue) {
            $0.integer(0) != 0
        } ?? false
    }

    func parent(of id: Message.ID) throws -> Message.ID? {
        let sql = "SELECT parent FROM message WHERE person = ?1 AND id = ?2"
        return try self.database.first(sql, self.person.rawValue, id.rawValue) { try $0.optionalIdentifier(0) } ?? nil
    }

    /// The end of the path that is shown: the one that was chosen, else the newest message.
    func shownLeaf(of conversation: Conversation.ID) throws -> Message.ID? {
        if let leaf = try ConversationRows(database: self.database).leaf(of: conversation),
            try self.contains(leaf, in: conversation)
        {
            return leaf
        }
        let sql = "SELECT id FROM message WHERE conversation = ?1 ORDER BY sequence DESC LIMIT 1"
        return try self.database.first(sql, conversation.rawValue) { try $0.identifier(0) }
    }

    /// The newest message that hangs on this one, or this one.
    func newest(behind id: Message.ID) throws -> Message.ID {
        let sql = """
            WITH RECURSIVE branch (id, sequence) AS (
                SELECT id, sequence FROM message WHERE person = ?1 AND id = ?2
                UNION ALL
                SELECT m.id, m.sequence FROM branch JOIN message m ON m.person = ?1 AND m.parent = branch.id
            )
            SELECT id FROM branch ORDER BY sequence DESC LIMIT 1
            """
        return try self.database.first(sql, self.person.rawValue, id.rawValue) { try $0.identifier(0) } ?? id
    }

    /// The messages from one to the end of a path, both included; `nil` when the path does not go through it.
    func way(from first: Message.ID, to leaf: Message.ID) throws -> [Message.ID]? {
        let sql = """
            WITH RECURSIVE way (id, parent) AS (
                SELECT id, parent FROM message WHERE person = ?1 AND id = ?2
                UNION ALL
                SELECT m.id, m.parent FROM way JOIN message m ON m.person = ?1 AND m.id = way.parent WHERE way.id <> ?3
            )
            SELECT id FROM way
            """
        let way = try self.database.all(sql, self.person.rawValue, leaf.rawValue, first.rawValue) { row in
            try row.identifier(0) as Message.ID
        }
        return way.last == first ? way.reversed() : nil
    }

    /// What the reader said behind `parent`, or, without one, first.
    ///
    /// Their texts are read only where there are several.
    func questions(behind parent: Message.ID?, in conversation: Conversation.ID) throws -> Variants {
        let place = parent == nil ? "conversation = ?1 AND parent IS NULL" : "person = ?1 AND parent = ?2"
        let values: [(any ValueConvertible)?] =
            if let parent { [self.person.rawValue, parent.rawValue] } else { [conversation.rawValue] }
        let ids = try self.questions("id, NULL", place, values)
        return Variants(ids.count > 1 ? try self.questions("id, parts", place, values) : ids)
    }

    private func questions(
        _ columns: String,
        _ place: String,
        _ values: [(any ValueConvertible)?]
    ) throws -> [(id: Message.ID, text: String)] {
        let sql = "SELECT \(columns) FROM message WHERE \(place) AND role = 'user' ORDER BY sequence"
        var statement = try self.database.prepare(sql)
        try statement.bind(values)
        var questions: [(id: Message.ID, text: String)] = []
        while try statement.step() {
            questions.append((try statement.identifier(0), Self.text(statement.optionalText(1))))
        }
        return questions
    }

    /// What is damaged has no text; the message itself says so.
    private static func text(_ parts: String?) -> String {
        guard let parts, let parts = try? [Part](stored: parts) else { return "" }
        return parts.text
    }
}
