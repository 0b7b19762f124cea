/// What a generation may take.
package struct GenerationLimits: Sendable {
    /// From the start to the first text.
    package var firstChunk = Duration.seconds(60)
    /// Between two signs of life after that.
    package var silence = Duration.seconds(30)
    /// Bytes of text after which a reply ends with finish reason `length`.
    package var longestReply = 1024 * 1024
    /// Bytes of text after which a checkpoint does not wait for its second.
    package var checkpointBytes = 4096
    /// How long an ended generation is kept in memory for those who come back; then the database answers.
    package var retention = Duration.seconds(10)
    /// How long viewers of an ended reply stay to hear that the database has it.
    package var farewell = Duration.seconds(30)
    /// Generations of one person at one time; 0 is no limit.
    package var runningPerPerson = 10
    /// Generations of everybody together; 0 leaves it to the spool, which has room set aside for each.
    package var running = 0

    package init() {}
}
