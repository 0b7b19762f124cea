extension Observations {
    /// What the observations mean, in the order in which a request meets it.
    package var findings: [Finding] {
        guard case .success(let mirror) = self.mirror else { return [self.unreached] }
        var findings = [
            Finding("reach", .good, "\(self.origin) leads to this server."), self.https(mirror), self.host(mirror),
            self.clientAddress(mirror), self.lastEventID(mirror),
        ]
        if mirror.isSecure { findings.append(self.hsts) }
        if let stream { findings += self.findings(of: stream) }
        if let keptAlive { findings.append(self.idle(keptAlive)) }
        if let silent { findings.append(self.silence(silent)) }
        if let upload { findings += self.findings(of: upload) }
        return findings
    }

    // MARK: The way there

    private var unreached: Finding {
        guard case .failure(let error) = self.mirror else { return bad("reach", "It was not asked.") }
        switch error.refusal {
        case .noAnswer(let reason): return bad("reach", "\(self.origin) cannot be reached: \(reason).")
        case .answer(421, "unknown_host"?):
            return bad(
                "host",
                "The server refuses the host that the proxy names (421): it is not \(self.origin.authority)."
            )
        case .answer(401, _?):
            return bad("reach", "Another server than this one answers at \(self.origin): it does not know the code.")
        case .answer(let status, let code?):
            return bad("reach", "The server refuses the request (\(status) \(code)).")
        case .answer(let status, nil):
            return bad("reach", "Something else than this server answers at \(self.origin) (\(status)).")
        }
    }

    private func https(_ mirror: Mirror) -> Finding {
        if self.origin.isSecure, mirror.isSecure {
            guard let named = mirror.publicURL.flatMap(Origin.init), named != self.origin else {
                return Finding("https", .good, "Readers come over https, and the server's cookies are Secure.")
            }
            return Finding(
                "https",
                .attention,
                "It works over https, but PUBLIC_URL is \(named) and not \(self.origin).",
                advice: .https
            )
        }
        if self.origin.isSecure {
            return bad(
                "https",
                "Readers come over https, and the server does not know it: its cookies go without Secure."
            )
        }
        if mirror.isSecure {
            return bad("https", "PUBLIC_URL is https and this is http: browsers drop the server's cookies here.")
        }
        let sentence = "Everything goes over http, readable for everybody on the way."
        return self.origin.isLoopback
            ? Finding("https", .attention, "\(sentence) On this machine alone that is well.", advice: .https)
            : bad("https", sentence)
    }

    private func host(_ mirror: Mirror) -> Finding {
        guard Origin((self.origin.isSecure ? "https://" : "http://") + mirror.host) == self.origin else {
            return bad(
                "host",
                "The proxy passes \"\(mirror.host)\" on as Host, in place of \"\(self.origin.authority)\"."
            )
        }
        return Finding("host", .good, "Host arrives as it was sent.")
    }

    private func clientAddress(_ mirror: Mirror) -> Finding {
        let name = "client_address"
        let hops = (mirror.forwardedFor ?? "").split(separator: ",").map { String($0.filter { $0 != " " }) }
        guard let last = hops.last else {
            return self.unnamed("X-Forwarded-For does not arrive: every reader counts as \(mirror.peer).")
        }
        guard last != self.madeUpAddress else {
            if mirror.isTrusted {
                return bad(
                    name,
                    "The proxy passes on what a client made up as its address, and the server believes it."
                )
            }
            return self.unnamed("No proxy writes X-Forwarded-For: every reader counts as \(mirror.peer).")
        }
        guard mirror.isTrusted else {
            return bad(
                name,
                "The proxy names the client (\(last)), but TRUSTED_PROXIES does not name the proxy, \(mirror.peer): every "
                    + "reader counts as that."
            )
        }
        return Finding(
            name,
            .good,
            "The client's address arrives, and the proxy is trusted: you count as \(mirror.client)."
        )
    }

    /// Without TLS there may be no proxy at all, and then all is well.
    private func unnamed(_ sentence: String) -> Finding {
        self.origin.isSecure
            ? bad("client_address", sentence)
            : Finding(
                "client_address",
                .attention,
                "\(sentence) That is well where no proxy is.",
                advice: .clientAddress
            )
    }

    private func lastEventID(_ mirror: Mirror) -> Finding {
        guard mirror.lastEventID == self.sentEventID else {
            return bad("last_event_id", "Last-Event-ID is lost on the way.")
        }
        return Finding("last_event_id", .good, "Last-Event-ID arrives, so streams go on where they broke.")
    }

    private var hsts: Finding {
        guard self.strictTransport != nil else {
            return Finding("hsts", .attention, "Strict-Transport-Security is lost on the way.", advice: .hsts)
        }
        return Finding("hsts", .good, "Browsers are told to come over https alone.")
    }

    // MARK: The stream

    private func findings(of stream: Result<Stream, RefusalError>) -> [Finding] {
        switch stream {
        case .success(let stream):
            [self.httpVersion(stream), self.fields(stream), self.compression(stream)] + self.pace(stream)
        case .failure(let error): [bad("buffering", "The stream did not come: \(error.refusal.sentence).")]
        }
    }

    private func httpVersion(_ stream: Stream) -> Finding {
        guard stream.httpVersion == "2" || stream.httpVersion == "3" else {
            return Finding(
                "http_version",
                .attention,
                "The proxy speaks HTTP/\(stream.httpVersion): a browser has six connections for all tabs together, and each "
                    + "running reply takes one.",
                advice: .httpVersion
            )
        }
        return Finding("http_version", .good, "HTTP/\(stream.httpVersion): any number of tabs share one connection.")
    }

    private func fields(_ stream: Stream) -> Finding {
        let type = stream.contentType ?? "none"
        guard type.lowercased().hasPrefix("text/event-stream") else {
            return bad("fields", "The stream's Content-Type is changed on the way, to \(type): browsers refuse it.")
        }
        let rules = (stream.cacheControl ?? "").lowercased()
        guard rules.contains("no-transform"), rules.contains("no-store") else {
            return Finding(
                "fields",
                .attention,
                "Cache-Control of the stream is changed on the way, to \"\(stream.cacheControl ?? "")\".",
                advice: .fields
            )
        }
        return Finding("fields", .good, "Content-Type and Cache-Control of the stream arrive unchanged.")
    }

    private func compression(_ stream: Stream) -> Finding {
        guard let coding = stream.contentEncoding, coding.lowercased() != "identity" else {
            return Finding("compression", .good, "Nobody compresses the stream.")
        }
        return bad(
            "compression",
            "Something on the way compresses the stream (\(coding)), and collects what it compresses."
        )
    }

    private func pace(_ stream: Stream) -> [Finding] {
        guard let firstByte = stream.firstByte else {
            return [bad("buffering", "Nothing came of a stream of \(stream.expected) events.")]
        }
        let isSlow = firstByte > .seconds(1)
        let first = Finding(
            "first_byte",
            isSlow ? .attention : .good,
            "The first byte came after \(text(firstByte)).",
            advice: isSlow ? .buffering : nil
        )
        let (came, delay) = (stream.arrivals.events.count, stream.arrivals.usualDelay ?? .zero)
        let verdict = came < stream.expected ? .bad : stream.arrivals.verdict
        let how =
            switch verdict {
            case .good: "one by one, nine of ten at most \(text(delay)) late"
            case .attention: "late, by \(text(delay)) and more: the line is slow, or something collects for a moment"
            case .bad:
                "together (pieces: \(stream.arrivals.pieces)), late by \(text(delay)) and more: something collects them"
            }
        let buffering = Finding(
            "buffering",
            verdict,
            "\(came) of \(stream.expected) events came \(how).",
            advice: verdict == .good ? nil : .buffering
        )
        return [first, buffering]
    }

    // MARK: Silence and size

    private func idle(_ silence: Silence) -> Finding {
        guard silence.isWhole else {
            return bad(
                "idle",
                "The way cuts a stream after \(text(silence.lasted)) of silence; Shuren breaks it every 15 s."
            )
        }
        return Finding("idle", .good, "A stream that says nothing but \"still here\" every 15 s stays open.")
    }

    private func silence(_ silence: Silence) -> Finding {
        guard !silence.isWhole else {
            return Finding("silence", .good, "A stream without a byte for \(text(silence.wanted)) stays open.")
        }
        let sentence = "The way cuts a stream without a byte after \(text(silence.lasted))"
        guard silence.lasted > .seconds(30) else {
            return bad("silence", "\(sentence); Shuren breaks the silence every 15 s.")
        }
        return Finding("silence", .good, "\(sentence), which leaves room: Shuren breaks the silence every 15 s.")
    }

    private func findings(of upload: Upload) -> [Finding] {
        switch upload.outcome {
        case .success(upload.bytes):
            return [
                Finding("origin", .good, "A page's own requests are known as its own."),
                Finding(
                    "body_size",
                    .good,
                    "A body of \(upload.bytes) bytes arrives whole, the largest that Shuren takes."
                ),
            ]
        case .success(let counted):
            return [bad("body_size", "Of a body of \(upload.bytes) bytes \(counted) arrive.")]
        case .failure(let error):
            if case .answer(403, "cross_origin"?) = error.refusal {
                return [
                    bad(
                        "origin",
                        "The server takes the page's own requests for another site's: Host and Origin differ."
                    )
                ]
            }
            return [bad("body_size", "A body of \(upload.bytes) bytes does not arrive: \(error.refusal.sentence).")]
        }
    }
}

extension Observations.Refusal {
    /// What happened, as the end of a sentence.
    package var sentence: String {
        switch self {
        case .noAnswer(let reason): reason
        case .answer(let status, let code?): "the server refuses it (\(status) \(code))"
        case .answer(let status, nil): "something on the way refuses it (\(status))"
        }
    }
}

private func bad(_ name: String, _ sentence: String) -> Finding {
    Finding(name, .bad, sentence, advice: Advice.byName[name])
}

/// A duration as a person says it.
private func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
    return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
}
