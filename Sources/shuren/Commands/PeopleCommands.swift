import Accounts
import Configuration
import JSONValue
import Web

/// Does what is asked about people with accounts: over the running server's socket, so that what they have open ends at once, or
/// directly when none runs.
func changePeople(_ request: Command.PeopleRequest, _ configuration: Configuration) async throws {
    let (method, path, body) = message(of: request)
    if let answer = try await askServer(method, path, body, configuration) {
        if let code = answer["code"]?.string { print(code) }
        for account in answer["people"]?.array ?? [] {
            show(
                account["name"]?.string ?? "",
                account["role"]?.string ?? "",
                isDisabled: account["disabled_at"]?.isNull == false
            )
        }
        return
    }
    if case .list = request { try demandData(configuration) }
    try await withControl(configuration) { try await act(request, $0) }
}

/// How the control socket is asked.
private func message(of request: Command.PeopleRequest) -> (method: String, path: String, body: JSON?) {
    switch request {
    case .list: ("GET", "/people", nil)
    case .create(let name, let isAdmin): ("POST", "/people", ["name": .string(name), "admin": .bool(isAdmin)])
    case .invite(let note): ("POST", "/invitations", ["note": .string(note)])
    case .disable(let name): ("POST", "/people/disable", ["name": .string(name)])
    case .enable(let name): ("POST", "/people/enable", ["name": .string(name)])
    case .resetPassword(let name): ("POST", "/people/reset-password", ["name": .string(name)])
    case .resetSecondFactor(let name): ("POST", "/people/reset-second-factor", ["name": .string(name)])
    }
}

private func act(_ request: Command.PeopleRequest, _ control: Control) async throws {
    switch request {
    case .list:
        for account in try await control.accounts() {
            show(account.name.text, account.role.rawValue, isDisabled: account.disabledAt != nil)
        }
    case .create(let name, let isAdmin):
        print(try await control.createAccount(named: name, role: isAdmin ? .admin : .person))
    case .invite(let note): print(try await control.invite(note: note))
    case .disable(let name): try await control.setAccount(named: name, isDisabled: true)
    case .enable(let name): try await control.setAccount(named: name, isDisabled: false)
    case .resetSecondFactor(let name): try await control.resetSecondFactor(of: name)
    case .resetPassword(let name): print(try await control.resetPassword(of: name))
    }
}

private func show(_ name: String, _ role: String, isDisabled: Bool) {
    print("\(name) \(role)\(isDisabled ? " disabled" : "")")
}
