import Compression
import HTTPServer
import HTTPTypes

/// What a body is packed with on its way (RFC 9110, section 8.4.1).
enum ContentCoding {
    /// Below this a JSON answer goes as it is: a packet holds it, and answers with a secret in them are all shorter.
    static let worthwhileCount = 2_048

    /// Whether `Accept-Encoding` takes gzip: named, and not with a weight of zero.
    static func acceptsGzip(_ request: HTTPRequest) -> Bool {
        (request.fields["Accept-Encoding"] ?? "").split(separator: ",").contains { entry in
            let parts = entry.lowercased().filter { $0 != " " }.split(separator: ";")
            return parts.first == "gzip" && !parts.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
        }
    }

    /// The answer with its body compressed, where that is JSON, long enough, and welcome; never a stream.
    static func packed(_ response: HTTPResponse, for request: HTTPRequest) -> HTTPResponse {
        guard case .bytes(let plain) = response.body, plain.count >= Self.worthwhileCount,
            response.fields["Content-Type"]?.hasPrefix("application/json") == true,
            response.fields["Content-Encoding"] == nil
        else { return response }
        var packed = response
        packed.fields.append("Vary", "Accept-Encoding")
        guard self.acceptsGzip(request), let compressed = Gzip.compress(plain), compressed.count < plain.count else {
            return packed
        }
        packed.fields.append("Content-Encoding", "gzip")
        packed.body = .bytes(compressed)
        return packed
    }
}
