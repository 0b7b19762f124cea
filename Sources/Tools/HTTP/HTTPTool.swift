package import Chat
package import HTTPClient
internal import HTTPTypes
package import JSONValue
internal import Synchronization

/// Runs a tool of the operator's: one request, no redirects, and no address that the operator did not mean.
package struct HTTPTool: Tool {
    /// The longest answer that is read, in bytes.
    private static let longestAnswer = 24 * 1024

    private let declaration: HTTPToolDeclaration
    private let client: HTTPClient

    /// `client` must connect only where ``policy(allowingPrivate:)`` says.
    package init(_ declaration: HTTPToolDeclaration, client: HTTPClient) {
        self.declaration = declaration
        self.client = client
    }

    package var description: ToolDescription { self.declaration.description }
    package var timeLimit: Duration { self.declaration.timeLimit }

    /// Where tools may connect: everywhere on the internet, and of this machine's and the private networks only to the
    /// addresses that are listed.
    ///
    /// It sees the address that a name resolved to, so a name cannot lead elsewhere than its owner may go.
    package static func policy(allowingPrivate addresses: [String]) -> HTTPClient.AddressPolicy {
        let allowed = Set(addresses)
        return { address in
            address.isGlobal
                || allowed.contains {
                    address.description.hasPrefix("\($0):") || address.description.hasPrefix("[\($0)]:")
                }
        }
    }

    package func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let body = Mutex<[UInt8]>([])
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await self.client.send(self.request(arguments)) { _, bytes in
                let length = body.withLock { body in
                    unsafe bytes.withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
                    return body.count
                }
                return length <= Self.longestAnswer ? .more : .abort
            }
        } catch {
            throw ToolError(self.sentence(about: error))
        }
        let bytes = body.withLock { $0 }
        guard (200...299).contains(response.status.code) else {
            throw ToolError("The server answered \(response.status.code).")
        }
        let isJSON = response.fields["Content-Type"]?.lowercased().contains("json") ?? false
        if isJSON, let json = try? JSON(parsing: bytes) { return json }
        return ["text": .string(String(decoding: bytes, as: UTF8.self))]
    }

    private func request(_ arguments: JSON) -> HTTPClientRequest {
        var rest = arguments.object ?? [:]
        let url = self.declaration.template.replacing(/\{([^}]*)\}/) { match in
            let name = String(match.1)
            defer { rest[name] = nil }
            return percentEncoded(arguments[name].map { $0.string ?? $0.text } ?? "")
        }
        var fields: HTTPFields = ["Accept": "application/json, text/plain", "User-Agent": "shuren"]
        for field in self.declaration.fields { fields.append(field.name, field.value) }
        guard self.declaration.posts else { return HTTPClientRequest(method: .get, url: url, fields: fields) }
        fields.append("Content-Type", "application/json")
        return HTTPClientRequest(method: .post, url: url, fields: fields, body: JSON.object(rest).bytes())
    }

    private func sentence(about error: HTTPClientError) -> String {
        switch error {
        case .unusable, .unreachable: "The server cannot be reached."
        case .forbidden: "The server's address is not one that may be connected to."
        case .broken: "The connection broke."
        case .aborted: "The answer is too long."
        case .cancelled: "It was cancelled."
        }
    }
}

/// The text with all but unreserved characters as `%XX` (RFC 3986, section 2.1).
private func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.map { byte in
        let scalar = Unicode.Scalar(byte)
        let isUnreserved =
            byte < 0x80
            && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte)
                || "-._~".unicodeScalars.contains(scalar))
        return isUnreserved ? String(scalar) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 0xF)])"
    }.joined()
}
