internal import Chat
internal import Identifiers
internal import JSONValue
internal import SQLite

/// The words of messages in the table `message_words`, within a transaction of somebody else.
///
/// Each row has its owner as a word as well, so that a word that everybody uses is looked for among one person's messages.
///
/// An index that contradicts itself costs no message: it is emptied, and filled again from the messages by and by.
struct WordRows {
    let database: Database

    /// Puts a message's words in, which are not there yet.
    func index(_ sequence: Int, of person: PersonID, parts: [Part]) throws {
        try self.mending {
            try self.database.run(
                "INSERT INTO message_words (rowid, words, person) VALUES (?1, ?2, ?3)",
                sequence,
                SearchWords.seamed(parts.text),
                Self.word(for: person)
            )
            try self.database.run("UPDATE message SET is_indexed = 1 WHERE sequence = ?1", sequence)
        }
    }

    /// Takes a message's words out, which have to be those that were put in; nothing happens when none were.
    func forget(_ sequence: Int) throws {
        let sql = "SELECT person, parts FROM message WHERE sequence = ?1 AND is_indexed = 1"
        let known = try self.database.first(sql, sequence) { row in
            (person: try row.identifier(0) as PersonID, parts: row.text(1))
        }
        guard let known else { return }
        try self.mending {
            try self.database.run(
                "INSERT INTO message_words (message_words, rowid, words, person) VALUES ('delete', ?1, ?2, ?3)",
                sequence,
                SearchWords.seamed(Self.readable(known.parts).text),
                Self.word(for: known.person)
            )
            try self.database.run("UPDATE message SET is_indexed = 0 WHERE sequence = ?1", sequence)
        }
    }

    /// Puts pieces of the index together, about `pages` of it, and with that leaves out what is in it of messages that are gone.
    ///
    /// What was taken out stays in the index's own tables until then. `begins` has it go over all of it, in as many steps as
    /// that takes; returns whether there was anything to do.
    func merge(pages: Int, begins: Bool) throws -> Bool {
        let before = try self.database.totalChanges
        try self.mending {
            try self.database.run(
                "INSERT INTO message_words (message_words, rank) VALUES ('merge', ?1)",
                begins ? -pages : pages
            )
        }
        // The insertion itself is one: https://sqlite.org/fts5.html#the_merge_command.
        return try self.database.totalChanges - before > 1
    }

    /// Changes the index; one that is damaged is emptied instead, and ``catchUp(count:)`` finds every message to do.
    private func mending(_ change: () throws -> Void) throws {
        do {
            try self.database.savepoint(change)
        } catch let error as SQLiteError where error.isSearchDamage {
            try self.database.run("INSERT INTO message_words (message_words) VALUES ('delete-all')")
            try self.database.run("UPDATE message SET is_indexed = 0 WHERE is_indexed = 1")
        }
    }

    /// Puts in the words of some messages that are complete and have none there, as after an update of the program.
    ///
    /// Returns how many there were.
    func catchUp(count: Int) throws -> Int {
        let sql = """
            SELECT sequence, person, parts FROM message
            WHERE is_indexed = 0 AND state NOT IN ('accepted', 'streaming') ORDER BY sequence LIMIT ?1
            """
        let waiting = try self.database.all(sql, count) { row in
            (Int(row.integer(0)), try row.identifier(1) as PersonID, Self.readable(row.text(2)))
        }
        for (sequence, person, parts) in waiting { try self.index(sequence, of: person, parts: parts) }
        return waiting.count
    }

    /// What is damaged has no words; whoever opens the message is told.
    private static func readable(_ parts: String) -> [Part] { (try? [Part](stored: parts)) ?? [] }

    /// The person as a word: whatever the id has in it becomes a row of letters and digits.
    static func word(for person: PersonID) -> String {
        "p" + person.rawValue.utf8.map { String($0, radix: 16) }.joined()
    }
}

extension SearchQuery {
    /// The query in the language of the index; only words come from outside, each within quotes.
    var expression: String {
        self.phrases.map { phrase in
            "\"\(phrase.words.joined(separator: " "))\"" + (phrase.isOpen ? " *" : "")
        }.joined(separator: " AND ")
    }
}
