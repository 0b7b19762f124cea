import Crypto
package import Identifiers

/// How what comes from elsewhere is called here.
///
/// A name is made from the person, the source and the name there: the same file gives the same names, and to two people
/// different ones.
package struct ImportNames: Sendable {
    package let person: PersonID
    package let source: Import.Source

    package init(person: PersonID, source: Import.Source) {
        self.person = person
        self.source = source
    }

    package func conversation(_ id: String) -> Conversation.ID {
        Self.name("conversation", self.person.rawValue, self.source.rawValue, id)
    }

    /// Messages are named within their conversation: other products copy messages with their ids.
    package func message(_ id: String, in conversation: Conversation.ID) -> Message.ID {
        Self.name("message", self.person.rawValue, self.source.rawValue, conversation.rawValue, id)
    }

    private static func name<Subject>(_ words: String...) -> Identifier<Subject> {
        // Lengths first, so that no two lists of words are one text.
        let text = words.map { "\($0.utf8.count):\($0)" }.joined()
        guard let name = Identifier<Subject>(rawValue: String(SHA256.digest(of: text).base64URL.prefix(22))) else {
            preconditionFailure("22 characters of base64url are an identifier")
        }
        return name
    }
}

/// What taking in a conversation, or a piece of one, adds to what is there.
package struct ImportPlan: Sendable, Equatable {
    /// The messages that are new, each behind the one that it follows.
    package let messages: [Message]
    /// The last message of the path to show; `nil` when the piece does not say, or it is not there yet.
    package let leaf: Message.ID?
    /// Whether a message that follows none is among those that came, new or not.
    package let hasRoot: Bool

    /// Plans for a conversation that is called `target` here and has the messages `known`.
    package init(
        _ conversation: ArchivedConversation,
        as target: Conversation.ID,
        knowing known: Set<Message.ID>,
        names: ImportNames
    ) throws(ImportRefusal) {
        func name(_ id: String) -> Message.ID {
            if let kept = Message.ID(rawValue: id), known.contains(kept) { return kept }
            return names.message(id, in: target)
        }
        let ordered = try Self.ordered(conversation.messages) { known.contains(name($0)) }
        let messages = ordered.map { $0.message(name($0.id), following: $0.parent.map(name)) }
        self.messages = messages.filter { !known.contains($0.id) }
        guard known.count + self.messages.count <= ImportLimits.messages else {
            throw ImportRefusal("It has more than \(ImportLimits.messages) messages.")
        }
        self.hasRoot = messages.contains { $0.parent == nil }
        let leaf = conversation.leaf.map(name)
        self.leaf = leaf.flatMap { leaf in known.contains(leaf) || messages.contains { $0.id == leaf } ? leaf : nil }
    }

    /// The messages with every parent before its children, and otherwise as they came.
    private static func ordered(
        _ messages: [ArchivedMessage],
        isKnown: (String) -> Bool
    ) throws(ImportRefusal) -> [ArchivedMessage] {
        var ids: Set<String> = []
        for message in messages {
            guard ids.insert(message.id).inserted else { throw ImportRefusal("It has two messages of the same id.") }
        }
        var placed: Set<String> = []
        var ordered: [ArchivedMessage] = []
        /// Those that came before the one that they follow, by its id.
        var waiting: [String: [ArchivedMessage]] = [:]
        for message in messages {
            guard let parent = message.parent, !placed.contains(parent), !isKnown(parent) else {
                Self.place(message, &placed, &ordered, &waiting)
                continue
            }
            guard ids.contains(parent) else { throw ImportRefusal("A message follows one that is not there.") }
            waiting[parent, default: []].append(message)
        }
        guard ordered.count == messages.count else {
            throw ImportRefusal("Its messages follow each other in a circle.")
        }
        return ordered
    }

    /// Places a message, then those that waited for it, and for them; without recursion, since chains are long.
    private static func place(
        _ message: ArchivedMessage,
        _ placed: inout Set<String>,
        _ ordered: inout [ArchivedMessage],
        _ waiting: inout [String: [ArchivedMessage]]
    ) {
        var next = [message]
        while let message = next.popLast() {
            ordered.append(message)
            placed.insert(message.id)
            next += (waiting.removeValue(forKey: message.id) ?? []).reversed()
        }
    }
}
