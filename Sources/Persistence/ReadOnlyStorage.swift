package import Chat
internal import Identifiers
package import Observability
internal import SQLite

/// What can be read of a data folder when nothing can be written: another process owns it, or the disk is full.
///
/// Whatever would be written is refused as unavailable. It sees each commit of the owner; what the owner holds in memory it
/// does not see.
package final class ReadOnlyStorage: Sendable {
    package let conversations: StoredConversations
    package let search: StoredSearch
    package let generations: StoredGenerations
    package let accounts: StoredAccounts
    package let settings: StoredSettings
    package let profiles: StoredProfiles
    package let facts: StoredFacts
    package let connection: any ConnectionStore
    package let own: ReadersOwn
    /// Keeps nothing and has no room, so that nothing is started.
    package let replies: any ReplyKeeper

    private let writer: Writer
    private let readers: Readers

    /// Reads the folder at `path`; what is not there yet makes the single questions fail.
    ///
    /// `reason` says in the log why nothing is written, `isOwned` that this process has the folder and nobody else writes.
    package init(
        path: String,
        isOwned: Bool,
        reason: String,
        logger: Logger,
        metrics: Metrics,
        time: TimeSource = .system
    ) {
        let databasePath = DataFolder.databasePath(in: path)
        let damage = DamageReport(logger: logger, metrics: metrics)
        // Without a log, and with nobody who writes, reading needs none of the files for which there may be no room.
        let isAtRest = isOwned && !Folder.hasContent(databasePath + "-wal")
        let readers = Readers(path: databasePath, access: isAtRest ? .readingUnchanged : .reading)
        let writer = Writer(path: databasePath, refusing: reason, logger: logger, metrics: metrics, time: time)
        self.readers = readers
        self.writer = writer
        self.conversations = StoredConversations(writer: writer, readers: readers, damage: damage)
        self.search = StoredSearch(readers: readers)
        self.generations = StoredGenerations(
            writer: writer,
            readers: readers,
            run: Run(epoch: 0, owner: "", followsCleanEnd: true),
            time: time,
            damage: damage
        )
        self.accounts = StoredAccounts(writer: writer, readers: readers)
        self.settings = StoredSettings(writer: writer, readers: readers)
        self.profiles = StoredProfiles(writer: writer, readers: readers)
        self.facts = StoredFacts(writer: writer, readers: readers)
        self.connection = UnchangedConnection(stored: StoredConnection(inFolder: path), reason: reason)
        self.own = ReadersOwn(writer: writer, readers: readers, damage: damage)
        self.replies = RefusingKeeper(reason: reason)
    }

    package func close() async {
        await self.readers.close()
        await self.writer.close()
    }
}

private struct UnchangedConnection: ConnectionStore {
    let stored: StoredConnection
    let reason: String

    func connection() async throws(StoreError) -> ModelConnection? { try await self.stored.connection() }

    func keep(_ connection: ModelConnection?) async throws(StoreError) { throw .unavailable(reason: self.reason) }
}

private struct RefusingKeeper: ReplyKeeper {
    let reason: String
    let hasRoom = false

    func reserveRoom() -> (any ReplyRoom)? { nil }

    func keep(
        _ reply: FinishedReply,
        whenCommitted: @escaping @Sendable () -> Void
    ) async throws(StoreError) -> Kept {
        throw .unavailable(reason: self.reason)
    }
}
