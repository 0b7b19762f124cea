internal import SQLite

/// Room within the database's file that nothing uses, and how it goes back to the disk.
///
/// SQLite keeps what was deleted for what comes next. A little of it is good to have; the rest is given back, some pages a
/// transaction. A file that was made before this program did so has to be made anew once: `shuren vacuum`.
struct FreeSpace: Sendable, Equatable {
    /// How many pages a transaction moves and gives back at most: 1 MiB.
    static let batch = 256

    let pages: Int
    let free: Int
    let pageSize: Int
    /// Whether the file can give anything back as it is.
    let isGivable: Bool

    init(pages: Int, free: Int, pageSize: Int, isGivable: Bool) {
        self.pages = pages
        self.free = free
        self.pageSize = pageSize
        self.isGivable = isGivable
    }

    init(of database: Database) throws {
        self.init(
            pages: try database.pageCount,
            free: try database.freePageCount,
            pageSize: try database.pageSize,
            isGivable: try database.givesRoomBack
        )
    }

    var bytes: Int { self.free * self.pageSize }

    /// What is left in the file for what comes next: a sixteenth of it, at least 1 MiB.
    var reserve: Int { max(Self.batch, self.pages / 16) }

    /// Whether so much is free that giving back begins; it ends at the reserve, so that little is not moved to and fro.
    var isPlenty: Bool { self.isGivable && self.free > 2 * self.reserve }

    /// How many pages the next transaction gives back.
    var next: Int { self.isGivable ? min(Self.batch, max(0, self.free - self.reserve)) : 0 }
}
