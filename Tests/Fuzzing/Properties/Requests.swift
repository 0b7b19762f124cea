import HTTPTypes

@testable import HTTPServer

/// Cut anywhere, bytes are the same requests or the same refusal; a request keeps what RFC 9112 demands of it and can be
/// written and read again; and what the parser holds stays within its limits.
func checkRequests(_ input: [UInt8]) throws {
    for limits in [RequestLimits(), .tiny] {
        let whole = try RequestReading(of: [input], limits: limits)
        for request in whole.requests {
            try checkPromises(of: request, limits)
            try checkRewriting(of: request)
        }
        try input.forEachCut { pieces in
            let cut = try RequestReading(of: pieces, limits: limits)
            try require(cut == whole, "bytes in pieces of \(pieces.map(\.count)) are the same requests")
        }
    }
}

extension RequestLimits {
    /// Limits that small inputs reach.
    fileprivate static var tiny: RequestLimits {
        var limits = RequestLimits()
        limits.requestLine = 64
        limits.fields = 128
        limits.fieldCount = 4
        limits.body = 48
        limits.chunkExtensions = 32
        limits.trailer = 32
        return limits
    }

    /// More than a parser within these limits can hold by ``heldBytes(_:)``: the head counts twice, and a byte that is no
    /// UTF-8 becomes three.
    fileprivate var mostHeld: Int {
        1024 + 6 * (self.requestLine + self.fields) + self.body + self.chunkExtensions + self.trailer
    }
}

/// Everything that a parser makes of some bytes.
private struct RequestReading: Equatable {
    private(set) var steps: [RequestParser.Step] = []
    private(set) var error: RequestError?
    private(set) var stage: RequestParser.Stage

    init(of pieces: [[UInt8]], limits: RequestLimits) throws(Violation) {
        var parser = RequestParser(limits: limits)
        do throws(RequestError) {
            for piece in pieces {
                var bytes = piece[...]
                var step = try parser.read(&bytes)
                while step != .needsMore {
                    self.steps.append(step)
                    step = try parser.read(&bytes)
                }
                guard bytes.isEmpty else { throw .malformed(reason: "bytes were left over") }
            }
        } catch {
            self.error = error
        }
        self.stage = parser.stage
        try require(self.error != .malformed(reason: "bytes were left over"), "bytes are used before more are wanted")
        // Small inputs reach the tiny limits only, and measuring is slow.
        guard limits.body < RequestLimits().body else { return }
        let held = heldBytes(parser)
        try require(held <= limits.mostHeld, "a parser that may hold \(limits.mostHeld) bytes holds \(held)")
    }

    var requests: [HTTPRequest] {
        self.steps.compactMap { if case .request(let request, _) = $0 { request } else { nil } }
    }
}

private func checkPromises(of request: HTTPRequest, _ limits: RequestLimits) throws(Violation) {
    let lines = request.fields.lines
    try require(!request.method.rawValue.isEmpty, "a request has a method")
    try require(request.path.hasPrefix("/") || request.path == "*", "a path begins with a slash")
    try require(!request.path.utf8.contains(UInt8(ascii: "?")), "the query is not in the path")
    let target = request.path.utf8.count + (request.query?.utf8.count ?? 0)
    try require(target <= limits.requestLine, "the request line is within its limit")
    try require(request.body.count <= limits.body, "the body is within its limit")
    try require(lines.count <= limits.fieldCount, "there are no more fields than allowed")
    let hosts = request.fields.all("Host").count
    try require(hosts == 1 || (hosts == 0 && request.version == .http10), "a request has one host")
    let framings = request.fields.all("Transfer-Encoding").count + request.fields.all("Content-Length").count
    try require(framings <= 1, "a body has one length")
    for text in lines.flatMap({ [$0.name, $0.value] }) + [request.path, request.query ?? "", request.method.rawValue] {
        try require(!text.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 }, "no line end came into a text")
    }
    for line in lines {
        try require(!line.name.isEmpty && !line.name.utf8.contains { $0 <= 0x20 || $0 == 0x3A }, "a name is a token")
    }
}

/// The request written with a plain length is read as the same request.
private func checkRewriting(of request: HTTPRequest) throws {
    let framing = ["transfer-encoding", "content-length", "expect"]
    let kept = request.fields.lines.filter { !framing.contains($0.name.lowercased()) }
    let target = request.path + (request.query.map { "?" + $0 } ?? "")
    let version = request.version == .http11 ? "1.1" : "1.0"
    let lines =
        ["\(request.method.rawValue) \(target) HTTP/\(version)"] + kept.map { "\($0.name): \($0.value)" }
        + (request.body.isEmpty ? [] : ["Content-Length: \(request.body.count)"])
    var bytes = (lines.flatMap { Array($0.utf8) + [0x0D, 0x0A] } + [0x0D, 0x0A] + request.body)[...]

    var parser = RequestParser()
    guard case .request(let again, _) = try parser.read(&bytes) else {
        throw Violation(description: "a request that was written again is complete")
    }

    try require(bytes.isEmpty, "a request that was written again leaves nothing over")
    try require(again.method == request.method && again.version == request.version, "its first line is the same")
    try require(again.path == request.path && again.query == request.query, "its target is the same")
    try require(
        again.fields.lines.filter { $0.name.lowercased() != "content-length" } == kept,
        "its fields are the same"
    )
    try require(again.body == request.body, "its body is the same")
}
