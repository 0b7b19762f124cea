import HTTPServer
import HTTPTypes
import Identifiers

/// A caller who is somebody, a stranger no longer: what a route that keeps something for a person goes on with.
struct Visit: Sendable {
    /// Who calls, with the session that a new guest has just been given.
    let caller: Caller
    let person: PersonID
    /// What a browser has to keep to come back; `nil` when it has it already.
    private let cookie: String?

    init(caller: Caller, person: PersonID, cookie: String? = nil) {
        self.caller = caller
        self.person = person
        self.cookie = cookie
    }

    /// The answer, with what brings the browser back.
    func answered(_ response: HTTPResponse) -> HTTPResponse {
        guard let cookie else { return response }
        var response = response
        response.fields.append("Set-Cookie", cookie)
        return response
    }
}
