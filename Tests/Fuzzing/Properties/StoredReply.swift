import Chat

@testable import Persistence

/// Bytes that read as a finished reply are written as bytes that read as the same reply; all others are refused.
func checkStoredReply(_ input: [UInt8]) throws {
    guard let reply = try? FinishedReply(stored: input) else { return }
    let written = reply.stored
    let again = try FinishedReply(stored: written)
    try require(again == reply, "a reply that was written reads back")
    try require(again.stored == written, "and is written alike")
}
