import Glibc

/// Finds the events in the bytes of an event stream, however those are cut (WHATWG HTML, section 9.2).
///
/// A line that arrives whole is read where it lies; only an unfinished one is kept, together with the data lines and the
/// name of an unfinished event, and the stream's id. What is kept never exceeds `limit` bytes: a stream that would need
/// more is refused.
///
/// ```swift
/// var decoder = ServerSentEventDecoder()
/// for event in try decoder.feed(bytes) { … }
/// if let event = decoder.finish() { … }  // the standard discards it; some model APIs end without the empty line
/// ```
package struct ServerSentEventDecoder: Sendable {
    /// How much of one event may be waiting; the events of model APIs stay far below.
    package static let defaultLimit = 8 * 1024 * 1024

    /// Whether anything has arrived, comments included.
    package private(set) var hasReceived = false
    /// How long the stream asks its readers to wait before they come back.
    package private(set) var reconnectionTime: Duration?
    /// The last id that an event which has ended left behind.
    package private(set) var lastEventID = ""

    private let limit: Int
    /// The start of a line whose end has not arrived.
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var name = ""
    /// An id whose event has not ended.
    private var newID: String?
    /// The last byte was CR: an LF that comes next belongs to the same line end.
    private var endedWithCarriageReturn = false
    private var isFirstLine = true

    package init(limit: Int = Self.defaultLimit) {
        self.limit = limit
    }

    /// Takes the next bytes and hands over the events that they complete.
    ///
    /// After an error the decoder's state means nothing; what was handed over before it counts.
    package mutating func feed(
        _ bytes: Span<UInt8>,
        deliver: (ServerSentEvent) -> Void
    ) throws(ServerSentEventError) {
        try self.feed(bytes) { decoder in deliver(decoder.takeEvent()) }
    }

    /// Takes the next bytes and hands over the data of the events that they complete, for streams whose events have
    /// nothing else that counts; bytes that are not UTF-8 are handed over as they are.
    package mutating func feed(
        _ bytes: Span<UInt8>,
        deliverData: (Span<UInt8>) -> Void
    ) throws(ServerSentEventError) {
        try self.feed(bytes) { decoder in
            deliverData(decoder.data.span.extracting(droppingLast: 1))  // the LF after the last data line
            decoder.clearEvent()
        }
    }

    private mutating func feed(
        _ bytes: Span<UInt8>,
        whenComplete: (inout Self) -> Void
    ) throws(ServerSentEventError) {
        guard !bytes.isEmpty else { return }
        self.hasReceived = true
        var lines = LineCutter(start: self.endedWithCarriageReturn && bytes[0] == .lineFeed ? 1 : 0)
        self.endedWithCarriageReturn = bytes[bytes.count - 1] == .carriageReturn
        while let range = lines.next(in: bytes) {
            try self.endLine(bytes.extracting(range), whenComplete)
        }
        try self.reserve(bytes.count - lines.start)
        self.line.append(bytes.extracting(lines.start..<bytes.count))
    }

    /// Takes the next bytes and returns the events that they complete.
    package mutating func feed(_ bytes: [UInt8]) throws(ServerSentEventError) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        try self.feed(bytes.span) { events.append($0) }
        return events
    }

    /// The event that waits for its end when the stream has none left; the standard says to discard it.
    package mutating func finish() -> ServerSentEvent? {
        let rest = self.line
        self.line = []
        self.interpret(rest.span)
        guard !self.data.isEmpty else { return nil }
        return self.takeEvent()
    }

    // MARK: Lines

    private mutating func endLine(
        _ end: Span<UInt8>,
        _ whenComplete: (inout Self) -> Void
    ) throws(ServerSentEventError) {
        try self.reserve(end.count)
        if self.line.isEmpty {
            self.endLine(whole: end, whenComplete)
        } else {
            var whole: [UInt8] = []
            swap(&whole, &self.line)
            whole.append(end)
            self.endLine(whole: whole.span, whenComplete)
            whole.removeAll(keepingCapacity: whole.capacity <= 4096)
            swap(&whole, &self.line)
        }
        // A name or an id whose bytes are not UTF-8 has grown.
        try self.reserve(0)
    }

    private mutating func endLine(whole line: Span<UInt8>, _ whenComplete: (inout Self) -> Void) {
        if line.count == self.byteOrderMarkLength(line) {
            self.isFirstLine = false
            if let newID { self.lastEventID = newID }
            self.newID = nil
            guard !self.data.isEmpty else { return self.name = "" }
            whenComplete(&self)
        } else {
            self.interpret(line)
        }
    }

    private mutating func takeEvent() -> ServerSentEvent {
        let event = ServerSentEvent(
            name: self.name.isEmpty ? "message" : self.name,
            data: self.data.span.extracting(droppingLast: 1).text,  // the LF after the last data line
            id: self.newID ?? self.lastEventID
        )
        self.clearEvent()
        return event
    }

    private mutating func clearEvent() {
        self.name = ""
        self.data.removeAll(keepingCapacity: self.data.capacity <= 4096)
    }

    private mutating func interpret(_ line: Span<UInt8>) {
        let line = line.extracting(self.byteOrderMarkLength(line)..<line.count)
        self.isFirstLine = false
        guard let colon = line.index(of: .colon) else { return self.take(field: line, value: line.extracting(0..<0)) }
        guard colon > 0 else { return }  // a comment
        let hasSpace = colon + 1 < line.count && line[colon + 1] == .space
        self.take(
            field: line.extracting(0..<colon),
            value: line.extracting((hasSpace ? colon + 2 : colon + 1)..<line.count)
        )
    }

    private func byteOrderMarkLength(_ line: Span<UInt8>) -> Int {
        self.isFirstLine && line.count >= 3 && line[0] == 0xEF && line[1] == 0xBB && line[2] == 0xBF ? 3 : 0
    }

    private mutating func take(field: Span<UInt8>, value: Span<UInt8>) {
        if field.equals("data") {
            self.data.append(value)
            self.data.append(.lineFeed)
        } else if field.equals("event") {
            self.name = value.text
        } else if field.equals("id") {
            if value.index(of: 0) == nil { self.newID = value.text }
        } else if field.equals("retry") {
            if let milliseconds = value.digits { self.reconnectionTime = .milliseconds(milliseconds) }
        }
    }

    private func reserve(_ count: Int) throws(ServerSentEventError) {
        let texts = self.name.utf8.count + (self.newID?.utf8.count ?? 0) + self.lastEventID.utf8.count
        guard self.line.count + self.data.count + texts + count <= self.limit else {
            throw .eventTooLarge(limit: self.limit)
        }
    }
}

/// Why a stream cannot be read on.
package enum ServerSentEventError: Error, Sendable, Equatable {
    /// A line or an event does not end within the limit in bytes.
    case eventTooLarge(limit: Int)
}

/// Cuts bytes at CR, LF and CRLF.
private struct LineCutter {
    /// Where the next line begins.
    private(set) var start: Int
    /// The first line feed from `start` on, kept so that a stream of bare CRs is not searched again for each of them.
    private var lineFeed: Int?
    private var hasSearched = false

    init(start: Int) {
        self.start = start
    }

    /// The next line that has its end, without that end.
    mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
        if !self.hasSearched || self.lineFeed.map({ $0 < self.start }) ?? false {
            self.lineFeed = bytes.index(of: .lineFeed, from: self.start)
            self.hasSearched = true
        }
        let start = self.start
        let bound = self.lineFeed ?? bytes.count
        if let end = bytes.extracting(0..<bound).index(of: .carriageReturn, from: start) {
            self.start = end + 1 == self.lineFeed ? end + 2 : end + 1
            return start..<end
        }
        guard let end = self.lineFeed else { return nil }
        self.start = end + 1
        return start..<end
    }
}

extension UInt8 {
    fileprivate static let lineFeed: UInt8 = 0x0A
    fileprivate static let carriageReturn: UInt8 = 0x0D
    fileprivate static let space: UInt8 = 0x20
    fileprivate static let colon: UInt8 = 0x3A
}

extension [UInt8] {
    /// An array takes no span; the pointer does not outlive the call.
    fileprivate mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe self.append(contentsOf: $0) }
    }
}

extension Span<UInt8> {
    /// The place of the first such byte; the C library searches many bytes at a time.
    fileprivate func index(of byte: UInt8, from start: Int = 0) -> Int? {
        unsafe self.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress else { return nil }
            guard let found = unsafe memchr(base + start, Int32(byte), bytes.count - start) else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    fileprivate func equals(_ name: StaticString) -> Bool {
        guard self.count == name.utf8CodeUnitCount else { return false }
        for index in self.indices where unsafe self[index] != name.utf8Start[index] { return false }
        return true
    }

    /// These bytes as text; what is not UTF-8 becomes U+FFFD.
    fileprivate var text: String {
        unsafe self.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The number that these bytes write with ASCII digits only; `nil` for anything else and for one that no `Int` holds.
    fileprivate var digits: Int? {
        guard !self.isEmpty else { return nil }
        for index in self.indices where !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self[index]) { return nil }
        return Int(self.text)
    }
}
