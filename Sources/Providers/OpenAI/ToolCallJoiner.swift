import Chat
import JSONValue

/// Joins the fragments of tool calls, which come in pieces and several at a time.
///
/// A fragment belongs to the call of its index; without one, to the call of its id, or else to the newest. A server that
/// gives every call the same index begins a new one by naming another id, or by naming a function when the arguments of
/// the call before are whole.
struct ToolCallJoiner {
    private struct Joined {
        let index: Int?
        var id: String?
        var name: String
        var arguments: String
        var extra: JSON?
    }

    private var joined: [Joined] = []
    /// The ids of the calls that were made for this reply before.
    private let known: [String]

    /// Keeps the new calls' ids apart from the `known` ones, since some servers count from 1 with every answer.
    init(known: [String] = []) {
        self.known = known
    }

    mutating func take(_ fragment: ChatChunk.ToolCallFragment) {
        guard let place = self.place(of: fragment) else {
            self.joined.append(
                Joined(
                    index: fragment.index,
                    id: fragment.id,
                    name: fragment.name ?? "",
                    arguments: fragment.arguments,
                    extra: fragment.extra
                )
            )
            return
        }
        self.joined[place].id = self.joined[place].id ?? fragment.id
        // Some servers say the name with every fragment, none says it in pieces.
        if self.joined[place].name.isEmpty { self.joined[place].name = fragment.name ?? "" }
        self.joined[place].arguments += fragment.arguments
        self.joined[place].extra = fragment.extra ?? self.joined[place].extra
    }

    /// The calls so far, in the order in which they began, each with an id that no other call of the reply has.
    var calls: [ToolCall] {
        zip(self.joined, self.ids).map { call, id in
            ToolCall(id: id, name: call.name, arguments: call.arguments.isEmpty ? "{}" : call.arguments)
        }
    }

    /// What the server wants to see again with the calls, by their ids.
    var extras: [String: JSON] {
        Dictionary(zip(self.joined, self.ids).compactMap { call, id in call.extra.map { (id, $0) } }) { $1 }
    }

    private var ids: [String] {
        var taken = Set(self.known)
        var ids: [String] = []
        for (place, call) in self.joined.enumerated() {
            let id: String
            if let given = call.id, !taken.contains(given) {
                id = given
            } else {
                id = madeID(self.known.count + place + 1, apartFrom: taken)
            }
            taken.insert(id)
            ids.append(id)
        }
        return ids
    }

    private func place(of fragment: ChatChunk.ToolCallFragment) -> Int? {
        guard let place = self.likelyPlace(of: fragment), !self.beginsAnother(fragment, after: self.joined[place])
        else {
            return nil
        }
        return place
    }

    private func likelyPlace(of fragment: ChatChunk.ToolCallFragment) -> Int? {
        func hasSameIndex(_ call: Joined) -> Bool {
            call.index == fragment.index || call.index == nil || fragment.index == nil
        }
        if let id = fragment.id, let known = self.joined.lastIndex(where: { $0.id == id && hasSameIndex($0) }) {
            return known
        }
        guard let index = fragment.index else { return fragment.id == nil ? self.joined.indices.last : nil }
        return self.joined.lastIndex { $0.index == index && (fragment.id == nil || $0.id == nil) }
    }

    private func beginsAnother(_ fragment: ChatChunk.ToolCallFragment, after call: Joined) -> Bool {
        guard let name = fragment.name, !name.isEmpty, !call.name.isEmpty, fragment.id == nil else { return false }
        guard !call.arguments.isEmpty else { return name != call.name }
        return !fragment.arguments.isEmpty && (try? JSON(parsing: call.arguments)) != nil  // no JSON: not whole yet
    }
}

/// An id from the number on that is not taken: nine letters and digits are one for every server; Mistral takes no other.
private func madeID(_ first: Int, apartFrom taken: Set<String>) -> String {
    var number = first
    while true {
        let digits = String(number)
        let id = "call" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        if !taken.contains(id) { return id }
        number += 1
    }
}
