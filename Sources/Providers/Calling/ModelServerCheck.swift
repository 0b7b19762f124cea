package import HTTPClient
internal import HTTPTypes
internal import JSONValue
internal import Synchronization

/// What is wrong with the connection to a model, in plain words, or which models there are.
///
/// It asks for the list of models and for nothing that costs anything.
package struct ModelServerCheck: Sendable, Equatable {
    /// How the server is spoken to.
    package enum Form: Sendable {
        case openai, anthropic
    }

    /// What to tell, a sentence each.
    package let findings: [String]
    /// Whether the model can be asked as it is configured.
    package let isWell: Bool

    /// Asks the server at `baseURL`; `model` is the one that is configured, if one is.
    package static func run(
        _ form: Form,
        baseURL: String,
        key: String?,
        model: String?,
        client: HTTPClient
    ) async -> ModelServerCheck {
        let body = Mutex<[UInt8]>([])
        do throws(HTTPClientError) {
            let response = try await client.send(self.request(form, baseURL: baseURL, key: key)) { _, bytes in
                let length = body.withLock { body in
                    unsafe bytes.withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
                    return body.count
                }
                return length <= 1 << 20 ? .more : .abort
            }
            return ModelServerCheck(status: response.status.code, body: body.withLock { $0 }, baseURL, key, model)
        } catch {
            return ModelServerCheck(failure: error, baseURL)
        }
    }

    private static func request(_ form: Form, baseURL: String, key: String?) -> HTTPClientRequest {
        var fields: HTTPFields = ["Accept": "application/json", "User-Agent": "shuren"]
        switch form {
        case .openai:
            if let key { fields.append("Authorization", "Bearer \(key)") }
            return HTTPClientRequest(url: baseURL + "/models", fields: fields)
        case .anthropic:
            fields.append("anthropic-version", "2023-06-01")
            if let key { fields.append("x-api-key", key) }
            return HTTPClientRequest(url: baseURL + "/v1/models", fields: fields)
        }
    }

    /// What an answer means.
    package init(status: Int, body: [UInt8], _ baseURL: String, _ key: String?, _ model: String?) {
        switch status {
        case 200:
            self.init(list: body, baseURL, model)
        case 401, 403:
            self.init(
                key == nil
                    ? "\(baseURL) wants a key: set LLM_API_KEY_FILE, or LLM_API_KEY."
                    : "\(baseURL) refuses the key (\(status)): it is wrong, has expired, or may not use this service."
            )
        case 404, 405:
            self.init(
                "\(baseURL) answers, but has no list of models (\(status)). Is the address right? With the OpenAI form it usually "
                    + "ends with /v1."
            )
        case 429: self.init("\(baseURL) says that there are too many requests, or that no money is left (429).")
        case 500...: self.init("\(baseURL) is in trouble itself (\(status)). Try again later.")
        default: self.init("\(baseURL) answers \(status), which says nothing about models. Is the address right?")
        }
    }

    /// What it means that there is no answer.
    package init(failure: HTTPClientError, _ baseURL: String) {
        switch failure {
        case .unusable(let reason), .unreachable(let reason):
            self.init(
                "\(baseURL) cannot be reached: \(reason). Is the server running there? In a container 127.0.0.1 is the "
                    + "container itself."
            )
        case .forbidden(let address): self.init("\(baseURL) leads to \(address), which may not be connected to.")
        case .broken(let reason):
            self.init("\(baseURL) broke the connection: \(reason). Is it http where https is wanted?")
        case .aborted: self.init("\(baseURL) sends more than a list of models.")
        case .cancelled: self.init("The check was cancelled.")
        }
    }

    private init(list body: [UInt8], _ baseURL: String, _ model: String?) {
        let json = try? JSON(parsing: body)  // what is no JSON has no list, which is what is said
        guard let entries = json?["data"]?.array ?? json?["models"]?.array else {
            self.init(
                "\(baseURL) answers with something else than a list of models. Is the address that of a web page?"
            )
            return
        }
        let names = entries.compactMap { $0["id"]?.string ?? $0["name"]?.string }.sorted()
        let listed =
            names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
        self.init(
            findings: [
                "\(baseURL) answers and takes the key.", "It has \(names.count) models: \(listed).",
                Self.sentence(about: model, among: names),
            ],
            isWell: model.map(names.contains) ?? false
        )
    }

    private static func sentence(about model: String?, among names: [String]) -> String {
        guard let model else { return "Choose one of them with LLM_MODEL." }
        if names.contains(model) { return "\(model) is among them." }
        return
            "\(model) is not among them; a few servers answer for it all the same. Otherwise choose another with LLM_MODEL."
    }

    private init(_ problem: String) {
        self.init(findings: [problem], isWell: false)
    }

    private init(findings: [String], isWell: Bool) {
        self.findings = findings
        self.isWell = isWell
    }
}
