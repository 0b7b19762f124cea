import Checkup
import HTTPClient
import HTTPTypes
import JSONValue
import Observability
import ServerSentEvents
import Synchronization

/// Makes the requests by which the way to a server is measured.
struct Prober: Sendable {
    private typealias Refusal = Observations.RefusalError

    let origin: Origin
    let code: String
    let authorities: String?
    let client: HTTPClient
    let time: TimeSource

    /// What is sent as if a browser went on with a stream.
    private static let eventID = "41"
    /// An address for documentation (RFC 5737), which nobody has.
    private static let madeUpAddress = "203.0.113.77"
    /// A little more than the 15 s after which the server breaks a silence.
    private static let usualSilence = 17
    private static let events = 15
    /// The largest body that the server takes.
    private static let bodySize = 1024 * 1024
    private static let patience = Duration.seconds(20)

    /// Everything that can be observed, and the name of the proxy where it says one.
    func observe(silence: Int?) async -> (Observations, program: String?) {
        let (mirror, program) = await self.mirror()
        var observations = Observations(
            origin: self.origin,
            sentEventID: Self.eventID,
            madeUpAddress: Self.madeUpAddress,
            mirror: mirror
        )
        guard case .success = mirror else { return (observations, program) }
        async let stream = self.stream()
        async let keptAlive = self.silence(seconds: Self.usualSilence, beats: true)
        async let upload = self.upload()
        async let strictTransport = self.strictTransport()
        if let silence { observations.silent = await self.silence(seconds: silence, beats: false) }
        observations.stream = await stream
        observations.keptAlive = await keptAlive
        observations.upload = await upload
        observations.strictTransport = await strictTransport
        return (observations, program)
    }

    // MARK: The requests

    private func mirror() async -> (Result<Observations.Mirror, Refusal>, program: String?) {
        let fields: HTTPFields = ["Last-Event-ID": Self.eventID, "X-Forwarded-For": Self.madeUpAddress]
        let (response, recording) = await self.send("/api/v1/admin/probe", fields: fields)
        let program = [response?.fields["Server"], response?.fields["Via"]].compactMap { $0?.lowercased() }
            .compactMap { text in ["nginx", "caddy", "traefik"].first(where: text.contains) }.first
        do throws(Refusal) {
            let json = try self.json(response, recording)
            var mirror = Observations.Mirror()
            mirror.host = json["host"]?.string ?? ""
            mirror.lastEventID = json["last_event_id"]?.string
            mirror.forwardedFor = json["forwarded_for"]?.string
            mirror.peer = json["peer"]?.string ?? ""
            mirror.isTrusted = json["peer_is_trusted"]?.bool ?? false
            mirror.client = json["client"]?.string ?? ""
            mirror.isSecure = json["is_secure"]?.bool ?? false
            mirror.publicURL = json["public_url"]?.string
            return (.success(mirror), program)
        } catch {
            return (.failure(error), program)
        }
    }

    /// As a browser asks, and once more without compression when that was applied, since the pace cannot be read then.
    private func stream() async -> Result<Observations.Stream, Refusal> {
        let first = await self.stream(accepting: "gzip, deflate, br, zstd")
        guard case .success(let compressed) = first, let coding = compressed.contentEncoding else { return first }
        guard case .success(var plain) = await self.stream(accepting: "identity") else { return first }
        plain.contentEncoding = coding
        return .success(plain)
    }

    private func stream(accepting codings: String) async -> Result<Observations.Stream, Refusal> {
        let fields: HTTPFields = ["Accept": "text/event-stream", "Accept-Encoding": codings]
        let (response, recording) = await self.send("/api/v1/admin/probe/stream?events=\(Self.events)", fields: fields)
        guard let response, response.status == .ok else { return .failure(Refusal(refusal(response, recording))) }
        var stream = Observations.Stream()
        stream.httpVersion = response.version
        stream.contentType = response.fields["Content-Type"]
        stream.cacheControl = response.fields["Cache-Control"]
        stream.contentEncoding = response.fields["Content-Encoding"]
        stream.firstByte = recording.firstByte
        stream.expected = Self.events
        stream.arrivals = Arrivals(recording.ticks)
        return .success(stream)
    }

    private func silence(seconds: Int, beats: Bool) async -> Observations.Silence {
        let path = "/api/v1/admin/probe/stream?events=0&silence_s=\(seconds)&beats=\(beats)"
        let fields: HTTPFields = ["Accept": "text/event-stream"]
        let start = self.time.elapsed()
        let (_, recording) = await self.send(path, fields: fields, patience: .seconds(seconds) + Self.patience)
        return Observations.Silence(
            wanted: .seconds(seconds),
            lasted: self.time.elapsed() - start,
            isWhole: recording.isWhole
        )
    }

    private func upload() async -> Observations.Upload {
        let frame = #"{"": ""}"#
        let body =
            Array(#"{"": ""#.utf8) + Array(repeating: UInt8(ascii: "x"), count: Self.bodySize - frame.utf8.count)
            + Array(#""}"#.utf8)
        let fields: HTTPFields = ["Content-Type": "application/json", "Origin": "\(self.origin)"]
        let (response, recording) = await self.send("/api/v1/admin/probe", .post, fields: fields, body: body)
        do throws(Refusal) {
            let json = try self.json(response, recording)
            return Observations.Upload(bytes: body.count, outcome: .success(json["bytes"]?.int ?? 0))
        } catch {
            return Observations.Upload(bytes: body.count, outcome: .failure(error))
        }
    }

    private func strictTransport() async -> String? {
        await self.send("/").0?.fields["Strict-Transport-Security"]
    }

    // MARK: Sending

    private func send(
        _ path: String,
        _ method: HTTPMethod = .get,
        fields: HTTPFields = [:],
        body: [UInt8] = [],
        patience: Duration = Self.patience
    ) async -> (HTTPClientResponse?, Recording) {
        var request = HTTPClientRequest(method: method, url: "\(self.origin)\(path)", fields: fields, body: body)
        request.fields.append("User-Agent", "shuren-doctor")
        request.fields.append("Shuren-Probe", self.code)
        request.allowsHTTP2 = true
        request.authorities = self.authorities
        let recorder = Recorder(since: self.time)
        let sent = request
        let outcome = await withTaskGroup(of: Result<HTTPClientResponse, HTTPClientError>?.self) { group in
            group.addTask {
                do throws(HTTPClientError) {
                    return .success(try await self.client.send(sent) { recorder.take($0, $1) })
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                // A cancelled sleep means that the server was faster.
                try? await self.time.sleep(patience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        var recording = recorder.recording
        switch outcome {
        case .success(let response): return (response, recording)
        case .failure(let error): recording.failure = error.sentence
        case nil: recording.failure = "no end came within \(Int(patience.inSeconds)) s"
        }
        return (recording.head, recording)
    }

    private func json(_ response: HTTPClientResponse?, _ recording: Recording) throws(Refusal) -> JSON {
        guard let response, response.status == .ok, let json = try? JSON(parsing: recording.body), json.object != nil
        else { throw Refusal(refusal(response, recording)) }
        return json
    }
}

/// Why an answer is not the one that was asked for; the server's own errors have a code.
private func refusal(_ response: HTTPClientResponse?, _ recording: Recording) -> Observations.Refusal {
    guard let response else { return .noAnswer(reason: recording.failure ?? "nothing came") }
    let json = try? JSON(parsing: recording.body)  // what is no JSON is not ours
    return .answer(status: response.status.code, code: json?["error"]?["code"]?.string)
}

/// What came of one answer.
struct Recording: Sendable {
    var head: HTTPClientResponse?
    var firstByte: Duration?
    /// The beginning of the body.
    var body: [UInt8] = []
    var ticks: [Arrivals.Event] = []
    /// Whether the stream ended as the server ends it.
    var isWhole = false
    var failure: String?
}

/// Takes an answer as it comes and notes when.
private final class Recorder: Sendable {
    private struct State {
        var recording = Recording()
        var decoder = ServerSentEventDecoder()
    }

    private static let kept = 64 * 1024

    private let time: TimeSource
    private let start: Duration
    private let state = Mutex(State())

    init(since time: TimeSource) {
        self.time = time
        self.start = time.elapsed()
    }

    var recording: Recording { self.state.withLock { $0.recording } }

    func take(_ head: HTTPClientResponse, _ bytes: Span<UInt8>) -> ReceiverDemand {
        let now = self.time.elapsed() - self.start
        let piece = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
        self.state.withLock { state in
            state.recording.head = head
            if state.recording.firstByte == nil { state.recording.firstByte = now }
            let room = max(0, Self.kept - state.recording.body.count)
            state.recording.body += piece.prefix(room)
            // What is compressed holds no events, and says so by its fields.
            for event in (try? state.decoder.feed(piece)) ?? [] {
                if event.name == "end" { state.recording.isWhole = true }
                guard event.name == "tick", let sent = (try? JSON(parsing: event.data))?["sent_ms"]?.int else {
                    continue
                }
                state.recording.ticks.append(Arrivals.Event(sent: .milliseconds(sent), came: now))
            }
        }
        return .more
    }
}

extension HTTPClientError {
    /// What happened, as the end of a sentence.
    fileprivate var sentence: String {
        switch self {
        case .unusable(let reason), .unreachable(let reason), .broken(let reason): reason
        case .forbidden(let address): "\(address) may not be connected to"
        case .aborted, .cancelled: "it was given up"
        }
    }
}
