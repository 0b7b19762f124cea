import JSONValue
import ServerSentEvents

@testable import Providers

func problemReadingEventStream(_ input: [UInt8]) -> String? {
    func events(_ pieces: [ArraySlice<UInt8>]) -> [ServerSentEvent] {
        var decoder = ServerSentEventDecoder()
        // It throws for an event of 8 MiB, which no input here reaches.
        return pieces.flatMap { (try? decoder.feed(Array($0))) ?? [] }
    }
    let whole = events([input[...]])
    if whole != plainEvents(in: input) { return "the events are not those of the standard's steps" }
    for pieces in cuts(of: input) where events(pieces) != whole { return "cut into \(pieces.map(\.count)) it differs" }
    var bare = ServerSentEventDecoder()
    var data: [String] = []
    try? bare.feed(input.span) { data.append(JSONText.string($0)) }  // as above
    if data != whole.map(\.data) { return "the data alone is not the events' data" }
    var small = ServerSentEventDecoder(limit: 16)
    _ = try? small.feed(input)  // whether it refuses or not, it must come back
    return nil
}

/// The events by the steps of WHATWG HTML, section 9.2.6, one line after the other, without any speed.
private func plainEvents(in input: [UInt8]) -> [ServerSentEvent] {
    var text = String(decoding: input, as: UTF8.self).unicodeScalars[...]
    if text.first == "\u{FEFF}" { text.removeFirst() }
    var events: [ServerSentEvent] = []
    var (data, name, id) = ("", "", "")
    while let end = text.firstIndex(where: { $0 == "\n" || $0 == "\r" }) {
        let line = text[..<end]
        let isPair = text[end] == "\r" && text.index(after: end) < text.endIndex && text[text.index(after: end)] == "\n"
        text = text[text.index(end, offsetBy: isPair ? 2 : 1)...]
        if line.isEmpty {
            if !data.isEmpty {
                data.unicodeScalars.removeLast()
                events.append(ServerSentEvent(name: name.isEmpty ? "message" : name, data: data, id: id))
            }
            (data, name) = ("", "")
            continue
        }
        let colon = line.firstIndex(of: ":")
        let field = String(line[..<(colon ?? line.endIndex)])
        var value = colon.map { line[line.index(after: $0)...] } ?? line[line.endIndex...]
        if value.first == " " { value.removeFirst() }
        switch field.utf8.map({ $0 }) {
        case Array("data".utf8): data += String(value) + "\n"
        case Array("event".utf8): name = String(value)
        case Array("id".utf8): if !value.contains("\0") { id = String(value) }
        default: break
        }
    }
    return events
}

func problemReadingDeltas(_ input: [UInt8]) -> String? {
    var template = DeltaTemplate()
    // Lines, so that one input can hold the chunks of a reply.
    for line in input.split(separator: 0x0A) {
        let text = String(decoding: line, as: UTF8.self)
        let expected = (try? JSON(parsing: text, duplicateKeys: .keepLast)).map(ChatChunk.init)
        let scanned = try? DeltaScanner.chunk(text)  // no chunk is what `nil` stands for
        if scanned != expected { return "the scanner and the parser read a chunk differently" }
        let shaped = try? template.chunk(Array(text.utf8).span)
        if shaped != expected { return "the shape of earlier chunks changes what a chunk says" }
    }
    return nil
}

func problemReadingJSON(_ input: [UInt8]) -> String? {
    guard let value = try? JSON(parsing: input) else { return nil }
    for layout in JSON.Layout.allCases {
        let written = value.bytes(layout)
        guard let again = try? JSON(parsing: written) else { return "what was written is no JSON" }
        if again != value { return "what was written says something else" }
        if again.bytes(layout) != written { return "writing it twice gives two texts" }
    }
    if case .number(let number) = value, let double = value.double, double.isFinite {
        let expected = Double(number.text)
        if double != expected { return "the number \(number.text) is read as \(double)" }
    }
    return nil
}
