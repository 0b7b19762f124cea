extension HTTPRequest {
    /// The value of the first cookie of that name (RFC 6265, section 5.4: `name=value` pairs between semicolons).
    package func cookie(_ name: String) -> String? {
        for field in self.fields.all("Cookie") {
            for pair in field.utf8.split(separator: UInt8(ascii: ";")) {
                let pair = pair.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), pair[..<equals].elementsEqual(name.utf8)
                else {
                    continue
                }
                return String(Substring(pair[pair.index(after: equals)...]))
            }
        }
        return nil
    }
}
