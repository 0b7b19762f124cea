// Asks Shuren and prints the reply as it comes, however often the connection breaks.
//
//   swiftc -swift-version 6 -parse-as-library Docs/Examples/ask.swift -o ask && SHUREN_KEY=… ./ask "Should I run today?"
//
// Needs Foundation and nothing else. SHUREN_URL is http://127.0.0.1:8080 unless it is set.

import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What one connection brings.
enum Arrival: Sendable {
    case head(status: Int, retryAfter: Double)
    case bytes(Data)
    case end(problem: String?)
}

/// Hands on what a session's tasks bring, in order.
///
/// `@unchecked`: the session calls it on its own serial queue, and the continuation is safe to use from anywhere.
final class Receiver: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private let continuation: AsyncStream<Arrival>.Continuation

    init(_ continuation: AsyncStream<Arrival>.Continuation) {
        self.continuation = continuation
    }

    func urlSession(
        _ session: URLSession,
        dataTask: URLSessionDataTask,
        didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        let http = response as? HTTPURLResponse
        let wait = http?.value(forHTTPHeaderField: "Retry-After").flatMap(Double.init)
        self.continuation.yield(.head(status: http?.statusCode ?? 0, retryAfter: wait ?? 1))
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        self.continuation.yield(.bytes(data))
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        self.continuation.yield(.end(problem: error.map { $0.localizedDescription }))
        self.continuation.finish()
    }
}

/// Opens a connection; what comes of it ends with `end`.
func arrivals(of request: URLRequest) -> AsyncStream<Arrival> {
    AsyncStream { continuation in
        let session = URLSession(configuration: .ephemeral, delegate: Receiver(continuation), delegateQueue: nil)
        let task = session.dataTask(with: request)
        continuation.onTermination = { _ in
            task.cancel()
            session.invalidateAndCancel()
        }
        task.resume()
    }
}

/// One event of a stream (WHATWG HTML, section 9.2).
struct Event {
    var name = "message"
    var id: String?
    var data = ""

    init(_ text: Substring) {
        for line in text.split(separator: "\n") {
            let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count > 1 ? String(halves[1].drop { $0 == " " }) : ""
            switch halves[0] {
            case "event": self.name = value
            case "id": self.id = value
            case "data": self.data += value
            default: break
            }
        }
    }
}

/// What the data of an unnamed event says.
struct Piece: Decodable {
    let chunk: String?
    let done: Bool?
    let error: String?
}

/// What trying again does not help.
struct Refusal: Error {
    let reason: String
}

/// Asks, and hands out the pieces of the reply.
func ask(_ text: String, attempts: Int = 20, each: @Sendable (String) -> Void) async throws {
    let environment = ProcessInfo.processInfo.environment
    guard let key = environment["SHUREN_KEY"],
        var address = URLComponents(
            string: (environment["SHUREN_URL"] ?? "http://127.0.0.1:8080") + "/api/v1/chat/stream"
        )
    else { throw Refusal(reason: "SHUREN_KEY must be a key, and SHUREN_URL an address.") }
    // Made here and the same in every attempt: so the reply is written once, whatever happens on the way.
    address.queryItems = [
        URLQueryItem(name: "message", value: text), URLQueryItem(name: "message_id", value: UUID().uuidString),
        URLQueryItem(name: "events", value: "all"),
    ]
    // A plus is a space to the server, and URLComponents leaves it as it is.
    address.percentEncodedQuery = address.percentEncodedQuery?.replacingOccurrences(of: "+", with: "%2B")
    guard let url = address.url else { throw Refusal(reason: "SHUREN_URL must be an address.") }
    var last = "0"
    for _ in 1...attempts {
        var request = URLRequest(url: url, timeoutInterval: 60)
        request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
        request.setValue(last, forHTTPHeaderField: "Last-Event-ID")
        var (status, pause, rest) = (0, 1.0, Data())
        for await arrival in arrivals(of: request) {
            switch arrival {
            case .head(let code, let retryAfter): (status, pause) = (code, retryAfter)
            case .bytes(let bytes) where status == 200:
                rest += bytes
                while let end = rest.range(of: Data("\n\n".utf8)) {
                    let event = Event(String(decoding: rest[..<end.lowerBound], as: UTF8.self)[...])
                    rest = Data(rest[end.upperBound...])
                    last = event.id ?? last
                    guard event.name == "message", !event.data.isEmpty else { continue }
                    let piece = try JSONDecoder().decode(Piece.self, from: Data(event.data.utf8))
                    if let error = piece.error { throw Refusal(reason: error) }
                    if piece.done != nil { return }
                    each(piece.chunk ?? "")
                }
            case .bytes(let bytes): rest += bytes
            case .end(let problem):
                guard [0, 200, 429, 503].contains(status) else {
                    throw Refusal(reason: String(decoding: rest, as: UTF8.self))
                }
                write("[\(problem ?? "cut off"); going on behind event \(last)]\n", to: .standardError)
            }
        }
        try await Task.sleep(for: .seconds(pause))
    }
    throw Refusal(reason: "The reply does not come.")
}

func write(_ text: String, to file: FileHandle) {
    file.write(Data(text.utf8))
}

@main struct Main {
    static func main() async throws {
        do {
            try await ask(CommandLine.arguments.dropFirst().first ?? "") { write($0, to: .standardOutput) }
            write("\n", to: .standardOutput)
        } catch let refusal as Refusal {
            write(refusal.reason + "\n", to: .standardError)
            exit(1)
        }
    }
}
