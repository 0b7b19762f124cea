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
        let check = ModelServerCheck(
            status: status,
            body: Array(body.utf8),
            "http://model.example/v1",
            "sk-secret",
            "small"
        )

        #expect(check.isWell == isWell)
        #expect(check.findings.contains { $0.contains(part) })
        #expect(!check.findings.contains { $0.contains("sk-secret") })
    }

    @Test func `asks for a key where none is given, and for a model where none is named`() {
        let keyless = ModelServerCheck(status: 401, body: [], "http://model.example/v1", nil, nil)
        let nameless = ModelServerCheck(
            status: 200,
            body: Array(#"{"data":[{"id":"a"}]}"#.utf8),
            "http://m/v1",
            nil,
            nil
        )

        #expect(keyless.findings.first?.contains("LLM_API_KEY_FILE") == true)
        #expect(nameless.findings.last?.contains("LLM_MODEL") == true && !nameless.isWell)
    }

    @Test func `says what to look at when nothing answers`() {
        let check = ModelServerCheck(failure: .unreachable(reason: "connection refused"), "http://127.0.0.1:9/v1")

        #expect(check.findings.first?.contains("connection refused") == true && !check.isWell)
    }
}
