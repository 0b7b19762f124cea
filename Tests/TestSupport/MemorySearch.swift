import Chat

extension SearchQuery {
    /// Whether a text holds all of it; letters of either case are the same, with their marks they are others.
    func isFound(in text: String) -> Bool {
        let words = SearchWords.words(of: text.lowercased())
        return !self.isEmpty && self.phrases.allSatisfy { $0.isFound(in: words) }
    }
}

extension SearchQuery.Phrase {
    fileprivate func isFound(in words: [String]) -> Bool {
        let wanted = self.words.map { $0.lowercased() }
        return words.indices.contains { start in
            let stretch = words[start...].prefix(wanted.count)
            guard stretch.count == wanted.count, stretch.dropLast().elementsEqual(wanted.dropLast()) else {
                return false
            }
            guard let last = stretch.last, let ending = wanted.last else { return false }
            return self.isOpen ? last.hasPrefix(ending) : last == ending
        }
    }
}

extension MemoryConversation {
    /// A message of this conversation as a hit, or its title.
    func hit(_ message: Message?) -> SearchHit {
        SearchHit(
            conversation: self.id,
            title: self.title,
            isArchived: self.isArchived,
            message: message?.id,
            role: message?.role,
            createdAt: message?.createdAt ?? self.updatedAt,
            snippet: Snippet(marked: message?.text ?? self.title)
        )
    }
}
