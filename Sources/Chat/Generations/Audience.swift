/// One connection that receives a generation's events from some number on, in one dialect.
package protocol Viewer: Sendable {
    /// Whether anybody still reads; once `false`, never `true` again.
    var isOpen: Bool { get }

    /// Takes bytes that bring its reader up to event `number`; never waits, and drops the reader rather than lag.
    func send(_ bytes: [UInt8], through number: Int)

    /// Nothing more will come.
    func end()
}

/// Writes a generation's events in one dialect.
///
/// An encoder sees every event from the first on, in order, so it knows what it has open; a viewer that comes later gets
/// a suffix of what it wrote.
package protocol EventEncoder: Sendable {
    /// The bytes for an event; empty when the dialect does not show it.
    ///
    /// `number` is `nil` for a remark that is no event of the log, such as "not saved yet".
    mutating func encode(_ event: Event, number: Int?) -> [UInt8]
}

/// A way to write events on the wire.
package struct Dialect: Sendable {
    /// What tells dialects apart: viewers of one name share one encoder.
    package let name: String
    /// Whether its viewers want to hear what happens to a reply after its last event, so that they stay for it.
    package let hearsRemarks: Bool
    package let makeEncoder: @Sendable () -> any EventEncoder

    package init(name: String, hearsRemarks: Bool = false, makeEncoder: @escaping @Sendable () -> any EventEncoder) {
        self.name = name
        self.hearsRemarks = hearsRemarks
        self.makeEncoder = makeEncoder
    }

    /// The bytes of the events after number `after`, and their last number.
    package func replay(_ events: [Event], after: Int) -> [UInt8] {
        var encoder = self.makeEncoder()
        return Self.replay(events, after: after, with: &encoder)
    }

    static func replay(_ events: [Event], after: Int, with encoder: inout any EventEncoder) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, event) in events.enumerated() {
            let encoded = encoder.encode(event, number: index + 1)
            if index + 1 > after { bytes.append(contentsOf: encoded) }
        }
        return bytes
    }
}

/// The viewers of one generation in one dialect: each event is encoded once for all of them.
struct Audience: Sendable {
    let name: String
    let hearsRemarks: Bool
    private var encoder: any EventEncoder
    private var viewers: [any Viewer] = []

    /// `encoder` is one of `dialect` and has seen everything up to now.
    init(dialect: Dialect, encoder: any EventEncoder) {
        self.name = dialect.name
        self.hearsRemarks = dialect.hearsRemarks
        self.encoder = encoder
    }

    var isEmpty: Bool { self.viewers.isEmpty }

    /// Whether anybody still reads.
    var isHeard: Bool { self.viewers.contains { $0.isOpen } }

    mutating func add(_ viewer: any Viewer) {
        self.viewers.removeAll { !$0.isOpen }
        self.viewers.append(viewer)
    }

    mutating func receive(_ event: Event, number: Int?, last: Int) {
        let bytes = self.encoder.encode(event, number: number)
        guard !bytes.isEmpty else { return }
        for viewer in self.viewers { viewer.send(bytes, through: last) }
    }

    func end() {
        for viewer in self.viewers { viewer.end() }
    }
}
