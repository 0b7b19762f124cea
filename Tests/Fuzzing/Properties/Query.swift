import HTTPTypes

/// A query means what a slow reader finds in it, and any bytes that are text survive being written as one.
func checkQuery(_ input: [UInt8]) throws {
    let text = String(decoding: input, as: UTF8.self)
    let found = QueryParameters(text)
    let expected = SlowQuery(text)
    try require((found == nil) == (expected == nil), "a query is refused when it is ambiguous or broken")
    for (name, value) in expected?.pairs ?? [] {
        try require(found?[name].map { Array($0.utf8) } == Array(value.utf8), "\(name) has its value")
    }

    let written = QueryParameters("a=1&\(percentEncoded(input))=\(percentEncoded(input))&z=2")
    let isText = String(validating: input, as: UTF8.self) != nil
    let isTaken = text == "a" || text == "z"
    try require((written == nil) == (!isText || isTaken), "text that is written as a parameter is taken")
    if let written { try require(written[text].map { Array($0.utf8) } == input, "and comes back as it was") }
}

private func percentEncoded(_ bytes: [UInt8]) -> String {
    bytes.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: $0 % 2 == 0) }.joined()
}
