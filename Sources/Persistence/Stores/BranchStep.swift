internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

/// One branching within a transaction; looks at everything before it writes anything.
struct BranchStep {
    let database: Database
    let person: PersonID
    let now: Timestamp
    let report: (_ message: String, _ reason: String) -> Void

    func make(_ branch: Branch) throws -> Branching {
        let rows = ConversationRows(database: self.database)
        let paths = PathRows(database: self.database, person: self.person)
        guard let origin = try rows.conversation(branch.origin, of: self.person),
            try paths.contains(branch.message, in: branch.origin)
        else { return .noSuchMessage }
        switch try rows.standing(of: branch.id, for: self.person) {
        case .closed:
            return .taken
        case .own:
            guard try paths.contains(branch.copy(of: branch.message), in: branch.id),
                let known = try rows.conversation(branch.id, of: self.person)
            else { return .taken }
            return .known(known)
        case .free:
            guard try !self.isTooLong(branch) else { return .tooLong }
            try rows.insert(branch.id, owner: self.person, title: origin.title, at: self.now)
            try self.takeTitleSource(of: branch.origin, for: branch.id)
            let messages = MessageRows(database: self.database, report: self.report)
            for message in try messages.path(to: branch.message, of: self.person, limit: Branch.longestPath) {
                try messages.insert(branch.copy(of: message), of: self.person, in: branch.id)
            }
            return try rows.conversation(branch.id, of: self.person).map(Branching.made) ?? .noSuchMessage
        }
    }

    private func isTooLong(_ branch: Branch) throws -> Bool {
        let sql = """
            WITH RECURSIVE path (parent, size, depth) AS (
                SELECT parent, length(parts), 1 FROM message WHERE person = ?1 AND id = ?2
                UNION ALL
                SELECT m.parent, length(m.parts), path.depth + 1
                FROM path JOIN message m ON m.person = ?1 AND m.id = path.parent WHERE path.depth <= ?3
            )
            SELECT count(*) > ?3 OR sum(size) > ?4 FROM path
            """
        let answer = try self.database.first(
            sql,
            self.person.rawValue,
            branch.message.rawValue,
            Branch.longestPath,
            Branch.largest
        ) { $0.integer(0) != 0 }
        return answer ?? false
    }

    private func takeTitleSource(of origin: Conversation.ID, for id: Conversation.ID) throws {
        let sql = """
            UPDATE conversation SET title_source = (SELECT title_source FROM conversation WHERE id = ?2) WHERE id = ?1
            """
        try self.database.run(sql, id.rawValue, origin.rawValue)
    }
}
