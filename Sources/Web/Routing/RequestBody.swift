import HTTPTypes
import Identifiers
import JSONValue

/// The JSON object that a request carries.
func jsonBody(of request: HTTPRequest) throws(WebError) -> JSON {
    let body: JSON
    do throws(JSON.ParsingError) {
        body = try JSON(parsing: request.body)
    } catch {
        throw WebError.badRequest("The body is \(error).")
    }
    guard body.object != nil else { throw WebError.badRequest("The body must be a JSON object.") }
    return body
}

/// Throws when the body has a key that nobody reads: a wish that is misspelled must not look granted.
func checkKeys(of body: JSON, are known: Set<String>) throws(WebError) {
    guard let unknown = body.object?.members.first(where: { !known.contains($0.key) }) else { return }
    throw WebError.badRequest(
        "There is no \"\(unknown.key.prefix(40))\" here; there is: \(known.sorted().joined(separator: ", "))."
    )
}

/// A member of a body that may be absent or null and otherwise has one form: what it is, or `nil`.
func member<Value>(
    _ name: String,
    of body: JSON,
    _ form: String,
    _ read: (JSON) -> Value?
) throws(WebError) -> Value? {
    guard let value = body[name], !value.isNull else { return nil }
    guard let read = read(value) else { throw WebError.badRequest("\(name) must be \(form).") }
    return read
}

extension JSON {
    /// A number that counts something: whole, not negative, and one that every reader of JSON holds exactly (RFC 8259, section 6).
    var count: Int? { self.int.flatMap { 0..<(1 << 53) ~= $0 ? $0 : nil } }
}

/// An identifier that came as JSON; `nil` when it is absent or null.
func identifier<Subject>(_ value: JSON?, _ name: String) throws(WebError) -> Identifier<Subject>? {
    guard let value, !value.isNull else { return nil }
    guard let text = value.string else { throw WebError.badRequest("\(name) must be a string.") }
    return try identifier(text, name)
}

/// An identifier that came as text; `nil` when it is absent.
func identifier<Subject>(_ text: String?, _ name: String) throws(WebError) -> Identifier<Subject>? {
    guard let text else { return nil }
    guard let identifier = Identifier<Subject>(rawValue: text) else {
        throw WebError.badRequest("\(name) must be 16 to 64 characters of A-Z, a-z, 0-9, - and _.")
    }
    return identifier
}
