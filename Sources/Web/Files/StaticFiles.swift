import Compression
import HTTPServer
import HTTPTypes
import JSONValue

/// The page's files, held in memory as browsers receive them: compressed once, known by an entity tag.
package struct StaticFiles: Sendable {
    private struct File: Sendable {
        let type: String
        let tag: EntityTag
        /// What a browser lets it do.
        let policy: String
        let plain: [UInt8]
        /// `nil` where compressing does not pay.
        let compressed: [UInt8]?
    }

    private let files: [String: File]
    private let isSecure: Bool

    /// Takes the files by their path below the root: `index.html`, `js/app.js`.
    ///
    /// `isSecure` tells that browsers come over https, whoever ends it.
    package init(_ contents: [String: [UInt8]], isSecure: Bool) {
        self.isSecure = isSecure
        var files: [String: File] = [:]
        for (path, bytes) in contents { files["/" + path] = Self.file(path, bytes) }
        files["/"] = files["/index.html"]
        files["/onboarding"] = files["/onboarding.html"]
        files["/settings"] = files["/settings.html"]
        files["/admin"] = files["/admin.html"]
        files["/login"] = files["/login.html"]
        files["/docs"] = files["/docs.html"]
        files["/preview"] = files["/preview.html"]
        files["/shell.json"] = Self.file("shell.json", list(of: files.mapValues(\.tag)))
        self.files = files
    }

    private static func file(_ path: String, _ bytes: [UInt8]) -> File {
        let compressed = isText(path) ? Gzip.compress(bytes, effort: .best) : nil
        return File(
            type: mediaType(of: path),
            tag: EntityTag(of: bytes),
            policy: policy(of: path),
            plain: bytes,
            compressed: compressed.flatMap { $0.count < bytes.count ? $0 : nil }
        )
    }

    /// The answer for a path; `nil` when there is no such file.
    func response(for request: HTTPRequest) -> HTTPResponse? {
        guard let file = self.files[request.path] else { return nil }
        var fields: HTTPFields = ["ETag": file.tag.text, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"]
        fields.append("Content-Security-Policy", file.policy)
        for (name, value) in pageHeaders { fields.append(name, value) }
        // Browsers ignore it on plain http, and complain in the console that they do.
        if self.isSecure {
            fields.append("Cross-Origin-Opener-Policy", "same-origin")
            // For a year, and for names below this one, as OWASP ASVS 5.0 asks for (3.4.1).
            fields.append("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        }
        if file.tag.isKnown(to: request) { return HTTPResponse(.notModified, fields: fields) }
        fields.append("Content-Type", file.type)
        guard let compressed = file.compressed, ContentCoding.acceptsGzip(request) else {
            return HTTPResponse(.ok, fields: fields, body: .bytes(file.plain))
        }
        fields.append("Content-Encoding", "gzip")
        return HTTPResponse(.ok, fields: fields, body: .bytes(compressed))
    }
}

/// Which files belong together: each path with the digest of its bytes.
///
/// The service worker keeps files for a page without a network only if every one of them is what one such list says.
private func list(of tags: [String: EntityTag]) -> [UInt8] {
    let files = tags.sorted { $0.key < $1.key }.map { JSON.Object.Member(key: $0.key, value: .string($0.value.digest)) }
    return (["files": .object(JSON.Object(files))] as JSON).bytes()
}

/// The page loads from its own server alone, and makes no markup of text.
private let pagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    + "worker-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    + "frame-src 'self'; object-src 'none'; require-trusted-types-for 'script'; trusted-types shuren-urls"

/// The frame in which HTML of a reply is tried out runs what it is given, as nobody, and loads nothing.
private let previewPolicy =
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

/// The service worker fetches our own files, and does nothing else.
private let workerPolicy = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"

/// A file that is no page does nothing, however it is opened.
private let otherPolicy = "default-src 'none'; frame-ancestors 'none'"

private func policy(of path: String) -> String {
    if path == "preview.html" { return previewPolicy }
    if path == "service-worker.js" { return workerPolicy }
    return path.hasSuffix(".html") ? pagePolicy : otherPolicy
}

/// What every file says besides.
private let pageHeaders: KeyValuePairs = [
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
]

private func isText(_ path: String) -> Bool {
    [".html", ".css", ".js", ".svg", ".json", ".webmanifest", ".txt"].contains { path.hasSuffix($0) }
}

private func mediaType(of path: String) -> String {
    switch path.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "svg": "image/svg+xml"
    case "json": "application/json; charset=utf-8"
    case "webmanifest": "application/manifest+json"
    case "png": "image/png"
    case "ico": "image/x-icon"
    case "woff2": "font/woff2"
    case "txt": "text/plain; charset=utf-8"
    default: "application/octet-stream"
    }
}
