package import Checkup
internal import JSONValue
internal import Observability

/// The last proved restore, in a file beside the database: it says something of this machine, so no backup has it.
package struct ProvedRestores: Sendable {
    private let path: String

    /// Takes the data folder that the file lies in.
    package init(inFolder folder: String) {
        self.path = folder + "/proved-restore.json"
    }

    /// The last one; `nil` when there is none, or the file is none that we wrote.
    package var last: ProvedRestore? {
        guard Folder.hasContent(self.path), let file = try? File(reading: self.path), let size = try? file.byteCount,
            let bytes = try? file.read(min(size, 4096), at: 0), let json = try? JSON(parsing: bytes)
        else { return nil }  // who cannot read it knows of no proof, which is the truth
        func number(_ name: String) -> Int? { json[name]?.int }
        guard let at = number("at"), let took = number("took_ms"), let conversations = number("conversations"),
            let messages = number("messages"), let tables = number("tables"), let rows = number("rows"),
            let size = number("bytes")
        else { return nil }
        return ProvedRestore(
            at: Timestamp(milliseconds: Int64(at)),
            took: .milliseconds(took),
            conversations: conversations,
            messages: messages,
            tables: tables,
            rows: rows,
            bytes: size
        )
    }

    /// Keeps it in place of the one before.
    package func keep(_ proved: ProvedRestore) throws {
        let json: JSON = [
            "at": .integer(Int(proved.at.milliseconds)), "took_ms": .integer(Int(proved.took.milliseconds)),
            "conversations": .integer(proved.conversations), "messages": .integer(proved.messages),
            "tables": .integer(proved.tables), "rows": .integer(proved.rows), "bytes": .integer(proved.bytes),
        ]
        try Folder.replace(self.path, with: json.bytes(.spaced))
    }
}
