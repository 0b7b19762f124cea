internal import Chat
internal import JSONValue

/// Proposes to remember something; the reader is asked, and nothing is written here.
struct ProposeFactTool: Tool {
    let facts: any FactStore
    let conversations: any ConversationStore

    let description = ToolDescription(
        name: "propose_fact",
        purpose: """
            Asks the reader whether something they have just said about themselves should be remembered for all \
            conversations. Only lasting facts, only from their own words. Do not say that it is remembered: they decide.
            """,
        parameters: .object(
            [
                "text": [
                    "type": "string", "minLength": 3, "maxLength": .integer(Fact.longest),
                    "description": "The fact in one short sentence.",
                ],
                "quote": [
                    "type": "string", "minLength": 3, "maxLength": 300,
                    "description": "The reader's own words that say it, letter by letter.",
                ],
            ],
            required: ["text", "quote"]
        )
    )

    func run(_ arguments: JSON, for caller: ToolCaller) async throws(ToolError) -> JSON {
        let text = arguments["text"]?.string ?? ""
        let quote = PlainText(arguments["quote"]?.string ?? "").words
        let (messages, memory) = try await self.known(of: caller)
        let isQuoted = messages.contains { $0.role == .user && PlainText($0.text).words.contains(quote) }
        guard isQuoted, !quote.isEmpty else {
            throw ToolError("The quote is not in the reader's own words, so it is not proposed.")
        }
        guard memory.facts.count < Fact.most else { throw ToolError("There is no room for more facts.") }
        guard memory.mayPropose(text) else {
            throw ToolError("It is remembered already, or the reader does not want to be asked about it.")
        }
        return ["proposed": .string(text)]
    }

    private func known(of caller: ToolCaller) async throws(ToolError) -> ([Message], Memory) {
        do throws(StoreError) {
            let said = try await self.conversations.conversation(caller.conversation, of: caller.person, limit: 50)
            return (said?.messages ?? [], try await self.facts.memory(of: caller.person))
        } catch {
            throw ToolError("The memory cannot be read at the moment.")
        }
    }
}
