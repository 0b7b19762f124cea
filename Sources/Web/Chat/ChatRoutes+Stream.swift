import Accounts
import Chat
import HTTPServer
import HTTPTypes

extension ChatRoutes {
    /// Shows a reply as it grows; starts it when nobody has yet.
    func getStream(_ request: RoutedRequest, _ kind: Occasion.Kind = .chat) async throws -> HTTPResponse {
        let events = request.query["events"]
        guard events == nil || events == "all" else { throw WebError.badRequest("events must be \"all\".") }
        let isExtended = events == "all"
        let after = try resumePoint(of: request)
        let wish = try await self.replies.wish(of: request, text: request.query["message"], kind: kind)
        if isExtended {
            let attachment = try await self.replies.attachment(of: wish, on: request.peer.executor)
            return try await self.replies.show(attachment, to: wish.caller, in: Self.extended, after: after)
        }
        if self.served.contains(wish.token) { return HTTPResponse(.noContent) }
        let attachment = try await self.replies.attachment(of: wish, on: request.peer.executor)
        return try await self.replies.show(attachment, to: wish.caller, in: Self.plain) {
            self.served.insert(wish.token)
        }
    }

    private static let plain = StreamForm(ChatEncoder.plain)
    private static let extended = StreamForm(ChatEncoder.extended, beats: true)
}

/// From which event on a viewer wants to see: the header wins, because an EventSource repeats its first URL.
private func resumePoint(of request: RoutedRequest) throws -> Int {
    guard let text = request.http.fields["Last-Event-ID"] ?? request.query["after"] else { return 0 }
    guard let number = eventNumber(text) else {
        throw WebError.badRequest("The number of the last event is no number.")
    }
    return number
}

/// The number that a client says was its last: up to 18 ASCII digits and nothing else.
package func eventNumber(_ text: String) -> Int? {
    guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
}
