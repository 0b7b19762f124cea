import JSONValue
import ServerSentEvents

/// One event of an event stream whose data is JSON on one line, with a space after colon and comma.
///
/// JSON has no line ends of its own, so the data is one line whatever the texts in it hold.
func frame(_ data: JSON, event name: String? = nil, id: String? = nil) -> [UInt8] {
    var bytes: [UInt8] = []
    ServerSentEventEncoder.append(event: name, data: data.bytes(.spaced).span, id: id, to: &bytes)
    return bytes
}

/// The same without spaces, as the forms of OpenAI and of the AI SDK are written.
func compactFrame(_ data: JSON) -> [UInt8] {
    var bytes: [UInt8] = []
    ServerSentEventEncoder.append(data: data.bytes(.compact).span, to: &bytes)
    return bytes
}

/// What ends a stream in the forms of OpenAI and of the AI SDK.
let doneFrame = Array("data: [DONE]\n\n".utf8)

/// What follows the first `count` events of a stream's bytes.
func droppingFrames(_ count: Int, from bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes
    for _ in 0..<count {
        // Events end with an empty line, which is nowhere within one.
        guard let end = rest.indices.dropLast().first(where: { rest[$0] == 0x0A && rest[$0 + 1] == 0x0A }) else {
            return []
        }
        rest = rest[(end + 2)...]
    }
    return rest
}

/// JSON that a model or a tool wrote; what is none goes out as a string.
func written(_ text: String) -> JSON {
    (try? JSON(parsing: text)) ?? .string(text)  // a model may write anything; a string is always valid
}
