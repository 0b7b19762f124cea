package import Chat
package import HTTPClient
internal import HTTPTypes
internal import JSONValue
package import Observability
internal import Synchronization

/// Finds out what is wrong with the connection to a model, in plain words, or which models there are.
///
/// It asks for the list of models and for nothing that costs anything.
package enum ModelServerCheck {
    /// How long the server may take.
    private static let patience = Duration.seconds(15)

    /// Asks the server, with the model that is to be asked there, if one is chosen.
    package static func run(
        _ server: ModelServer,
        client: HTTPClient,
        time: TimeSource
    ) async -> ModelServerReport {
        await withTaskGroup { group in
            group.addTask { await Self.ask(server, client) }
            group.addTask {
                // A cancelled sleep means that the server was faster.
                try? await time.sleep(Self.patience)
                return Self.problem("\(server.address) does not answer within \(Int(Self.patience.inSeconds)) s.")
            }
            defer { group.cancelAll() }
            return await group.next() ?? Self.problem("\(server.address) was not asked.")
        }
    }

    private static func ask(_ server: ModelServer, _ client: HTTPClient) async -> ModelServerReport {
        let body = Mutex<[UInt8]>([])
        do throws(HTTPClientError) {
            let response = try await client.send(self.request(server)) { _, bytes in
                let length = body.withLock { body in
                    unsafe bytes.withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
                    return body.count
                }
                return length <= 1 << 20 ? .more : .abort
            }
            return Self.report(status: response.status.code, body: body.withLock { $0 }, of: server)
        } catch {
            return Self.report(failure: error, of: server)
        }
    }

    private static func request(_ server: ModelServer) -> HTTPClientRequest {
        var fields: HTTPFields = ["Accept": "application/json", "User-Agent": "shuren"]
        switch server.form {
        case .openai:
            if let key = server.key { fields.append("Authorization", "Bearer \(key)") }
            return HTTPClientRequest(url: server.address + "/models", fields: fields)
        case .anthropic:
            fields.append("anthropic-version", "2023-06-01")
            if let key = server.key { fields.append("x-api-key", key) }
            return HTTPClientRequest(url: server.address + "/v1/models", fields: fields)
        }
    }

    /// What an answer means.
    package static func report(status: Int, body: [UInt8], of server: ModelServer) -> ModelServerReport {
        let address = server.address
        switch status {
        case 200:
            return self.report(list: body, of: server)
        case 401, 403:
            return self.problem(
                server.key == nil
                    ? "\(address) wants a key, and none is given."
                    : "\(address) refuses the key (\(status)): it is wrong, has expired, or may not use this service."
            )
        case 404, 405:
            return self.problem(
                "\(address) answers, but has no list of models (\(status)). Is the address right? With the OpenAI form it "
                    + "usually ends with /v1."
            )
        case 429:
            return self.problem("\(address) says that there are too many requests, or that no money is left (429).")
        case 500...: return self.problem("\(address) is in trouble itself (\(status)). Try again later.")
        default:
            return self.problem("\(address) answers \(status), which says nothing about models. Is the address right?")
        }
    }

    /// What it means that there is no answer.
    package static func report(failure: HTTPClientError, of server: ModelServer) -> ModelServerReport {
        let address = server.address
        switch failure {
        case .unusable(let reason), .unreachable(let reason):
            return self.problem(
                "\(address) cannot be reached: \(reason). Is the server running there? In a container 127.0.0.1 is the "
                    + "container itself."
            )
        case .forbidden(let other):
            return self.problem("\(address) leads to \(other), which may not be connected to.")
        case .broken(let reason):
            return self.problem("\(address) broke the connection: \(reason). Is it http where https is wanted?")
        case .aborted: return self.problem("\(address) sends more than a list of models.")
        case .cancelled: return self.problem("The check was cancelled.")
        }
    }

    private static func report(list body: [UInt8], of server: ModelServer) -> ModelServerReport {
        let json = try? JSON(parsing: body)  // what is no JSON has no list, which is what is said
        guard let entries = json?["data"]?.array ?? json?["models"]?.array else {
            return self.problem(
                "\(server.address) answers with something else than a list of models. Is the address that of a web page?"
            )
        }
        let names = entries.compactMap { $0["id"]?.string ?? $0["name"]?.string }.sorted()
        let listed =
            names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
        return ModelServerReport(
            findings: [
                "\(server.address) answers\(server.key == nil ? "" : " and takes the key").",
                "It has \(names.count) models: \(listed).", Self.sentence(about: server.model, among: names),
            ],
            models: names,
            isWell: names.contains(server.model)
        )
    }

    private static func sentence(about model: String, among names: [String]) -> String {
        if model.isEmpty { return "Choose one of them." }
        if names.contains(model) { return "\(model) is among them." }
        return "\(model) is not among them; a few servers answer for it all the same. Otherwise choose another."
    }

    private static func problem(_ sentence: String) -> ModelServerReport {
        ModelServerReport(findings: [sentence], isWell: false)
    }
}
