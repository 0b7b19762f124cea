import Testing

@testable import Chat

@Suite struct `The meter of a reply` {
    private let prompt = Prompt(system: "1234", turns: [.init(role: .user, text: "56789")])

    @Test func `estimates by size until the provider has counted, and then believes it`() {
        var meter = TokenMeter()
        meter.asks(self.prompt)
        meter.wrote(3)
        #expect(meter.usage == Usage(inputTokens: 3, outputTokens: 1))

        meter.count(Usage(inputTokens: 7, outputTokens: 2))
        #expect(meter.usage == Usage(inputTokens: 7, outputTokens: 2))
    }

    @Test func `bills the calls before the one that was cut, and what came of that`() {
        var meter = TokenMeter()
        meter.asks(self.prompt)
        meter.count(Usage(inputTokens: 100, outputTokens: 20))
        var second = self.prompt
        let call = ToolCall(id: "1", name: "clock", arguments: "{}")
        let result = ToolResult(id: "1", name: "clock", outcome: .result("\"noon\""), duration: .zero)
        second.rounds = [ToolRound(text: "Let me see. ", calls: [call], results: [result])]
        meter.asks(second)
        meter.wrote(8)

        // 9 bytes of the prompt, 12 of text, 7 of the call, 6 of its result: 34, which are 9 tokens at most.
        #expect(meter.bill == Usage(inputTokens: 109, outputTokens: 22))
    }

    @Test func `bills nothing for a call that brought nothing`() {
        var meter = TokenMeter()
        meter.asks(self.prompt)
        #expect(meter.bill == Usage(inputTokens: 0, outputTokens: 0))

        meter.count(Usage(inputTokens: 5, outputTokens: 1))
        meter.asks(self.prompt)
        #expect(meter.bill == Usage(inputTokens: 5, outputTokens: 1))
    }
}
