import JSONValue
import TestSupport

extension JSON {
    /// A value with everything in it that text can go wrong on.
    static func random(depth: Int = 4, using generator: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .number(Number(Int.random(in: -1_000_000...1_000_000, using: &generator)))
        case 3: return Number(Double.random(in: -1e9...1e9, using: &generator)).map(JSON.number) ?? .null
        case 4: return .string(.random(using: &generator))
        case 5, 6:
            return .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in .random(depth: depth - 1, using: &generator) }
            )
        default:
            var object = Object()
            for index in 0..<Int.random(in: 0...20, using: &generator) {
                let key = String.random(using: &generator) + String(index)
                object[key] = .random(depth: depth - 2, using: &generator)
            }
            return .object(object)
        }
    }
}

extension String {
    /// A few pieces, among them escapes, control characters and characters of every length in UTF-8.
    fileprivate static func random(using generator: inout SeededGenerator) -> String {
        let pieces = [
            "a", "\"", "\\", "/", "\n", "\r", "\u{0}", "\u{1F}", "\u{7F}", "é", "漢", "😀", "\u{2028}", "u0041",
        ]
        return (0..<Int.random(in: 0...6, using: &generator))
            .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
    }
}
