import Chat
import JSONValue
import Observability

/// Reads conversations in the form in which they come from elsewhere.
///
/// What cannot be read is refused with a sentence that says where; what a newer version may have added is passed over.
struct ArchiveReading {
    /// What stands where nothing says when something happened.
    let now: Timestamp

    /// The years in which anything can have been said: 1970 to 9999.
    private static let moments = 0.0...253_402_300_799_999.0

    func conversation(_ json: JSON) throws(ImportRefusal) -> ArchivedConversation {
        guard json.object != nil else { throw ImportRefusal("It is no object.") }
        guard let list = json["messages"]?.array else { throw ImportRefusal("It has no list of messages.") }
        guard list.count <= ImportLimits.messagesInBatch else {
            throw ImportRefusal("A piece has at most \(ImportLimits.messagesInBatch) messages.")
        }
        let createdAt = try self.moment(json["created_at"], "The conversation's created_at")
        var messages: [ArchivedMessage] = []
        for (index, element) in list.enumerated() {
            messages.append(try self.message(element, "Message \(index + 1)", defaultMoment: createdAt ?? self.now))
        }
        let start = createdAt ?? messages.first?.createdAt ?? self.now
        var conversation = ArchivedConversation(
            id: try self.id(json["id"], "The conversation's id"),
            title: try self.title(json["title"], messages),
            createdAt: start,
            updatedAt: try self.moment(json["updated_at"], "The conversation's updated_at")
                ?? messages.map(\.createdAt).max() ?? start,
            messages: messages
        )
        conversation.isPinned = try self.flag(json["pinned"], "\"pinned\"")
        conversation.isArchived = try self.flag(json["archived"], "\"archived\"")
        conversation.leaf = try self.optional(json["leaf"]) { leaf throws(ImportRefusal) in
            try self.id(leaf, "The conversation's leaf")
        }
        return conversation
    }

    private func message(
        _ json: JSON,
        _ place: String,
        defaultMoment: Timestamp
    ) throws(ImportRefusal) -> ArchivedMessage {
        guard json.object != nil else { throw ImportRefusal("\(place) is no object.") }
        guard let role = json["role"]?.string.flatMap(Message.Role.init(rawValue:)) else {
            throw ImportRefusal("\(place) is of neither \"user\" nor \"assistant\".")
        }
        let state = try self.optional(json["state"]) { state throws(ImportRefusal) in
            guard let state = state.string.flatMap(ReplyState.init(rawValue:)) else {
                throw ImportRefusal("\(place) has a state that is not known.")
            }
            return state
        }
        return ArchivedMessage(
            id: try self.id(json["id"], "The id of message \(place.dropFirst(8))"),
            parent: try self.optional(json["parent"]) { parent throws(ImportRefusal) in
                try self.id(parent, "The parent of message \(place.dropFirst(8))")
            },
            role: role,
            state: state ?? .complete,
            agent: try self.text(json["agent"], "The agent of message \(place.dropFirst(8))", ImportLimits.agent),
            error: try self.text(json["error"], "The error of message \(place.dropFirst(8))", ImportLimits.title),
            shown: try self.optional(json["shown"]) { shown throws(ImportRefusal) in
                guard let count = shown.int, (0...Int(Int32.max)).contains(count) else {
                    throw ImportRefusal("\(place) has a \"shown\" that is no count.")
                }
                return count
            },
            createdAt: min(
                try self.moment(json["created_at"], "The created_at of \(place)") ?? defaultMoment,
                self.now
            ),
            parts: try self.parts(json["parts"], place)
        )
    }

    // MARK: Parts

    private func parts(_ json: JSON?, _ place: String) throws(ImportRefusal) -> [Part] {
        guard let list = json?.array else { throw ImportRefusal("\(place) has no list of parts.") }
        guard list.count <= ImportLimits.parts else {
            throw ImportRefusal("\(place) has more than \(ImportLimits.parts) parts.")
        }
        var parts: [Part] = []
        var bytes = 0
        for element in list {
            guard let part = try self.part(element, place) else { continue }
            bytes += part.size
            parts.append(part)
        }
        guard bytes <= ImportLimits.content else {
            throw ImportRefusal("\(place) is longer than \(ImportLimits.content / 1024) KiB.")
        }
        return parts
    }

    /// A part; `nil` for one of a kind that is not known here.
    private func part(_ json: JSON, _ place: String) throws(ImportRefusal) -> Part? {
        func text(_ key: String) throws(ImportRefusal) -> String {
            guard let text = json[key]?.string else { throw ImportRefusal("\(place) has a part without \(key).") }
            return text
        }
        switch json["type"]?.string {
        case "text": return .text(try text("text"))
        case "reasoning": return .reasoning(try text("text"))
        case "source": return .source(url: try text("url"), title: try text("title"))
        case "file": return .file(type: try text("media_type"), reference: try text("reference"))
        case "tool":
            let call = ToolCall(id: try text("id"), name: try text("name"), arguments: try text("arguments"))
            return .tool(call: call, result: try self.result(of: call, json, place))
        case nil: throw ImportRefusal("\(place) has a part without type.")
        default: return nil
        }
    }

    private func result(of call: ToolCall, _ json: JSON, _ place: String) throws(ImportRefusal) -> ToolResult? {
        guard let result = json["result"], !result.isNull else { return nil }
        guard let text = result.string else { throw ImportRefusal("\(place) has a tool's result that is no text.") }
        let isError = try self.flag(json["is_error"], "\"is_error\"")
        let seconds = json["seconds"]?.double ?? 0
        return ToolResult(
            id: call.id,
            name: call.name,
            outcome: isError ? .error(text) : .result(text),
            // A tool that ran for more than a day is one whose clock was set.
            duration: .nanoseconds(Int64((min(max(seconds, 0), 86_400) * 1e9).rounded()))
        )
    }

    // MARK: Small things

    private func optional<Value>(
        _ json: JSON?,
        _ read: (JSON) throws(ImportRefusal) -> Value
    ) throws(ImportRefusal) -> Value? {
        guard let json, !json.isNull else { return nil }
        return try read(json)
    }

    private func id(_ json: JSON?, _ what: String) throws(ImportRefusal) -> String {
        guard let id = json?.string, (1...ImportLimits.id).contains(id.utf8.count) else {
            throw ImportRefusal("\(what) must be a text of 1 to \(ImportLimits.id) bytes.")
        }
        return id
    }

    private func text(_ json: JSON?, _ what: String, _ limit: Int) throws(ImportRefusal) -> String? {
        try self.optional(json) { json throws(ImportRefusal) in
            guard let text = json.string, text.utf8.count <= limit else {
                throw ImportRefusal("\(what) must be a text of at most \(limit) bytes.")
            }
            return text
        }
    }

    private func flag(_ json: JSON?, _ what: String) throws(ImportRefusal) -> Bool {
        try self.optional(json) { json throws(ImportRefusal) in
            guard let flag = json.bool else { throw ImportRefusal("\(what) must be true or false.") }
            return flag
        } ?? false
    }

    private func moment(_ json: JSON?, _ what: String) throws(ImportRefusal) -> Timestamp? {
        try self.optional(json) { json throws(ImportRefusal) in
            guard let milliseconds = json.double, Self.moments.contains(milliseconds) else {
                throw ImportRefusal("\(what) must be milliseconds since 1970.")
            }
            return Timestamp(milliseconds: Int64(milliseconds))
        }
    }

    /// The title on one line and short enough; without one, what the first message gives.
    private func title(_ json: JSON?, _ messages: [ArchivedMessage]) throws(ImportRefusal) -> String {
        let given = try self.text(json, "The title", ImportLimits.title) ?? ""
        let title = given.split { $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.value < 0x20 } }
            .joined(separator: " ")
        if title.isEmpty {
            return Conversation.title(from: messages.first { $0.role == .user }.map { $0.text } ?? "")
        }
        guard title.count > Conversation.longestTitle else { return title }
        return String(title.prefix(Conversation.longestTitle - 1)) + "…"
    }
}

extension ArchivedMessage {
    fileprivate var text: String {
        self.parts.map { part in if case .text(let text) = part { text } else { "" } }.joined()
    }
}

extension Part {
    /// How much it holds, in bytes.
    fileprivate var size: Int {
        switch self {
        case .text(let text), .reasoning(let text): text.utf8.count
        case .source(let url, let title): url.utf8.count + title.utf8.count
        case .file(let type, let reference): type.utf8.count + reference.utf8.count
        case .tool(let call, let result):
            call.id.utf8.count + call.name.utf8.count + call.arguments.utf8.count + (result?.size ?? 0)
        }
    }
}

extension ToolResult {
    fileprivate var size: Int {
        switch self.outcome {
        case .result(let text), .error(let text): text.utf8.count
        }
    }
}
