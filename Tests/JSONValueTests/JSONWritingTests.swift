import JSONValue
import TestSupport
import Testing

@Suite struct `Writing JSON` {
    @Test(arguments: [
        (JSON.Layout.compact, #"{"done":true,"agent_type":"diet","n":[1,null,2.5,{}]}"#),
        (.spaced, #"{"done": true, "agent_type": "diet", "n": [1, null, 2.5, {}]}"#),
    ])
    func `leaves no space or one after colon and comma`(layout: JSON.Layout, expected: String) {
        let value: JSON = ["done": true, "agent_type": "diet", "n": [1, nil, 2.5, [:]]]

        #expect(String(decoding: value.bytes(layout), as: UTF8.self) == expected)
    }

    @Test(arguments: [
        ("", #""""#), ("a/b", #""a/b""#), ("\"\\", #""\"\\""#), ("\r\n\t\u{8}\u{C}", #""\r\n\t\b\f""#),
        ("\u{0}\u{1F}\u{1B}", #""\u0000\u001f\u001b""#), ("é漢😀\u{2028}\u{7F}", "\"é漢😀\u{2028}\u{7F}\""),
        ("x\ny", #""x\ny""#),
    ])
    func `escapes quotes, backslashes and control characters only`(text: String, expected: String) {
        var bytes: [UInt8] = []

        appendJSONString(text, to: &bytes)

        #expect(String(decoding: bytes, as: UTF8.self) == expected)
        #expect(JSON.string(text).text == expected)
    }

    @Test(arguments: [
        (1.0, "1"), (-0.0, "-0"), (0.1, "0.1"), (1e300, "1e+300"), (Double.leastNonzeroMagnitude, "5e-324"),
        (1e16, "1e+16"),
    ])
    func `writes doubles so that they read back as they were`(value: Double, text: String) throws {
        let number = try #require(JSON.Number(value))

        #expect(number.text == text)
        #expect(number.double == value)
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func `has no text for what is not finite`(value: Double) {
        #expect(JSON.Number(value) == nil)
    }

    @Test(arguments: Seeds.all, JSON.Layout.allCases)
    func `reads back as the same value`(seed: UInt64, layout: JSON.Layout) throws {
        var generator = SeededGenerator(seed: seed)
        let value = JSON.random(using: &generator)

        let bytes = value.bytes(layout)
        let again = try JSON(parsing: bytes)

        #expect(again == value)
        #expect(again.bytes(layout) == bytes)
    }

    @Test func `keeps an object's order when members change`() {
        var object = JSON.Object([.init(key: "a", value: 1), .init(key: "b", value: 2)])

        object["a"] = 3
        object["c"] = 4
        object["b"] = nil

        #expect(JSON.object(object).text == #"{"a":3,"c":4}"#)
    }

    @Test(arguments: Seeds.all)
    func `finds the end of plain text where a look at each byte finds it`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            Int.random(in: 0..<12, using: &generator) == 0
                ? UInt8.random(in: 0...255, using: &generator)
                : [0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F, 0x80, 0xFF, 0xA2].randomElement(using: &generator) ?? 0x20
        }
        for start in 0...bytes.count {
            let expected = bytes[start...].firstIndex { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C } ?? bytes.count

            #expect(JSONText.endOfPlainText(in: bytes.span, from: start) == expected, "\(bytes)")
        }
    }
}
