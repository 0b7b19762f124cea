import HTTPServer
import HTTPTypes
import Web

/// Requests read out of bytes in pieces.
private struct Reading: Equatable {
    var steps: [RequestParser.Step] = []
    var error: RequestError?

    init(_ pieces: [ArraySlice<UInt8>], limits: RequestLimits) {
        var parser = RequestParser(limits: limits)
        for piece in pieces {
            var rest = piece
            while self.error == nil {
                do throws(RequestError) {
                    let step = try parser.read(&rest)
                    if step == .needsMore { break }
                    self.steps.append(step)
                } catch {
                    self.error = error
                }
            }
        }
    }

    var requests: [HTTPRequest] {
        self.steps.compactMap { step in if case .request(let request, _) = step { request } else { nil } }
    }
}

/// Small limits, so that short inputs reach them.
private let smallLimits = {
    var limits = RequestLimits()
    limits.requestLine = 64
    limits.fields = 256
    limits.fieldCount = 8
    limits.body = 64
    limits.chunkExtensions = 16
    limits.trailer = 32
    return limits
}()

func problemReadingRequests(_ input: [UInt8]) -> String? {
    for limits in [RequestLimits(), smallLimits] {
        let whole = Reading([input[...]], limits: limits)
        for pieces in cuts(of: input) where Reading(pieces, limits: limits) != whole {
            return "cut into \(pieces.map(\.count)) it is read differently"
        }
        for request in whole.requests {
            let hosts = request.fields.all("Host").count
            if hosts > 1 || (hosts == 0 && request.version == .http11) { return "a request with \(hosts) hosts" }
            if !request.path.hasPrefix("/") && request.path != "*" { return "a path that is none" }
            if request.body.count > limits.body { return "a body beyond the limit" }
            if request.fields.lines.count > limits.fieldCount { return "more fields than the limit" }
            let strange = request.fields.lines.contains { field in
                field.name.isEmpty || field.value.utf8.contains { $0 < 0x20 && $0 != 0x09 }
            }
            if strange { return "a field that is none" }
        }
    }
    return nil
}

func problemReadingChunks(_ input: [UInt8]) -> String? {
    let head = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    for limits in [RequestLimits(), smallLimits] {
        let whole = Reading([head[...], input[...]], limits: limits)
        for pieces in cuts(of: input) where Reading([head[...]] + pieces, limits: limits) != whole {
            return "cut into \(pieces.map(\.count)) it is read differently"
        }
        // What follows a complete body is another request, which this target leaves alone.
        guard let body = plainChunks(in: input), body.count <= limits.body else { continue }
        guard whole.requests.first?.body == body else { return "a plain chunked body is not what it says" }
    }
    return nil
}

/// The body of chunks without extensions and trailer, read as RFC 9112, section 7.1, has it; `nil` for anything else.
private func plainChunks(in input: [UInt8]) -> [UInt8]? {
    var body: [UInt8] = []
    var rest = input[...]
    while true {
        let digits = rest.prefix { hexDigit($0) != nil }
        rest = rest.dropFirst(digits.count)
        guard (1...8).contains(digits.count), rest.starts(with: [0x0D, 0x0A]) else { return nil }
        rest = rest.dropFirst(2)
        let size = digits.reduce(0) { $0 * 16 + Int(hexDigit($1) ?? 0) }
        guard rest.count >= size + 2, rest.dropFirst(size).starts(with: [0x0D, 0x0A]) else { return nil }
        if size == 0 { return body }
        body += rest.prefix(size)
        rest = rest.dropFirst(size + 2)
    }
}

func problemReadingQuery(_ input: [UInt8]) -> String? {
    _ = QueryParameters(String(decoding: input, as: UTF8.self))
    let escaped = input.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "%0" + digits : "%" + digits
    }.joined()
    let expected = String(validating: input, as: UTF8.self)
    let read = QueryParameters("a=b&name=\(escaped)&c")
    if read?["name"] != expected { return "an escaped value comes back as another" }
    if expected != nil, read?["a"] != "b" || read?["c"] != "" { return "the neighbours of a value change" }
    // A name that comes twice is refused, however it is written.
    if let expected, !expected.isEmpty, QueryParameters("\(escaped)=1&\(escaped.uppercased())=2") != nil {
        return "a name is taken twice"
    }
    return nil
}

func problemReadingCookies(_ input: [UInt8]) -> String? {
    let text = String(decoding: input, as: UTF8.self)
    func cookie(_ field: String) -> String? {
        HTTPRequest(method: .get, path: "/", fields: ["Cookie": field]).cookie("shuren")
    }
    _ = cookie(text)
    let value = String(text.unicodeScalars.filter { $0 != ";" }.map(Character.init))
    if cookie("a=1; shuren=\(value); b=2") != value { return "a cookie's value changes" }
    if cookie("xshuren=1; shurenx=2; shure n=3") != nil { return "a cookie of another name is taken" }
    if let number = eventNumber(text) {
        let digits = text.utf8.reduce(0) { $0 * 10 + Int($1) - 0x30 }
        if number != digits || number < 0 { return "a number is read as another" }
    } else if (1...18).contains(input.count), input.allSatisfy({ (0x30...0x39).contains($0) }) {
        return "a number is not read"
    }
    return nil
}
