import Chat
import Identifiers

/// How far a client has followed a reply, as the `id` lines of the agent and rfc dialects say it.
///
/// `MESSAGE/7` is the end of event 7 of the reply to that message; where an event makes several frames, `MESSAGE/7.2` is
/// its second one. So a client that was cut off between two frames of one event gets each of them once.
struct ReplyPosition: Sendable, Equatable {
    let message: Message.ID
    /// The last event that was seen whole.
    let event: Int
    /// How many frames of the next event were seen.
    let frames: Int

    init(message: Message.ID, event: Int, frames: Int = 0) {
        self.message = message
        self.event = event
        self.frames = frames
    }

    /// Reads an `id`; `nil` for anything that we do not write.
    init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let message = Message.ID(rawValue: String(halves[0])) else { return nil }
        let numbers = halves[1].split(separator: ".", omittingEmptySubsequences: false).map { eventNumber(String($0)) }
        switch (numbers.count, numbers.first, numbers.last) {
        case (1, let event??, _): self.init(message: message, event: event)
        case (2, let event??, let frames??) where event > 0 && frames > 0:
            self.init(message: message, event: event - 1, frames: frames)
        default: return nil
        }
    }

    /// The `id` lines of the frames that one event makes.
    static func ids(of message: Message.ID?, event number: Int?, frames count: Int) -> [String?] {
        guard let message, let number else { return Array(repeating: nil, count: count) }
        return (0..<count).map { index in
            index == count - 1 ? "\(message)/\(number)" : "\(message)/\(number).\(index + 1)"
        }
    }
}
