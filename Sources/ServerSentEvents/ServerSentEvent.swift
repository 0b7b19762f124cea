/// One event of an event stream (WHATWG HTML, section 9.2).
package struct ServerSentEvent: Sendable, Hashable {
    /// The name that the stream gave it; `message` without one.
    package let name: String
    /// The data lines, joined by line feeds; bytes that are not UTF-8 are U+FFFD.
    package let data: String
    /// The last id that the stream named, in this event or before it; empty for none.
    package let id: String

    package init(name: String = "message", data: String, id: String = "") {
        self.name = name
        self.data = data
        self.id = id
    }
}
