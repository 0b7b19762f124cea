import Checkup
import Testing

@Suite struct `What was observed through a proxy` {
    private func observations(_ url: String = "https://chat.example") throws -> Observations {
        var mirror = Observations.Mirror()
        mirror.host = try #require(Origin(url)).authority
        mirror.lastEventID = "41"
        mirror.forwardedFor = "203.0.113.77, 198.51.100.4"
        mirror.peer = "127.0.0.1"
        mirror.isTrusted = true
        mirror.client = "198.51.100.4"
        mirror.isSecure = url.hasPrefix("https")
        mirror.publicURL = url
        var observations = Observations(
            origin: try #require(Origin(url)),
            sentEventID: "41",
            madeUpAddress: "203.0.113.77",
            mirror: .success(mirror)
        )
        var stream = Observations.Stream()
        stream.httpVersion = "2"
        stream.contentType = "text/event-stream; charset=utf-8"
        stream.cacheControl = "no-cache, no-store, no-transform"
        stream.firstByte = .milliseconds(12)
        stream.expected = 15
        stream.arrivals = Arrivals(
            (0..<15).map { Arrivals.Event(sent: .milliseconds($0 * 200), came: .milliseconds($0 * 200 + 9)) }
        )
        observations.stream = .success(stream)
        observations.keptAlive = Observations.Silence(wanted: .seconds(17), lasted: .seconds(17), isWhole: true)
        observations.upload = Observations.Upload(bytes: 1 << 20, outcome: .success(1 << 20))
        observations.strictTransport = "max-age=31536000"
        return observations
    }

    private func changed(
        _ change: (inout Observations.Mirror, inout Observations.Stream) -> Void,
        _ rest: (inout Observations) -> Void = { _ in }
    ) throws -> [Finding] {
        var observations = try self.observations()
        var (mirror, stream) = (try observations.mirror.get(), try #require(try observations.stream?.get()))
        change(&mirror, &stream)
        observations.mirror = .success(mirror)
        observations.stream = .success(stream)
        rest(&observations)
        return observations.findings
    }

    /// The findings that are not good, by name.
    private func wrong(_ findings: [Finding]) -> [String: Finding.Verdict] {
        Dictionary(uniqueKeysWithValues: findings.filter { $0.verdict != .good }.map { ($0.name, $0.verdict) })
    }

    @Test func `is all well where the proxy is as the examples have it`() throws {
        let findings = try self.observations().findings
        #expect(self.wrong(findings) == [:])
        #expect(findings.allSatisfy { $0.advice == nil && !$0.measured.isEmpty })
        #expect(findings.count == 14)
    }

    @Test func `names what the proxy does to a request`() throws {
        #expect(self.wrong(try self.changed { mirror, _ in mirror.host = "127.0.0.1:8080" }) == ["host": .bad])
        #expect(self.wrong(try self.changed { mirror, _ in mirror.lastEventID = nil }) == ["last_event_id": .bad])
        #expect(self.wrong(try self.changed { mirror, _ in mirror.forwardedFor = nil }) == ["client_address": .bad])
        #expect(self.wrong(try self.changed { mirror, _ in mirror.isTrusted = false }) == ["client_address": .bad])
        #expect(self.wrong(try self.changed { mirror, _ in mirror.isSecure = false }) == ["https": .bad])
        #expect(
            self.wrong(try self.changed { mirror, _ in mirror.publicURL = "https://other.example" })
                == ["https": .attention]
        )
        let spoofed = try self.changed { mirror, _ in mirror.forwardedFor = "203.0.113.77" }
        #expect(self.wrong(spoofed) == ["client_address": .bad])
        #expect(spoofed.contains { $0.measured.contains("made up") })
    }

    @Test func `names what the proxy does to a stream`() throws {
        #expect(self.wrong(try self.changed { $1.contentEncoding = "gzip" }) == ["compression": .bad])
        #expect(self.wrong(try self.changed { $1.contentType = "text/html" }) == ["fields": .bad])
        #expect(self.wrong(try self.changed { $1.cacheControl = "public" }) == ["fields": .attention])
        #expect(self.wrong(try self.changed { $1.httpVersion = "1.1" }) == ["http_version": .attention])
        #expect(self.wrong(try self.changed { $1.firstByte = .seconds(2) }) == ["first_byte": .attention])
        #expect(self.wrong(try self.changed { $1.firstByte = nil }) == ["buffering": .bad])
        let atOnce = Arrivals((0..<15).map { Arrivals.Event(sent: .milliseconds($0 * 200), came: .seconds(3)) })
        #expect(self.wrong(try self.changed { $1.arrivals = atOnce }) == ["buffering": .bad])
        let lost = Arrivals([Arrivals.Event(sent: .zero, came: .zero)])
        #expect(self.wrong(try self.changed { $1.arrivals = lost }) == ["buffering": .bad])
    }

    @Test func `names limits of time and size`() throws {
        func wrong(_ change: (inout Observations) -> Void) throws -> [String: Finding.Verdict] {
            self.wrong(try self.changed({ _, _ in }, change))
        }
        let cut = Observations.Silence(wanted: .seconds(17), lasted: .seconds(5), isWhole: false)
        #expect(try wrong { $0.keptAlive = cut } == ["idle": .bad])
        #expect(try wrong { $0.silent = cut } == ["silence": .bad])
        let late = Observations.Silence(wanted: .seconds(75), lasted: .seconds(60), isWhole: false)
        #expect(try wrong { $0.silent = late } == [:])
        func upload(_ outcome: Result<Int, Observations.RefusalError>) -> Observations.Upload {
            Observations.Upload(bytes: 1 << 20, outcome: outcome)
        }
        let refused = Observations.RefusalError(.answer(status: 413, code: nil))
        #expect(try wrong { $0.upload = upload(.failure(refused)) } == ["body_size": .bad])
        #expect(try wrong { $0.upload = upload(.success(1024)) } == ["body_size": .bad])
        let foreign = Observations.RefusalError(.answer(status: 403, code: "cross_origin"))
        #expect(try wrong { $0.upload = upload(.failure(foreign)) } == ["origin": .bad])
        #expect(try wrong { $0.strictTransport = nil } == ["hsts": .attention])
    }

    @Test(arguments: [
        (Observations.Refusal.noAnswer(reason: "no name"), "reach", "cannot be reached: no name"),
        (.answer(status: 421, code: "unknown_host"), "host", "refuses the host"),
        (.answer(status: 401, code: "wrong_code"), "reach", "Another server"),
        (.answer(status: 502, code: nil), "reach", "Something else"),
        (.answer(status: 429, code: "too_many_requests"), "reach", "429 too_many_requests"),
    ])
    func `says in one finding why the server was not reached`(
        refusal: Observations.Refusal,
        name: String,
        words: String
    ) throws {
        var observations = try self.observations()
        observations.mirror = .failure(Observations.RefusalError(refusal))
        let findings = observations.findings
        #expect(findings.map(\.name) == [name])
        #expect(findings.verdict == .bad && findings[0].measured.contains(words) && findings[0].advice != nil)
    }

    @Test func `asks for attention only where http stays on this machine, and is bad elsewhere`() throws {
        #expect(self.wrong(try self.observations("http://127.0.0.1:8080").findings)["https"] == .attention)
        #expect(self.wrong(try self.observations("http://chat.example").findings)["https"] == .bad)
    }

    @Test func `has advice for all three proxies, with the operator's own names in it`() throws {
        let origin = try #require(Origin("https://talk.example:8443"))
        for (name, advice) in Advice.byName {
            let lines = advice.naming(origin, proxy: "10.0.0.2").lines
            #expect(Set(lines.map(\.program)).isSuperset(of: ["nginx", "caddy", "traefik"]), "\(name)")
            #expect(lines.allSatisfy { !$0.text.contains("chat.example") && !$0.text.isEmpty }, "\(name)")
        }
        let trusted = Advice.byName["client_address"]?.naming(origin, proxy: "10.0.0.2").lines
        #expect(trusted?.contains { $0.text == "TRUSTED_PROXIES=10.0.0.2" } == true)
    }
}

@Suite struct `An origin` {
    @Test(arguments: [
        ("https://chat.example", "https://chat.example"), ("https://Chat.Example:443/", "https://chat.example"),
        ("http://[::1]:8080", "http://[::1]:8080"), ("http://localhost:80", "http://localhost"),
    ])
    func `is read as browsers write it`(text: String, written: String) {
        #expect(Origin(text)?.description == written)
    }

    @Test(arguments: [
        "", "chat.example", "ftp://chat.example", "https://", "https://a/b", "https://a?b", "https://u@a",
        "https://a b",
        "https://:443",
    ])
    func `is nothing with a path, a name or no host`(text: String) {
        #expect(Origin(text) == nil)
    }

    @Test func `tells its host, and whether that is this machine`() {
        #expect(Origin("http://[::1]:8080")?.host == "[::1]" && Origin("http://[::1]")?.isLoopback == true)
        #expect(Origin("http://127.0.0.1:8080")?.isLoopback == true && Origin("http://10.0.0.1")?.isLoopback == false)
        #expect(Origin("https://chat.example:8443")?.host == "chat.example")
    }
}
