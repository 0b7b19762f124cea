import TestSupport
import Testing

@testable import Web

@Suite struct `Marking code and links` {
    /// `c` is code, `l` a link, `.` other text; each stands for one scalar of the text above it.
    static let cases: [(text: String, kinds: String)] = [
        ("plain", "....."),
        ("a\n```\nb\n```\nc", "..cccccccccc."),
        ("```swift\nlet", "cccccccccccc"),
        ("~~~\n```\n~~~\nx", "cccccccccccc."),
        ("  ```\na\n   ````  \nb", "cccccccccccccccccc."),
        ("    ```\na", "........."),
        ("a ```b", "......"),
        ("```a`b", "......"),
        ("``\nx", "...."),
        ("```\na\n```b\nc", "cccccccccccc"),
        ("see http://a.b/c.", "....llllllllllll."),
        ("see https://a.b/c?d=e, f", "....lllllllllllllllll..."),
        ("xhttp://a.b", "..........."),
        ("http:// a", "........."),
        ("HTTP://a.b", "llllllllll"),
        ("(http://a.b)", ".llllllllll."),
        ("http://a.b...", "llllllllll..."),
        ("http://a.b...c", "llllllllllllll"),
        ("[a](b) c", "llllll.."),
        ("[a] (b)", "......."),
        ("[a\n](b)", "......."),
        ("[a](b", "....."),
        ("[[a](b)", ".llllll"),
        ("ht", ".."),
        ("`http://a.b`", ".llllllllll."),
    ]

    @Test(arguments: cases) func `tells what each scalar is`(text: String, kinds: String) {
        #expect(described(marks(of: text)) == kinds)
    }

    @Test(arguments: Seeds.all) func `does not depend on how the text is cut`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bricks = [
            "```", "~~~", "\n", "`", " ", "   ", "a", "http://", "https://x.y", "[", "](", ")", "]", ".", "é🙂",
            String(repeating: "b", count: 250), "\r\n", "h", "!?",
        ]
        let text = (0..<Int.random(in: 1...40, using: &random)).compactMap { _ in bricks.randomElement(using: &random) }
            .joined()
        let expected = described(marks(of: text))
        #expect(described(marks(of: text)).count == text.unicodeScalars.count)
        for _ in 0..<10 {
            let pieces = Array(text.unicodeScalars).cutAtRandom(using: &random).map { piece in
                piece.reduce(into: "") { $0.unicodeScalars.append($1) }
            }
            var marker = TextMarker()
            let marked = pieces.flatMap { marker.take($0) } + marker.finish()
            #expect(described(marked) == expected)
            #expect(marked.map(\.text).joined().unicodeScalars.elementsEqual(text.unicodeScalars))
        }
    }
}

private func marks(of text: String) -> [TextMarker.Marked] {
    var marker = TextMarker()
    return marker.take(text) + marker.finish()
}

private func described(_ marked: [TextMarker.Marked]) -> String {
    marked.map { stretch in
        let letter =
            switch stretch.kind {
            case .plain: "."
            case .code: "c"
            case .link: "l"
            }
        return String(repeating: letter, count: stretch.text.unicodeScalars.count)
    }.joined()
}
