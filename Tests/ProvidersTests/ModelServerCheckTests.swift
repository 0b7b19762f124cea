import Chat
import HTTPClient
import Providers
import Testing

@Suite struct `The check of a model's server` {
    @Test(arguments: [
        (200, #"{"data":[{"id":"small"},{"id":"large"}]}"#, "small is among them", true),
        (200, #"{"models":[{"name":"large"}]}"#, "small is not among them", false),
        (200, "<html>", "something else than a list", false), (401, "", "refuses the key", false),
        (403, "", "refuses the key", false), (404, "", "ends with /v1", false), (429, "", "too many requests", false),
        (503, "", "in trouble itself", false), (302, "", "Is the address right?", false),
    ])
    func `says in plain words what an answer means`(status: Int, body: String, part: String, isWell: Bool) {
        let check = ModelServerCheck.report(
            status: status,
            body: Array(body.utf8),
            of: ModelServer(form: .openai, address: "http://model.example/v1", key: "sk-secret", model: "small")
        )

        #expect(check.isWell == isWell)
        #expect(check.findings.contains { $0.contains(part) })
        #expect(!check.findings.contains { $0.contains("sk-secret") })
    }

    @Test func `asks for a key where none is given, and for a model where none is named`() {
        let server = ModelServer(form: .openai, address: "http://model.example/v1", model: "")
        let keyless = ModelServerCheck.report(status: 401, body: [], of: server)
        let nameless = ModelServerCheck.report(status: 200, body: Array(#"{"data":[{"id":"a"}]}"#.utf8), of: server)

        #expect(keyless.findings.first?.contains("wants a key") == true)
        #expect(nameless.findings.last?.contains("Choose one") == true && !nameless.isWell)
    }

    @Test func `says what to look at when nothing answers`() {
        let check = ModelServerCheck.report(
            failure: .unreachable(reason: "connection refused"),
            of: ModelServer(form: .openai, address: "http://127.0.0.1:9/v1", model: "small")
        )

        #expect(check.findings.first?.contains("connection refused") == true && !check.isWell)
    }
}
