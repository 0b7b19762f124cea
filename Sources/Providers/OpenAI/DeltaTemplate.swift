import Glibc
import JSONValue

/// What the chunks of one reply have in common: the bytes before their text and the bytes after it.
///
/// A server writes the same id, model and braces around every piece of a reply. Bytes that begin and end like a usual
/// chunk, with the inside of one JSON string between, are that chunk with another text, so the next piece costs two
/// comparisons instead of a pass over its keys. Whatever differs is read by ``DeltaScanner``.
struct DeltaTemplate: Sendable {
    private var before: [UInt8] = []
    private var after: [UInt8] = []

    /// What a chunk says; an error when it is no JSON.
    mutating func chunk(_ data: Span<UInt8>) throws(JSON.ParsingError) -> ChatChunk {
        if let text = self.text(of: data) { return ChatChunk(text: text) }
        self.learn(data)
        return try DeltaScanner.chunk(JSONText.string(data))
    }

    /// The text of a chunk of this shape.
    func text(of data: Span<UInt8>) -> String? {
        let end = data.count - self.after.count
        guard !self.before.isEmpty, self.before.count <= end else { return nil }
        guard data.extracting(0..<self.before.count).equals(self.before.span),
            data.extracting(end..<data.count).equals(self.after.span)
        else { return nil }
        return DeltaScanner.string(between: data.extracting(self.before.count..<end))
    }

    private mutating func learn(_ data: Span<UInt8>) {
        guard let text = DeltaScanner.textRange(in: data) else { return }
        self.before = JSONText.bytes(data.extracting(0..<text.lowerBound))
        self.after = JSONText.bytes(data.extracting(text.upperBound..<data.count))
    }
}

extension Span<UInt8> {
    fileprivate func equals(_ other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        return unsafe self.withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe memcmp(left, right, other.count) == 0
            }
        }
    }
}
