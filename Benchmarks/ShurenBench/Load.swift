import CLinux
import EventLoop
import HTTPClient
import HTTPTypes

/// Many readers at once: each opens one stream, reads it to its end, and notes when each piece arrived.
struct Load {
    private let client: HTTPClient
    private let loop: EventLoop
    private let options: Options
    private let streams: Int
    private let expected: Int
    private let ramp: Duration

    /// `--url` (`{i}` becomes the stream's number), `--streams`, `--pieces` expected of each, `--ramp-ms` over which they
    /// begin; `--body` makes it a POST, `--bearer` is sent as a token.
    init(_ options: Options, on loop: EventLoop) throws {
        self.client = HTTPClient(loop: loop)
        self.loop = loop
        self.options = options
        self.streams = try options.number("streams")
        self.expected = try options.number("pieces")
        self.ramp = .milliseconds(try options.number("ramp-ms"))
        _ = try options.text("url")
    }

    /// Prints one line of JSON: streams that were complete, pieces, and times in milliseconds.
    func run() async throws {
        let begin = ContinuousClock.now
        let total = await withTaskGroup { group in
            for number in 0..<self.streams {
                group.addTask {
                    let start = begin + self.ramp * number / self.streams
                    // Nobody cancels these.
                    try? await ContinuousClock().sleep(until: start)
                    return await self.read(number)
                }
            }
            return await group.reduce(into: Outcome()) { $0.merge($1) }
        }
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        say(
            """
            {"streams": \(self.streams), "complete": \(total.complete), "pieces": \(total.delays.count), \
            "seconds": \(seconds), "first": \(total.firsts.summary), "delay": \(total.delays.summary)}
            """
        )
    }

    /// What became of one stream.
    private func read(_ number: Int) async -> Outcome {
        let reading = Reading(on: self.loop, since: linux_monotonic_nanoseconds())
        do {
            let response = try await self.client.send(try self.request(number)) { _, bytes in
                reading.assumeIsolated { $0.take(bytes) }
                return .more
            }
            var outcome = await reading.outcome
            let isComplete = response.status.code == 200 && outcome.delays.count == self.expected
            outcome.complete = isComplete ? 1 : 0
            return outcome
        } catch {
            say("# stream \(number): \(error)")
            return await reading.outcome
        }
    }

    private func request(_ number: Int) throws -> HTTPClientRequest {
        let url = try self.options.text("url").split(separator: "{i}", omittingEmptySubsequences: false)
        var request = HTTPClientRequest(url: url.joined(separator: String(number)))
        if self.options.has("bearer") {
            request.fields.append("Authorization", "Bearer \(try self.options.text("bearer"))")
        }
        if self.options.has("body") {
            request.method = .post
            request.fields.append("Content-Type", "application/json")
            request.body = Array(try self.options.text("body").utf8)
        }
        return request
    }
}

/// What one stream or many came to.
private struct Outcome: Sendable {
    /// Streams that had every piece and their proper end.
    var complete = 0
    /// From the model's write to the reader's read, of every piece.
    var delays = Histogram()
    /// From the request to the first piece.
    var firsts = Histogram()

    mutating func merge(_ other: Outcome) {
        self.complete += other.complete
        self.delays.merge(other.delays)
        self.firsts.merge(other.firsts)
    }
}

/// One stream as its bytes come: finds the stamps, however they are cut.
private actor Reading {
    private nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.loop.asUnownedSerialExecutor() }

    private let began: UInt64
    private(set) var outcome = Outcome()
    /// How much of `<t=` has come, then the digits so far.
    private var matched = 0
    private var stamp: UInt64 = 0

    init(on loop: EventLoop, since began: UInt64) {
        self.loop = loop
        self.began = began
    }

    func take(_ bytes: Span<UInt8>) {
        let now = linux_monotonic_nanoseconds()
        for index in bytes.indices { self.take(bytes[index], at: now) }
    }

    private func take(_ byte: UInt8, at now: UInt64) {
        switch (self.matched, byte) {
        case (_, UInt8(ascii: "<")): self.matched = 1
        case (1, UInt8(ascii: "t")): self.matched = 2
        case (2, UInt8(ascii: "=")): (self.matched, self.stamp) = (3, 0)
        case (3, UInt8(ascii: "0")...UInt8(ascii: "9")): self.stamp = self.stamp * 10 + UInt64(byte - 0x30)
        case (3, _):
            self.matched = 0
            if self.outcome.delays.count == 0 { self.outcome.firsts.add(now - self.began) }
            self.outcome.delays.add(now > self.stamp ? now - self.stamp : 0)
        default: self.matched = 0
        }
    }
}
