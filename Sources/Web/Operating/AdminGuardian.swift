import Accounts
import HTTPTypes
import Identifiers

/// Lets admins through, and tells everybody else what they are told.
struct AdminGuardian: Sendable {
    let callers: Callers
    let gate: RequestGate
    let admins: AdminDoor

    /// The admin who makes the request, by a browser, a token or a key that is for it; throws what anybody else is told.
    func admin(_ request: RoutedRequest) async throws -> PersonID {
        let caller = try await self.callers.caller(of: request)
        guard let person = caller.person else { throw WebError.unauthorized }
        try self.checkOwnPage(request, caller)
        guard try await self.admins.isAdmin(person) else { throw WebError(PeopleError.noAdmin) }
        return person
    }

    /// Who asks from a browser, on our own page or with a token, and with no key.
    func browser(_ request: RoutedRequest) async throws -> Caller {
        let caller = try await self.callers.caller(of: request)
        if case .program = caller { throw WebError.browsersOnly("A browser becomes an admin's, not a key.") }
        try self.checkOwnPage(request, caller)
        return caller
    }

    /// Pages that the operator lists have no business here; what a program says of where it is means nothing.
    private func checkOwnPage(_ request: RoutedRequest, _ caller: Caller) throws {
        guard caller.comesByItself else { return }
        guard self.gate.isFromOwnPage(request.http) else {
            throw WebError(.forbidden, "cross_origin", "This request comes from another site and is refused.")
        }
    }
}
