import HTTPTypes

extension HTTPFields {
    /// The value of the first cookie of that name, byte for byte (RFC 6265, section 4.2.1).
    ///
    /// A browser guards the prefix `__Host-` only where it stands exactly so: a name that merely resembles ours, by a space
    /// or an empty name before it, may come from a page on another host.
    func cookie(_ name: String) -> String? {
        for field in self.all("Cookie") {
            for pair in field.utf8.split(separator: UInt8(ascii: ";")) {
                let pair = Substring(pair).utf8.trimmingSpace
                guard pair.starts(with: name.utf8) else { continue }
                let rest = pair.dropFirst(name.utf8.count)
                if rest.first == UInt8(ascii: "=") { return String(Substring(rest.dropFirst())) }
            }
        }
        return nil
    }
}

extension Substring.UTF8View {
    /// These bytes without spaces and tabs at their ends.
    fileprivate var trimmingSpace: Substring.UTF8View {
        guard let first = self.firstIndex(where: { !isSpace($0) }), let last = self.lastIndex(where: { !isSpace($0) })
        else { return ""[...].utf8 }
        return self[first...last]
    }
}

private func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
