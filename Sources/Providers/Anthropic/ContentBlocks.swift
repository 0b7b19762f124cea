import Chat
import JSONValue

/// Joins the blocks of a message of the Anthropic API, which come in pieces.
///
/// Blocks of every type are kept, also those that say nothing here, because the message must go back as it came; pieces of
/// unknown types are skipped.
struct ContentBlocks {
    private struct Block {
        var content: JSON.Object
        /// The pieces of the input, which are JSON only together.
        var input = ""
    }

    private var blocks: [(index: Int, block: Block)] = []

    /// Takes the beginning of a block, which may hold all of it already.
    mutating func begin(_ index: Int, _ content: JSON.Object) {
        self.blocks.append((index, Block(content: content)))
    }

    /// Takes a piece of the block with that index.
    mutating func take(_ delta: JSON, at index: Int) {
        guard let place = self.blocks.lastIndex(where: { $0.index == index }) else { return }
        switch delta["type"]?.string {
        case "text_delta": self.blocks[place].block.content.append(delta, "text")
        case "thinking_delta": self.blocks[place].block.content.append(delta, "thinking")
        case "signature_delta": self.blocks[place].block.content.append(delta, "signature")
        case "input_json_delta": self.blocks[place].block.input += delta["partial_json"]?.string ?? ""
        case "citations_delta":
            guard let citation = delta["citation"] else { return }
            let before = self.blocks[place].block.content["citations"]?.array ?? []
            self.blocks[place].block.content["citations"] = .array(before + [citation])
        default: break
        }
    }

    /// The calls of our tools, in their order; the tools of the provider's own side are none.
    var calls: [ToolCall] {
        self.blocks.compactMap { _, block in
            guard block.content["type"]?.string == "tool_use" else { return nil }
            return ToolCall(
                id: block.content["id"]?.string ?? "",
                name: block.content["name"]?.string ?? "",
                // What comes in pieces repeats what the beginning may have held.
                arguments: block.input.isEmpty ? (block.content["input"] ?? [:]).text : block.input
            )
        }
    }

    /// The blocks as the API takes them back.
    var content: [JSON] {
        self.blocks.compactMap { _, block in
            var content = block.content
            if !block.input.isEmpty {
                // The API takes no input that was cut off, and nobody runs it.
                let input = try? JSON(parsing: block.input, duplicateKeys: .keepLast)
                content["input"] = input?.object.map(JSON.object) ?? [:]
            }
            // Nor a text without any.
            let isEmpty =
                content["type"]?.string == "text" && (content["text"]?.string ?? "").allSatisfy(\.isWhitespace)
            return isEmpty ? nil : .object(content)
        }
    }
}

extension JSON.Object {
    fileprivate mutating func append(_ delta: JSON, _ name: String) {
        self[name] = .string((self[name]?.string ?? "") + (delta[name]?.string ?? ""))
    }
}
