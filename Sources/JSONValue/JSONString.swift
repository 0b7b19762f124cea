/// Writes `text` at the end of `bytes` as a JSON string, quotes included.
///
/// Only `"`, `\` and what lies below U+0020 is escaped: with the short form where JSON has one, otherwise as `\u001f`.
package func appendJSONString(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    appendJSONStringContent(text, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
}

/// Writes `text` as the inside of a JSON string, for a string that is put together from several pieces.
package func appendJSONStringContent(_ text: String, to bytes: inout [UInt8]) {
    let source = text.utf8.span
    bytes.reserveCapacity(bytes.count + source.count + 2)
    var start = 0
    while true {
        let end = JSONText.endOfPlainText(in: source, from: start)
        append(source.extracting(start..<end), to: &bytes)
        guard end < source.count else { return }
        appendEscape(of: source[end], to: &bytes)
        start = end + 1
    }
}

private func appendEscape(of byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
        bytes.append(contentsOf: "u00".utf8)
        bytes.append(hexadecimalDigit(byte >> 4))
        bytes.append(hexadecimalDigit(byte & 0xF))
    }
}

private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

/// An array takes no span; the pointer does not outlive the call.
private func append(_ source: Span<UInt8>, to bytes: inout [UInt8]) {
    unsafe source.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
}
