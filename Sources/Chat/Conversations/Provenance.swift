/// How a reply came about, for the reader who wants to know.
package struct Provenance: Sendable, Equatable {
    /// Why this agent answered.
    package let reason: String?
    /// What the reader was told when another provider answered in the model's place.
    package let standIn: String?
    /// The facts about the reader that the model was told.
    package let facts: [Fact.ID]
    package let usage: Usage?
    /// Why the model wrote no more; ``FinishReason/length`` where the reply ends before its end.
    package let finishReason: FinishReason?
    /// From the claim to the first text.
    package let firstText: Duration?
    /// From the claim to the end.
    package let duration: Duration?

    package init(
        reason: String?,
        standIn: String?,
        facts: [Fact.ID],
        usage: Usage?,
        finishReason: FinishReason?,
        firstText: Duration?,
        duration: Duration?
    ) {
        self.reason = reason
        self.standIn = standIn
        self.facts = facts
        self.usage = usage
        self.finishReason = finishReason
        self.firstText = firstText
        self.duration = duration
    }
}
