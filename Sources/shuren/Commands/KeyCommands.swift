import Configuration
import JSONValue
import Web

/// Does what is asked about API keys: over the running server's socket, so that what they have open ends at once, or directly
/// when none runs.
func changeKeys(_ request: Command.KeyRequest, _ configuration: Configuration) async throws {
    let (method, path, body) = try message(of: request)
    if let answer = try await askServer(method, path, body, configuration) {
        if let key = answer["key"]?.string { print(key) }
        for line in answer["keys"]?.array ?? [] { print(line.string ?? "") }
        return
    }
    try await withControl(configuration) { control in
        switch request {
        case .list: for line in try await control.keys() { print(line) }
        case .create(let name, let person, let scopes, let days):
            print(try await control.createKey(named: name, for: person, scopes: scopes, days: days))
        case .end(let id): try await control.endKey(id)
        }
    }
}

/// How the control socket is asked.
private func message(
    of request: Command.KeyRequest
) throws(Command.UsageError) -> (method: String, path: String, body: JSON?) {
    switch request {
    case .list: return ("GET", "/keys", nil)
    case .create(let name, let person, let scopes, let days):
        let body: JSON = [
            "name": .string(name),
            "person": person.map(JSON.string) ?? .null,
            "scopes": scopes.map(JSON.string) ?? .null,
            "days": days.map { .number(JSON.Number($0)) } ?? .null,
        ]
        return ("POST", "/keys", body)
    case .end(let id):
        guard id.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x5F }) else {
            throw Command.UsageError(description: "an id is what shuren key list prints first on a line.")
        }
        return ("POST", "/keys/\(id)/end", [:])
    }
}
