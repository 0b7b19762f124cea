/// What a stream says by the letter of the standard (WHATWG HTML, section 9.2.6), read whole and without any thrift.
struct SlowEventStream {
    private(set) var events: [PlainEvent] = []
    private(set) var retry: Duration?
    /// The standard's "last event ID" of the source, in bytes.
    private(set) var lastEventID: [UInt8] = []
    private var data = ""
    private var name = ""
    private var id = ""

    init(_ bytes: [UInt8]) {
        var text = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
        if text.first == "\u{FEFF}" { text.removeFirst() }
        var line = String.UnicodeScalarView()
        while let scalar = text.popFirst() {
            guard scalar == "\r" || scalar == "\n" else {
                line.append(scalar)
                continue
            }
            if scalar == "\r", text.first == "\n" { text.removeFirst() }
            self.process(line)
            line = String.UnicodeScalarView()
        }
    }

    private mutating func process(_ line: String.UnicodeScalarView) {
        guard !line.isEmpty else { return self.dispatch() }
        guard let colon = line.firstIndex(of: ":") else { return self.process(field: String(line), "") }
        guard colon > line.startIndex else { return }
        var value = line[line.index(after: colon)...]
        if value.first == " " { value.removeFirst() }
        self.process(field: String(line[..<colon]), String(value))
    }

    private mutating func process(field: String, _ value: String) {
        switch field {
        case "event": self.name = value
        case "data": self.data.unicodeScalars.append(contentsOf: (value + "\n").unicodeScalars)
        case "id": if !value.unicodeScalars.contains("\0") { self.id = value }
        case "retry":
            // A number that no integer holds says nothing: the standard leaves the size of its integers open.
            if !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value) {
                self.retry = .milliseconds(number)
            }
        default: break
        }
    }

    private mutating func dispatch() {
        self.lastEventID = Array(self.id.utf8)
        defer { (self.data, self.name) = ("", "") }
        guard !self.data.isEmpty else { return }
        self.data.unicodeScalars.removeLast()
        self.events.append(PlainEvent(name: self.name.isEmpty ? "message" : self.name, data: self.data, id: self.id))
    }
}
