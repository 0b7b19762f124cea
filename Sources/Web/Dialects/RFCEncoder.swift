package import Chat
import Identifiers
import JSONValue

/// The rfc dialect: named events `message`, `error` and `complete`.
///
/// A message has its text and what that is: `token_count` (its length in Unicode scalars, as the dialect's first server
/// counted), `is_code` (inside a fenced block) and `is_link`. A piece of the model is split where these change and held
/// back while they are open, so they do not depend on how the text was cut (``TextMarker``). Each event carries an `id` by
/// which a reconnecting client goes on (``ReplyPosition``).
package struct RFCEncoder: EventEncoder {
    private var acceptance: Acceptance?
    private var marker = TextMarker()
    /// The number of the model call, for the client's own count of attempts.
    private static let attempt = 1

    package init() {}

    package static let dialect = Dialect(name: "rfc") { RFCEncoder() }

    package mutating func encode(_ event: Event, number: Int?) -> [UInt8] {
        switch event {
        case .accepted(let acceptance):
            self.acceptance = acceptance
            return []
        case .text(let piece):
            return self.frames(self.marker.take(piece).map(message), number)
        case .completed(let completion):
            let data: JSON = ["finish_reason": .string(completion.finishReason.rawValue)]
            return self.ending("complete", self.withID(data), number)
        case .stopped:
            return self.ending("complete", self.withID(["finish_reason": "stop", "cancelled": true]), number)
        case .failed(let failure):
            return self.ending("error", error(failure.kind == .server ? "server" : "llm", failure.message), number)
        case .interrupted:
            return self.ending("error", error("server", interruptedSentence), number)
        case .routed, .status, .reasoning, .toolCall, .toolResult, .onboarding, .title, .notice, .source, .file,
            .reset:
            return []
        }
    }

    private typealias NamedData = (name: String, data: JSON)

    private mutating func ending(_ name: String, _ data: JSON, _ number: Int?) -> [UInt8] {
        self.frames(self.marker.finish().map(message) + [(name, data)], number)
    }

    private func frames(_ events: [NamedData], _ number: Int?) -> [UInt8] {
        let ids = ReplyPosition.ids(of: self.acceptance?.message, event: number, frames: events.count)
        return zip(events, ids).flatMap { event, id in frame(event.data, event: event.name, id: id) }
    }

    private func withID(_ data: JSON) -> JSON {
        guard let acceptance, var members = data.object else { return data }
        members["stream_id"] = .string(acceptance.message.rawValue)
        return .object(members)
    }

    private func message(_ text: TextMarker.Marked) -> NamedData {
        let metadata: JSON = [
            "token_count": .number(JSON.Number(text.text.unicodeScalars.count)),
            "is_code": .bool(text.kind == .code),
            "is_link": .bool(text.kind == .link),
        ]
        return ("message", ["content": .string(text.text), "metadata": metadata])
    }

    private func error(_ type: String, _ message: String) -> JSON {
        [
            "error": [
                "type": .string(type), "message": .string(message), "attempt": .number(JSON.Number(Self.attempt)),
            ]
        ]
    }
}
