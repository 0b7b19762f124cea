import JSONValue

/// The fields of a reply that its server wants to see again, unchanged, with the results of the tools that it asked for.
///
/// DeepSeek and Moonshot demand `reasoning_content`, OpenRouter `reasoning_details`, Gemini the `extra_content` of each
/// call. In a stream the first two come in pieces; what is kept is what the whole reply would have held.
struct KeptFields {
    /// The fields of a message.
    private static let names = ["reasoning_content", "reasoning_details"]

    private var content = ""
    private var details: [JSON] = []

    /// What of a message or a piece of one would have to be kept.
    static func worthKeeping(in message: JSON?) -> JSON.Object {
        var kept = JSON.Object()
        for name in Self.names {
            switch message?[name] {
            case .string(let text)? where !text.isEmpty: kept[name] = .string(text)
            case .array(let entries)? where !entries.isEmpty: kept[name] = .array(entries)
            default: break
            }
        }
        return kept
    }

    mutating func take(_ kept: JSON.Object) {
        guard !kept.members.isEmpty else { return }
        self.content += kept["reasoning_content"]?.string ?? ""
        for entry in kept["reasoning_details"]?.array ?? [] { self.take(entry) }
    }

    /// Pieces of one entry follow each other and say the same type and place.
    private mutating func take(_ entry: JSON) {
        guard let last = self.details.last?.object, let new = entry.object, isPiece(new, of: last) else {
            return self.details.append(entry)
        }
        var joined = last
        for member in new.members where !member.value.isNull {
            let isText = ["text", "summary", "data"].contains(member.key)
            if isText, let before = joined[member.key]?.string, let more = member.value.string {
                joined[member.key] = .string(before + more)
            } else {
                joined[member.key] = member.value
            }
        }
        self.details[self.details.count - 1] = .object(joined)
    }

    /// What was kept, in the form of ``fields(of:)``; `extras` are those of the calls, by id.
    func state(extras: [String: JSON]) -> String? {
        var state = JSON.Object()
        if !self.content.isEmpty { state["reasoning_content"] = .string(self.content) }
        if !self.details.isEmpty { state["reasoning_details"] = .array(self.details) }
        if !extras.isEmpty {
            let members = extras.sorted { $0.key < $1.key }.map { JSON.Object.Member(key: $0.key, value: $0.value) }
            state["extra_content"] = .object(JSON.Object(members))
        }
        return state.members.isEmpty ? nil : JSON.object(state).text
    }

    /// The fields of a message that `state` remembers, and the extra content of calls by their ids; empty for the state
    /// of another API.
    static func fields(of state: String?) -> (message: [JSON.Object.Member], calls: JSON?) {
        // The state of another provider, which may have no such form, says nothing here.
        guard let state = state.flatMap({ try? JSON(parsing: $0, duplicateKeys: .keepLast) })?.object else {
            return ([], nil)
        }
        return (state.members.filter { Self.names.contains($0.key) }, state["extra_content"])
    }
}

private func isPiece(_ new: JSON.Object, of last: JSON.Object) -> Bool {
    guard let type = new["type"]?.string, type == last["type"]?.string, let index = new["index"]?.int,
        index == last["index"]?.int
    else { return false }
    // What is encrypted comes whole; two of one place are two.
    return type != "reasoning.encrypted"
}
