import Chat

/// Joins the fragments of tool calls, which come in pieces and several at a time.
///
/// A fragment belongs to the call of its index; without one, to the call of its id, or else to the newest. A server that
/// gives every call the same index begins a new one by naming another id.
struct ToolCallJoiner {
    private struct Joined {
        let index: Int?
        var id: String?
        var name: String
        var arguments: String
    }

    private var joined: [Joined] = []

    mutating func take(_ fragment: ChatChunk.ToolCallFragment) {
        guard let place = self.place(of: fragment) else {
            self.joined.append(
                Joined(
                    index: fragment.index,
                    id: fragment.id,
                    name: fragment.name ?? "",
                    arguments: fragment.arguments
                )
            )
            return
        }
        self.joined[place].id = self.joined[place].id ?? fragment.id
        // Some servers say the name with every fragment, none says it in pieces.
        if self.joined[place].name.isEmpty { self.joined[place].name = fragment.name ?? "" }
        self.joined[place].arguments += fragment.arguments
    }

    /// The calls so far, in the order in which they began; one without an id gets its number.
    var calls: [ToolCall] {
        self.joined.enumerated().map { number, call in
            ToolCall(
                id: call.id ?? "call_\(number + 1)",
                name: call.name,
                arguments: call.arguments.isEmpty ? "{}" : call.arguments
            )
        }
    }

    private func place(of fragment: ChatChunk.ToolCallFragment) -> Int? {
        if let id = fragment.id, let known = self.joined.lastIndex(where: { $0.id == id }) { return known }
        guard let index = fragment.index else { return fragment.id == nil ? self.joined.indices.last : nil }
        return self.joined.lastIndex {
            $0.index == index && (fragment.id == nil || $0.id == nil || $0.id == fragment.id)
        }
    }
}
