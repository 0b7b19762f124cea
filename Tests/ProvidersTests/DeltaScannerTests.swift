import JSONValue
import TestSupport
import Testing

@testable import Providers

@Suite struct `The delta scanner` {
    @Test(arguments: [
        #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","system_fingerprint":null,"choices":[{"index":0,"delta":{"content":"a\n\"\\\u00e9\ud83d\ude00漢"},"logprobs":null,"finish_reason":null}],"usage":null}"#,
        #"{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}"#,
        #" { "choices" : [ { "delta" : { "content" : "x" , "tool_calls" : null } } ] } "#,
    ])
    func `reads the usual chunk in one pass`(text: String) throws {
        #expect(DeltaScanner.usualChunk(text) == ChatChunk(try JSON(parsing: text)))
    }

    @Test(arguments: [
        "", "[DONE]", "null", #"{"choices":[{"index":0,"delta":{"content":"oops"#,
        #"{"choices":[{"delta":{"content":"a"}}]}}"#,
        #"{"created":01}"#, "{\"choices\":[{\"delta\":{\"content\":\"\n\"}}]}",
        #"{"choices":[{"delta":{"content":"\x"}}]}"#,
        #"{"choices":[{"delta":{"content":"a"}},]}"#, #"{"id":"a",}"#,
    ])
    func `refuses what is no JSON, or says nothing about it`(text: String) {
        #expect(DeltaScanner.usualChunk(text) == nil)
    }

    @Test(arguments: Seeds.all)
    func `says what the full parser says about any chunk`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let text = randomChunk(using: &generator)

            let expected = (try? JSON(parsing: text, duplicateKeys: .keepLast)).map(ChatChunk.init)

            #expect((try? DeltaScanner.chunk(text)) == expected, "\(text)")
            if let usual = DeltaScanner.usualChunk(text) { #expect(usual == expected, "\(text)") }
        }
    }

    @Test func `is on its fast path in most random chunks that are usual`() {
        var generator = SeededGenerator(seed: 1)

        let usual = (0..<1000).count { _ in DeltaScanner.usualChunk(randomChunk(using: &generator)) != nil }

        #expect(usual > 100)
    }
}

@Suite struct `The shape that chunks of one reply share` {
    @Test(arguments: Seeds.all)
    func `changes nothing about what any of them says`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var template = DeltaTemplate()
        let shapes = [
            (#"{"id":"1","choices":[{"index":0,"delta":{"content":""#, #""},"finish_reason":null}]}"#),
            (#"{"choices":[{"delta":{"role":"assistant","content":""#, #""}}]}"#),
            (#"{"choices":[{"delta":{"content":"x","content":""#, #""}}]}"#),
            (#"{"choices":[{"delta":{"content":""#, #""}}],"error":"e"}"#),
        ]
        let insides = [
            "", "Hel", #"a\"b\\\n"#, #"\u00e9\ud83d\ude00\ud83d"#, "漢😀", #"x"},{"content":"y"#, #"ends with \"#, #"\x"#,
            #""}}]}"#, "\u{1}", "a\nb",
        ]
        for _ in 0..<50 {
            let shape = shapes.randomElement(using: &generator) ?? ("", "")
            let inside = insides.randomElement(using: &generator) ?? ""
            let text = Bool.random(using: &generator) ? shape.0 + inside + shape.1 : randomChunk(using: &generator)

            let expected = (try? JSON(parsing: text, duplicateKeys: .keepLast)).map(ChatChunk.init)

            #expect((try? template.chunk(text.utf8.span)) == expected, "\(text)")
        }
    }

    @Test func `is known after the first chunk and read without looking at the keys again`() throws {
        let before = #"{"id":"1","choices":[{"index":0,"delta":{"content":""#
        let after = #""},"finish_reason":null}]}"#
        var template = DeltaTemplate()
        _ = try template.chunk((before + "a" + after).utf8.span)

        #expect(template.text(of: (before + #"b\n"# + after).utf8.span) == "b\n")
        #expect(template.text(of: (before + #"b" "# + after).utf8.span) == nil)
        #expect(template.text(of: (before + "b" + after + " ").utf8.span) == nil)
    }
}

/// A chunk of members in random order, some twice, some strange, and now and then damaged.
private func randomChunk(using generator: inout SeededGenerator) -> String {
    func some(_ members: [String], _ most: Int) -> String {
        let space = ["", "", "", " ", "\n"].randomElement(using: &generator) ?? ""
        let count = Int.random(in: 0...most, using: &generator)
        let chosen = (0..<count).map { _ in members.randomElement(using: &generator) ?? "" }
        return "{" + chosen.joined(separator: "," + space) + space + "}"
    }
    let text = [
        #""""#, #""Hel""#, #""a\"b\\\n""#, #""\u00e9\ud83d\ude00\ud83d""#, "\"漢😀\"", "null", "1",
        #"[{"type":"text","text":"t"}]"#,
    ]
    let content = text.randomElement(using: &generator) ?? ""
    let delta = some(
        [
            "\"content\":\(content)", #""content":"x""#, #""role":"assistant""#, #""role":null"#, #""refusal":null"#,
            #""reasoning":null"#, #""reasoning_content":"r""#, #""tool_calls":null"#, #""tool_calls":[{"id":"c"}]"#,
            #""\u0063ontent":"y""#, #""other":{"a":[1]}"#,
        ],
        2
    )
    let choice = some(
        [
            "\"delta\":\(delta)", "\"delta\":\(delta)", #""index":0"#, #""index":1"#, #""finish_reason":null"#,
            #""finish_reason":"stop""#, #""logprobs":null"#, #""delta":null"#,
        ],
        3
    )
    let chunk = some(
        [
            "\"choices\":[\(choice)]", "\"choices\":[\(choice)]", "\"choices\":[\(choice),{}]", #""choices":[]"#,
            #""id":"x""#,
            #""object":"chat.completion.chunk""#, #""object":"error""#, #""created":1700000000"#, #""created":1.5e3"#,
            #""model":"m/\"x""#, #""model":"m""#, #""usage":null"#, #""usage":{"prompt_tokens":1}"#, #""error":"e""#,
        ],
        3
    )
    guard Int.random(in: 0..<8, using: &generator) == 0, !chunk.isEmpty else { return chunk }
    var bytes = Array(chunk.utf8)
    bytes[Int.random(in: bytes.indices, using: &generator)] =
        Array(#"{}[]",:\0 n"#.utf8).randomElement(using: &generator) ?? 0
    return String(decoding: bytes, as: UTF8.self)
}
