import Chat
import Testing

@testable import Providers

@Suite struct `What is confidential` {
    private static let secret = "I have not told anybody that I drink"
    private static let withheld = "(not shown, since it quotes the prompt)"

    @Test(
        arguments: [
            ("no such model", "no such model"), ("", ""),
            ("Incorrect API key provided: sk-key-1. Not sk-key-1!", "Incorrect API key provided: (key). Not (key)!"),
            ("bad: \(Self.secret)", Self.withheld), ("bad: …not told anybody that I dri…", Self.withheld),
            ("cannot read \"Ja\" in Jana", "cannot read \"Ja\" in Jana"), ("who is Jana?", Self.withheld),
            (String(repeating: "é", count: 400), String(repeating: "é", count: 150)),
            ("tool said 22.5 kg/m2 is your result", Self.withheld),
        ]
    )
    func `stays out of every error`(message: String, expected: String) {
        var prompt = Prompt(
            system: "Be kind and brief.",
            turns: [.init(role: .user, text: Self.secret), .init(role: .assistant, text: "who is Jana?")]
        )
        prompt.rounds = [
            ToolRound(
                text: "",
                calls: [ToolCall(id: "a", name: "f", arguments: "{}")],
                results: [.sample("a", .result("22.5 kg/m2 is your result"))]
            )
        ]
        let confidential = Confidential(key: "sk-key-1", prompt: prompt)

        for make in [
            { ProviderError.unreachable(reason: $0) }, { .broken(reason: $0) }, { .malformed(reason: $0) },
            { .failed(message: $0) }, { .rejected(status: 400, message: $0) },
        ] as [@Sendable (String) -> ProviderError] {
            #expect(confidential.removed(from: make(message)) == make(expected))
        }
    }

    @Test func `may also come from another program`() {
        let messages = #"[{"role":"user","content":[{"type":"text","text":"\#(Self.secret)"}]}]"#
        let prompt = Prompt(system: "", turns: [], relayed: .init(messages: messages, options: "{}"))

        let error = Confidential(key: nil, prompt: prompt).removed(from: .failed(message: "user: \(Self.secret)"))

        #expect(error == .failed(message: Self.withheld))
        #expect(
            Confidential(key: nil, prompt: prompt).removed(from: .failed(message: "user")) == .failed(message: "user")
        )
    }

    @Test func `has nothing to do with errors that quote nobody`() {
        let confidential = Confidential(key: "k", prompt: .sample)

        for error in [ProviderError.cancelled, .overloaded(status: 429, retryAfter: .seconds(1))] {
            #expect(confidential.removed(from: error) == error)
        }
    }
}
