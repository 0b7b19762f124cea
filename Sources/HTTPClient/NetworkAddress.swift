/// An address that a connection is about to be made to, after the name was resolved.
package struct NetworkAddress: Sendable, Hashable {
    /// 4 bytes of IPv4 or 16 of IPv6, in network order.
    package let bytes: [UInt8]
    package let port: UInt16

    package init(bytes: [UInt8], port: UInt16) {
        self.bytes = bytes
        self.port = port
    }

    /// Whether everybody on the internet would reach the same machine.
    ///
    /// Not so for loopback, private, link-local, shared, documentation, benchmarking, multicast and reserved addresses
    /// (IANA's special-purpose registries), nor for IPv6 forms that carry such an IPv4 address (RFC 4291, 6052, 3056).
    package var isGlobal: Bool {
        if self.bytes.count == 4 { return isGlobalIPv4(self.bytes) }
        guard self.bytes.count == 16 else { return false }
        let isMapped = self.bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
        let isTranslated = self.bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0])
        if isMapped || isTranslated { return isGlobalIPv4(Array(self.bytes[12...])) }
        if self.bytes.starts(with: [0x20, 0x02]) { return isGlobalIPv4(Array(self.bytes[2..<6])) }
        // 2000::/3 is all that is given out; of that, 2001::/23 and 2001:db8::/32 and 3fff::/20 are special.
        guard self.bytes[0] & 0xE0 == 0x20 else { return false }
        if self.bytes[0] == 0x20, self.bytes[1] == 0x01 {
            return self.bytes[2] > 0x01 && !(self.bytes[2] == 0x0D && self.bytes[3] == 0xB8)
        }
        return !(self.bytes[0] == 0x3F && self.bytes[1] == 0xFF && self.bytes[2] < 0x10)
    }
}

extension NetworkAddress: CustomStringConvertible {
    package var description: String {
        if self.bytes.count == 4 { return self.bytes.map(String.init).joined(separator: ".") + ":\(self.port)" }
        let groups = stride(from: 0, to: self.bytes.count - 1, by: 2)
            .map { String(UInt16(self.bytes[$0]) << 8 | UInt16(self.bytes[$0 + 1]), radix: 16) }
        return "[" + groups.joined(separator: ":") + "]:\(self.port)"
    }
}

private func isGlobalIPv4(_ bytes: [UInt8]) -> Bool {
    switch (bytes[0], bytes[1], bytes[2]) {
    case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
    case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
    case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): false
    default: true
    }
}
