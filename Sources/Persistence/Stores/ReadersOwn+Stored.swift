internal import Chat

extension ReadersOwn {
    /// The stores in SQLite.
    init(writer: Writer, readers: Readers, damage: DamageReport) {
        self.init(
            preferences: StoredPreferences(writer: writer, readers: readers),
            archive: StoredArchive(readers: readers, damage: damage),
            imports: StoredImports(writer: writer, readers: readers),
            erasures: StoredErasures(writer: writer)
        )
    }
}
