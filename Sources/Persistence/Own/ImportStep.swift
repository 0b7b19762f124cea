internal import Chat
internal import Identifiers
internal import Observability
internal import SQLite

/// Takes in conversations from elsewhere, within a transaction of somebody else.
struct ImportStep {
    let database: Database
    let person: PersonID
    let source: Import.Source
    let id: Import.ID
    let now: Timestamp

    private var names: ImportNames { ImportNames(person: self.person, source: self.source) }
    private var messages: MessageRows { MessageRows(database: self.database) { _, _ in } }

    /// Takes in those that can be; the others say why not.
    func add(_ conversations: [ArchivedConversation]) throws -> ImportReport {
        var report = ImportReport()
        var room = try self.roomLeft()
        for conversation in conversations {
            do {
                report.count(try self.add(conversation, room: &room))
            } catch let refusal as ImportRefusal {
                report.refused.append((conversation.id, refusal.reason))
            }
        }
        return report
    }

    /// Makes the import's own row, or looks at the one that there is; says why nothing may be added to it.
    func begin() throws -> ImportError? {
        let sql = "SELECT source, undone_at FROM import WHERE person = ?1 AND id = ?2"
        let known = try self.database.first(sql, self.person.rawValue, self.id.rawValue) { row in
            (source: row.text(0), isUndone: !row.isNull(1))
        }
        if let known {
            return known.source != self.source.rawValue ? .otherSource : known.isUndone ? .undone : nil
        }
        let count = "SELECT count(*) FROM import WHERE person = ?1"
        guard try self.number(count) < ImportLimits.importsOfPerson else { return .tooMany }
        try self.database.run(
            "INSERT INTO import (person, id, source, created_at) VALUES (?1, ?2, ?3, ?4)",
            self.person.rawValue,
            self.id.rawValue,
            self.source.rawValue,
            self.now.milliseconds
        )
        return nil
    }

    // MARK: One conversation

    /// What the person may still bring.
    private struct Room {
        var conversations: Int
        var messages: Int
    }

    private func roomLeft() throws -> Room {
        let shown = "SELECT count(*) FROM conversation WHERE owner = ?1 AND deleted_at IS NULL"
        let binned = "SELECT count(*) FROM conversation WHERE owner = ?1 AND deleted_at IS NOT NULL"
        let messages = "SELECT count(*) FROM message WHERE person = ?1"
        return Room(
            conversations: ImportLimits.conversationsOfPerson - (try self.number(shown)) - (try self.number(binned)),
            messages: ImportLimits.messagesOfPerson - (try self.number(messages))
        )
    }

    private func number(_ sql: String) throws -> Int {
        try self.database.first(sql, self.person.rawValue) { Int($0.integer(0)) } ?? 0
    }

    /// A conversation that is there already.
    private struct Present {
        let id: Conversation.ID
        let isBinned: Bool
        /// The import that brought it.
        let bringer: String?
    }

    /// Looks at everything first and writes then, so that a refusal leaves nothing behind.
    private func add(
        _ conversation: ArchivedConversation,
        room: inout Room
    ) throws -> ImportReport.Outcome {
        let present = try self.present(conversation.id)
        let target = present?.id ?? self.names.conversation(conversation.id)
        let known = present == nil ? [] : try self.messages.ids(in: target)
        let plan = try ImportPlan(conversation, as: target, knowing: known, names: self.names)
        try self.check(plan, isNew: present == nil, target, room)
        if let present { try self.restore(present) } else { try self.insert(conversation, as: target) }
        for message in plan.messages { try self.messages.insert(message, of: self.person, in: target) }
        if let leaf = plan.leaf, present == nil || present?.bringer == self.id.rawValue {
            try self.database.run("UPDATE conversation SET leaf = ?2 WHERE id = ?1", target.rawValue, leaf.rawValue)
        }
        room.conversations -= present == nil ? 1 : 0
        room.messages -= plan.messages.count
        guard let present else { return .added }
        if present.isBinned { return .restored }
        // Of all pieces the one with the beginning counts; a repeated batch is told what it was told the first time.
        guard plan.hasRoot else { return .continued }
        return present.bringer == self.id.rawValue ? .added : .known
    }

    /// The person's conversation of that name, under the name itself or under what an import makes of it.
    private func present(_ id: String) throws -> Present? {
        let candidates = [Conversation.ID(rawValue: id), self.names.conversation(id)].compactMap(\.self)
        for candidate in candidates {
            let sql = "SELECT deleted_at, import FROM conversation WHERE id = ?1 AND owner = ?2"
            let found = try self.database.first(sql, candidate.rawValue, self.person.rawValue) { row in
                Present(id: candidate, isBinned: !row.isNull(0), bringer: row.optionalText(1))
            }
            if let found { return found }
        }
        return nil
    }

    private func check(_ plan: ImportPlan, isNew: Bool, _ target: Conversation.ID, _ room: Room) throws {
        if isNew {
            guard !plan.messages.isEmpty else { throw ImportRefusal("It has no messages.") }
            guard room.conversations > 0 else {
                throw ImportRefusal(
                    "There are \(ImportLimits.conversationsOfPerson) conversations, as many as are kept."
                )
            }
            // Ids of conversations are everybody's, and somebody else may have taken this one.
            let sql = "SELECT 1 FROM conversation WHERE id = ?1"
            guard try self.database.first(sql, target.rawValue, read: { _ in true }) == nil else {
                throw ImportRefusal("Its id is taken.")
            }
        }
        guard plan.messages.count <= room.messages else {
            throw ImportRefusal("There are \(ImportLimits.messagesOfPerson) messages, as many as are kept.")
        }
        for message in plan.messages where try self.messages.contains(message.id, of: self.person) {
            throw ImportRefusal("The id of a message is taken.")
        }
    }

    private func restore(_ present: Present) throws {
        guard present.isBinned else { return }
        try self.database.run(
            "UPDATE conversation SET deleted_at = NULL, import = ?2 WHERE id = ?1",
            present.id.rawValue,
            self.id.rawValue
        )
    }

    private func insert(_ conversation: ArchivedConversation, as target: Conversation.ID) throws {
        let updatedAt = min(conversation.updatedAt, self.now)
        try self.database.run(
            """
            INSERT INTO conversation
                (id, owner, title, title_source, created_at, updated_at, pinned_at, archived_at, import)
            VALUES (?1, ?2, ?3, 'reader', ?4, ?5, ?6, ?7, ?8)
            """,
            target.rawValue,
            self.person.rawValue,
            conversation.title,
            min(conversation.createdAt, self.now).milliseconds,
            updatedAt.milliseconds,
            conversation.isPinned ? updatedAt.milliseconds : nil,
            conversation.isArchived ? updatedAt.milliseconds : nil,
            self.id.rawValue
        )
    }
}
