/// Where readers' own affairs are kept: what they wish, what they take away, what they bring along, what they erase.
package struct ReadersOwn: Sendable {
    package let preferences: any PreferenceStore
    package let archive: any ConversationArchive
    package let imports: any ImportStore
    package let erasures: any ErasureStore

    package init(
        preferences: any PreferenceStore,
        archive: any ConversationArchive,
        imports: any ImportStore,
        erasures: any ErasureStore
    ) {
        self.preferences = preferences
        self.archive = archive
        self.imports = imports
        self.erasures = erasures
    }
}
