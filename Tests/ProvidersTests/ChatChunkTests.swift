import Chat
import JSONValue
import Testing

@testable import Providers

@Suite struct `A chunk of an OpenAI-compatible stream` {
    @Test(
        arguments: [
            // The form as OpenAI documents it.
            (
                #"{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}"#,
                ChatChunk(role: "assistant")
            ),
            (
                #"{"choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}],"usage":null}"#,
                ChatChunk(text: "Hel")
            ),
            (#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#, ChatChunk(finishReason: "stop")),
            (
                #"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":11,"total_tokens":18}}"#,
                ChatChunk(usage: Usage(inputTokens: 7, outputTokens: 11))
            ),
            (#"{"choices":[{"delta":{"content":"x"}}],"obfuscation":"k3jd9"}"#, ChatChunk(text: "x")),

            // Chunks that are nearly empty.
            (#"{"id":"","model":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}"#, ChatChunk()),
            (#"{"choices":[{"index":0,"finish_reason":null,"content_filter_offsets":{}}]}"#, ChatChunk()),
            (#"{"choices":[{"index":0,"delta":null}]}"#, ChatChunk()), (#"{"choices":null}"#, ChatChunk()),
            (#"{"choices":[null]}"#, ChatChunk()), (#"{"type":"keepalive"}"#, ChatChunk()), ("{}", ChatChunk()),
            (#"{"choices":[{"delta":{"content":null,"role":null}}]}"#, ChatChunk()),
            (#"{"choices":[{"delta":{"content":"a"},"finish_reason":""}]}"#, ChatChunk(text: "a")),

            // Several choices: the first counts, by its index.
            (
                #"{"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"yes"}}]}"#,
                ChatChunk(text: "yes")
            ),
            (#"{"choices":[{"index":1,"delta":{"content":"no"}}]}"#, ChatChunk()),

            // Perplexity repeats the message so far beside the delta; a whole reply has the message alone.
            (#"{"choices":[{"delta":{"content":"b"},"message":{"content":"ab"}}]}"#, ChatChunk(text: "b")),
            (
                #"{"choices":[{"message":{"role":"assistant","content":"ab"},"finish_reason":"stop"}]}"#,
                ChatChunk(role: "assistant", text: "ab", finishReason: "stop")
            ),

            // Reasoning under all its names, and once when it comes under two.
            (
                #"{"choices":[{"delta":{"reasoning_content":"hm","content":null}}]}"#,
                ChatChunk(reasoning: "hm", kept: ["reasoning_content": "hm"])
            ),
            (#"{"choices":[{"delta":{"reasoning":"hm","reasoning_content":""}}]}"#, ChatChunk(reasoning: "hm")),
            (#"{"choices":[{"delta":{"reasoning_text":"hm"}}]}"#, ChatChunk(reasoning: "hm")),
            (
                #"{"choices":[{"delta":{"reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm"}]}}]}"#,
                ChatChunk(reasoning: "hm", kept: ["reasoning_details": [["type": "reasoning.text", "text": "hm"]]])
            ),
            (
                #"{"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.summary","summary":"s"},{"data":"enc"}]}}]}"#,
                ChatChunk(
                    reasoning: "s",
                    kept: ["reasoning_details": [["type": "reasoning.summary", "summary": "s"], ["data": "enc"]]]
                )
            ),
            (
                #"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"a"}]}}]}"#,
                ChatChunk(text: "a", reasoning: "hm")
            ),
            (
                #"{"choices":[{"delta":{"content":[{"type":"reference","reference_ids":[1]},{"type":"text","text":"b"}]}}]}"#,
                ChatChunk(text: "b")
            ),

            // Tool calls.
            (
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]}}]}"#,
                ChatChunk(toolCalls: [.init(index: 0, id: "c1", name: "f")])
            ),
            (
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}}]}"#,
                ChatChunk(toolCalls: [.init(index: 0, arguments: #"{"a":"#)])
            ),
            (
                #"{"choices":[{"delta":{"tool_calls":[{"id":"","function":{"name":"f","arguments":{"a":1}}}]}}]}"#,
                ChatChunk(toolCalls: [.init(name: "f", arguments: #"{"a":1}"#)])
            ),
            (
                #"{"choices":[{"delta":{"tool_calls":[{"index":null,"id":"x","function":{"name":"f"}}]}}]}"#,
                ChatChunk(toolCalls: [.init(id: "x", name: "f")])
            ),
            (
                #"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"x","type":"builtin_function","function":{"name":"f"},"extra_content":{"google":{}}}]}}]}"#,
                ChatChunk(toolCalls: [.init(index: 1, id: "x", name: "f", extra: ["google": [:]])])
            ),
            (
                #"{"choices":[{"delta":{"function_call":{"name":"f","arguments":"{}"}}}]}"#,
                ChatChunk(toolCalls: [.init(index: 0, name: "f", arguments: "{}")])
            ),

            // Finish reasons are handed on as they are.
            (
                #"{"choices":[{"delta":{},"finish_reason":"insufficient_system_resource"}]}"#,
                ChatChunk(finishReason: "insufficient_system_resource")
            ),
            (
                #"{"choices":[{"delta":{"content":"end"},"finish_reason":"length"}]}"#,
                ChatChunk(text: "end", finishReason: "length")
            ),

            // Usage in odd places.
            (
                #"{"choices":[],"x_groq":{"id":"r","usage":{"prompt_tokens":1,"completion_tokens":2}}}"#,
                ChatChunk(usage: Usage(inputTokens: 1, outputTokens: 2))
            ),
            (
                #"{"choices":[{"delta":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#,
                ChatChunk(finishReason: "stop", usage: Usage(inputTokens: 3, outputTokens: 4))
            ),
            (#"{"choices":[],"usage":{"total_tokens":3}}"#, ChatChunk()),

            // Errors inside a reply whose status is 200.
            (
                #"{"error":{"message":"Overloaded","type":"server_error","code":502}}"#,
                ChatChunk(error: .init(message: "Overloaded", code: "502"))
            ),
            (#"{"error":{"message":"m","type":"server_error","code":null}}"#, ChatChunk(error: .init(message: "m"))),
            (
                #"{"error":{"message":"m","type":"server_error"}}"#,
                ChatChunk(error: .init(message: "m", code: "server_error"))
            ),
            (#"{"error":"plain words"}"#, ChatChunk(error: .init(message: "plain words"))),
            (#"{"error":null,"choices":[{"delta":{"content":"fine"}}]}"#, ChatChunk(text: "fine")),
            (
                #"{"object":"error","message":"vLLM says no","code":400}"#,
                ChatChunk(error: .init(message: "vLLM says no", code: "400"))
            ),
            (
                #"{"choices":[{"delta":{"content":""},"finish_reason":"error","error":{"code":429,"message":"slow down"}}]}"#,
                ChatChunk(finishReason: "error", error: .init(message: "slow down", code: "429"))
            ),
            (
                #"{"choices":[{"delta":{},"finish_reason":"error"}]}"#,
                ChatChunk(finishReason: "error", error: .init(message: "no reason given"))
            ),
        ] as [(String, ChatChunk)]
    )
    func `is understood in every server's way of writing it`(text: String, expected: ChatChunk) throws {
        #expect(try DeltaScanner.chunk(text) == expected)
        #expect(ChatChunk(try JSON(parsing: text)) == expected)
    }
}
