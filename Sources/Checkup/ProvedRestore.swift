package import Observability

/// That a backup of the database was restored and found to hold the same.
package struct ProvedRestore: Sendable, Equatable {
    /// When it was proved, and how long that took.
    package var at: Timestamp
    package var took: Duration
    package var conversations: Int
    package var messages: Int
    /// How many tables and rows were compared.
    package var tables: Int
    package var rows: Int
    /// The size of the backup.
    package var bytes: Int

    package init(
        at: Timestamp,
        took: Duration,
        conversations: Int,
        messages: Int,
        tables: Int,
        rows: Int,
        bytes: Int
    ) {
        self.at = at
        self.took = took
        self.conversations = conversations
        self.messages = messages
        self.tables = tables
        self.rows = rows
        self.bytes = bytes
    }

    /// What was proved, in a line.
    package var sentence: String {
        let seconds = Double(Int(self.took.inSeconds * 10)) / 10
        return "last proved restore: \(self.at.iso8601.prefix(16).replacing("T", with: " ")) UTC "
            + "(\(self.conversations) conversations, \(self.messages) messages, took \(seconds) s)"
    }
}
