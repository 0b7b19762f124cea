/// What was said in one place of a conversation: the reader's messages that have the same parent.
///
/// Two of the same text are the same question, asked anew to get another reply; one of another text is an edit. So of a
/// message the other texts are its variants, and of a reply the questions of the same text.
package struct Variants: Sendable {
    /// Texts as bytes: what looks alike but is written otherwise is another text.
    private let questions: [(id: Message.ID, text: [UInt8])]

    /// Takes the reader's messages in one place, oldest first.
    package init(_ questions: [(id: Message.ID, text: String)]) {
        self.questions = questions.map { ($0.id, Array($0.text.utf8)) }
    }

    /// One message for each text, in the order in which the texts came: the message itself for its own, for every other
    /// text its newest.
    package func ofQuestion(_ id: Message.ID) -> [Message.ID] {
        var texts: [[UInt8]: Int] = [:]
        var variants: [Message.ID] = []
        for question in self.questions {
            if let place = texts[question.text] {
                if variants[place] != id { variants[place] = question.id }
            } else {
                texts[question.text] = variants.count
                variants.append(question.id)
            }
        }
        return variants
    }

    /// The messages of the same text as the one that a reply answers, oldest first.
    package func ofReply(to id: Message.ID) -> [Message.ID] {
        guard let own = self.questions.first(where: { $0.id == id }) else { return [] }
        return self.questions.filter { $0.text == own.text }.map(\.id)
    }
}
