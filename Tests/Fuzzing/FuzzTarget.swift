/// A reader of bytes that come from outside, under the name that its corpus and `Scripts/fuzz` know it by.
///
/// Each has one property that must hold for every input there is: a function that throws a ``Violation`` where it does
/// not. The same functions run over the corpus in every test run and over millions of inputs under libFuzzer.
enum FuzzTarget: String, CaseIterable, Sendable {
    case request, chunks, query, cookies, json, deltas
    case eventStream = "event-stream"
    case modelReply = "model-reply"
    case spool
    case storedReply = "stored-reply"

    /// Throws when the reader does not keep its promises for this input.
    func check(_ input: [UInt8]) throws {
        switch self {
        case .request: try checkRequests(input)
        case .chunks: try checkChunks(input)
        case .query: try checkQuery(input)
        case .cookies: try checkCookies(input)
        case .json: try checkJSON(input)
        case .deltas: try checkDeltas(input)
        case .eventStream: try checkEventStream(input)
        case .modelReply: try checkModelReply(input)
        case .spool: try checkSpool(input)
        case .storedReply: try checkStoredReply(input)
        }
    }
}

/// A promise that did not hold.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Throws a ``Violation`` that names the claim unless it holds.
func require(_ holds: Bool, _ claim: @autoclosure () -> String) throws(Violation) {
    guard holds else { throw Violation(description: claim()) }
}
