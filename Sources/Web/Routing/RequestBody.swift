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
