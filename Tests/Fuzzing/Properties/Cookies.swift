import HTTPTypes

@testable import Web

/// A `Cookie` field, a `Last-Event-ID` and a `Host` mean what slow readers of their grammars find in them.
func checkCookies(_ input: [UInt8]) throws {
    let text = String(decoding: input, as: UTF8.self)
    for name in ["shuren", "__Host-shuren"] {
        let found = HTTPRequest(method: .get, path: "/", fields: ["Cookie": text]).cookie(name)
        let expected = slowlyFoundCookie(name, in: text)
        try require(found.map { Array($0.utf8) } == expected, "the cookie \(name) is the first of that very name")
    }

    let isNumber = !text.isEmpty && text.unicodeScalars.allSatisfy { ("0"..."9").contains($0) } && text.utf8.count <= 18
    try require(eventNumber(text) == (isNumber ? Int(text) : nil), "the number of an event is written in digits")

    let host = hostName(of: text)
    try require(!host.isEmpty || text.isEmpty || text.first == ":", "a host has a name")
    try require(hostName(of: host) == host || host.hasPrefix("["), "a name has no port")
}

/// The value of the first cookie of a name by RFC 6265, section 4.2.1; pieces that are no pair say nothing.
private func slowlyFoundCookie(_ name: String, in field: String) -> [UInt8]? {
    for piece in Array(field.utf8).split(separator: UInt8(ascii: ";")) {
        var piece = Array(piece)
        while let first = piece.first, first == 0x20 || first == 0x09 { piece.removeFirst() }
        let start = Array((name + "=").utf8)
        if piece.starts(with: start) { return Array(piece.dropFirst(start.count)) }
    }
    return nil
}
