/// What to do about a finding: a sentence, and the lines for whichever proxy it is.
package struct Advice: Sendable, Equatable {
    /// Lines for one program, as they stand in its configuration.
    package struct Lines: Sendable, Equatable {
        /// `nginx`, `caddy`, `traefik` or `shuren`.
        package let program: String
        package let text: String
    }

    package let sentence: String
    package private(set) var lines: [Lines]

    init(_ sentence: String, nginx: String? = nil, caddy: String? = nil, traefik: String? = nil, shuren: String? = nil)
    {
        self.sentence = sentence
        self.lines = [("shuren", shuren), ("nginx", nginx), ("caddy", caddy), ("traefik", traefik)].compactMap {
            program,
            text in
            text.map { Lines(program: program, text: $0) }
        }
    }
}

extension Advice {
    /// The same with the operator's own names: where readers find the site, and the address that the proxy connects from.
    package func naming(_ origin: Origin, proxy: String?) -> Advice {
        var advice = self
        advice.lines = self.lines.map { lines in
            var text = lines.text.replacing("https://chat.example", with: "https://\(origin.authority)")
            text = text.replacing("chat.example", with: String(origin.host))
            if let proxy { text = text.replacing("TRUSTED_PROXIES=127.0.0.1", with: "TRUSTED_PROXIES=\(proxy)") }
            return Lines(program: lines.program, text: text)
        }
        return advice
    }

    /// The advice for a finding of the stream's way, by the finding's name: the same for the command line and the admin page.
    package static let byName: [String: Advice] = [
        "buffering": buffering, "client_address": clientAddress, "compression": compression, "fields": fields,
        "first_byte": buffering, "host": host, "hsts": hsts, "http_version": httpVersion, "https": https, "idle": idle,
        "last_event_id": lastEventID, "origin": host, "reach": reach, "silence": idle, "body_size": bodySize,
    ]

    static let reach = Advice(
        "See that the name leads to the proxy, that the proxy runs with a certificate that is valid for the name, and that it "
            + "passes every path on to Shuren.",
        nginx: """
            location / {
                proxy_pass http://127.0.0.1:8080;
            }
            """,
        caddy: "reverse_proxy 127.0.0.1:8080",
        traefik: """
            http:
              routers:
                shuren: {rule: "Host(`chat.example`)", service: shuren, tls: {certResolver: le}}
              services:
                shuren: {loadBalancer: {servers: [{url: "http://127.0.0.1:8080"}]}}
            """
    )

    static let https = Advice(
        "Let readers come over https, and tell Shuren so: then cookies are Secure, and browsers speak HTTP/2.",
        nginx: """
            listen 443 ssl http2;
            ssl_certificate /etc/ssl/chat.example/fullchain.pem;
            ssl_certificate_key /etc/ssl/chat.example/key.pem;
            """,
        caddy: """
            chat.example {
                reverse_proxy 127.0.0.1:8080
            }
            """,
        traefik: "traefik.http.routers.shuren.tls.certresolver=le",
        shuren: "PUBLIC_URL=https://chat.example"
    )

    static let httpVersion = Advice(
        "Let the proxy speak HTTP/2 to browsers. Over HTTP/1.1 a browser has six connections for all tabs of a site together, "
            + "and each reply that is being written takes one: with six of them open nothing else loads.",
        nginx: "listen 443 ssl http2;",
        caddy: "# Caddy speaks HTTP/2 wherever it speaks https",
        traefik:
            "# Traefik speaks HTTP/2 wherever it speaks https, unless tls.options.default.alpnProtocols leaves h2 out"
    )

    static let host = Advice(
        "Let the proxy pass Host on as it came, and name the address in the browser in PUBLIC_URL.",
        nginx: "proxy_set_header Host $host;",
        caddy: "# Caddy passes Host on by itself: remove \"header_up Host\"",
        traefik: "traefik.http.services.shuren.loadbalancer.passhostheader=true",
        shuren: "PUBLIC_URL=https://chat.example"
    )

    static let clientAddress = Advice(
        "Let the proxy write the client's address, in place of what the client sent, and name the proxy's own address in "
            + "TRUSTED_PROXIES. Otherwise all readers count as one for every limit of an address, or whoever likes makes one up.",
        nginx: "proxy_set_header X-Forwarded-For $remote_addr;",
        caddy: "# Caddy writes X-Forwarded-For by itself: remove \"header_up -X-Forwarded-For\"",
        traefik:
            "# Traefik writes X-Forwarded-For by itself: remove entryPoints.websecure.forwardedHeaders.insecure=true",
        shuren: "TRUSTED_PROXIES=127.0.0.1"
    )

    static let lastEventID = Advice(
        "Let the proxy pass all fields of a request on. Without Last-Event-ID a stream that broke begins anew instead of going on.",
        nginx: "# remove: proxy_pass_request_headers off; and: proxy_set_header Last-Event-ID \"\";",
        caddy: "# remove: header_up -Last-Event-ID",
        traefik: "# remove Last-Event-ID from headers.customRequestHeaders"
    )

    static let fields = Advice(
        "Let the proxy leave Content-Type and Cache-Control of an answer as they are: by them everything on the way knows that "
            + "this is an event stream which may be neither kept nor changed.",
        nginx: "# remove: proxy_hide_header, add_header and expires for Content-Type and Cache-Control",
        caddy: "# remove: header Cache-Control and header_down Cache-Control",
        traefik: "# remove Cache-Control and Content-Type from headers.customResponseHeaders"
    )

    static let compression = Advice(
        "Let the proxy leave event streams uncompressed: whoever compresses collects first.",
        nginx:
            "# text/event-stream must not be among these (nor *):\ngzip_types text/css application/javascript application/json;",
        caddy: """
            encode {
                match header Content-Type text/css* text/html* text/javascript* application/json*
            }
            """,
        traefik: "traefik.http.middlewares.shuren.compress.excludedcontenttypes=text/event-stream"
    )

    static let buffering = Advice(
        "Let the proxy pass every piece of an answer on as it comes.",
        nginx: "proxy_http_version 1.1;\nproxy_buffering off;\n# and remove: proxy_ignore_headers X-Accel-Buffering;",
        caddy: "reverse_proxy 127.0.0.1:8080 {\n    flush_interval -1\n}",
        traefik: """
            # take the buffering middleware off this router, and:
            traefik.http.services.shuren.loadbalancer.responseforwarding.flushinterval=1ms
            """
    )

    static let idle = Advice(
        "Let the proxy wait for more than the 15 seconds for which a stream may be silent; 75 seconds leave room.",
        nginx: "proxy_read_timeout 75s;\nproxy_send_timeout 75s;",
        caddy: "reverse_proxy 127.0.0.1:8080 {\n    transport http {\n        read_timeout 75s\n    }\n}",
        traefik: """
            entryPoints:
              websecure:
                transport: {respondingTimeouts: {writeTimeout: 0s, idleTimeout: 180s}}
            """
    )

    static let bodySize = Advice(
        "Let the proxy take bodies of two megabytes: Shuren takes one mebibyte and says in words when something is larger.",
        nginx: "client_max_body_size 2m;",
        caddy: "request_body {\n    max_size 2MB\n}",
        traefik: "traefik.http.middlewares.shuren.buffering.maxrequestbodybytes=2000000"
    )

    static let hsts = Advice(
        "Let the proxy leave Strict-Transport-Security as Shuren sends it: browsers then never come over http again.",
        nginx: "# remove: proxy_hide_header Strict-Transport-Security;",
        caddy: "# remove: header_down -Strict-Transport-Security",
        traefik: "# remove Strict-Transport-Security from headers.customResponseHeaders"
    )
}
