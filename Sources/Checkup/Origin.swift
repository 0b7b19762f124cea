/// Where a site is: scheme, host and port, and nothing behind them.
package struct Origin: Sendable, Equatable, CustomStringConvertible {
    package let isSecure: Bool
    /// The host, with the port where it is not the usual one: what stands in `Host`.
    package let authority: String

    /// Reads an address that may end with a slash; `nil` for anything that is no http or https address without a path.
    package init?(_ text: String) {
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        let lowercased = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lowercased.hasPrefix) else { return nil }
        var authority = String(lowercased.dropFirst(scheme.count))
        let allowed = authority.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && !"/?#@\\\"<>".utf8.contains(byte)
        }
        guard allowed, !authority.isEmpty else { return nil }
        self.isSecure = scheme == "https://"
        let usualPort = self.isSecure ? ":443" : ":80"
        if authority.hasSuffix(usualPort) { authority.removeLast(usualPort.count) }
        guard !authority.isEmpty else { return nil }
        self.authority = authority
    }

    package var description: String { (self.isSecure ? "https://" : "http://") + self.authority }

    /// The authority without its port.
    package var host: Substring {
        guard self.authority.hasPrefix("[") else { return self.authority.prefix { $0 != ":" } }
        return self.authority.firstIndex(of: "]").map { self.authority[...$0] } ?? self.authority[...]
    }

    /// Whether no other machine is meant.
    package var isLoopback: Bool { self.host == "localhost" || self.host == "[::1]" || self.host.hasPrefix("127.") }
}
