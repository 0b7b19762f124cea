internal import Glibc

// How addresses, hosts and origins are written in settings.

/// An IPv4 or IPv6 address, without brackets.
func numericAddress(_ text: String) -> String? {
    var room = in6_addr()
    let isOne = unsafe inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1
    return isOne ? text : nil
}

/// Where a server can listen.
func listenAddress(_ text: String) -> String? {
    text == "localhost" ? text : numericAddress(text)
}

/// The name of a host as it stands in the address of a page, without a port; `*` for any.
func hostName(_ text: String) -> String? {
    if text == "*" || numericAddress(text) != nil { return text }
    if text.hasPrefix("["), text.hasSuffix("]") {
        return numericAddress(String(text.dropFirst().dropLast())).map { _ in text }
    }
    let isName = text.utf8.allSatisfy { isLetterOrDigit($0) || "-._".utf8.contains($0) }
    return isName && !text.isEmpty ? text : nil
}

/// An origin as browsers send it (RFC 6454, section 6.2): a scheme, a host, a port that is not the scheme's own.
func origin(_ text: String) -> String? {
    guard let mark = text.firstRange(of: "://") else { return nil }
    let scheme = text[..<mark.lowerBound]
    let rest = text[mark.upperBound...]
    let isScheme =
        scheme.utf8.first.map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 } ?? false
        && scheme.utf8.allSatisfy { isLetterOrDigit($0) || "+-.".utf8.contains($0) }
    let isHost = !rest.isEmpty && rest.utf8.allSatisfy { isLetterOrDigit($0) || "-._:[]".utf8.contains($0) }
    return isScheme && isHost ? text : nil
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
}
