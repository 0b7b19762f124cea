/// One reader of bytes from outside, and what must hold for any input.
///
/// A target is a claim, not a program: ``problem(with:)`` answers in words what an input shows to be untrue. The fuzzer
/// searches for such inputs; the tests try every input of the corpus.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case request, chunks, query, cookies, json, deltas
    case eventStream = "event-stream"
    case spool

    /// What is wrong, in one sentence; `nil` when everything holds.
    package func problem(with input: [UInt8]) -> String? {
        switch self {
        case .request: problemReadingRequests(input)
        case .chunks: problemReadingChunks(input)
        case .query: problemReadingQuery(input)
        case .cookies: problemReadingCookies(input)
        case .json: problemReadingJSON(input)
        case .deltas: problemReadingDeltas(input)
        case .eventStream: problemReadingEventStream(input)
        case .spool: problemReadingSpool(input)
        }
    }
}

/// Every way to cut a short input in two, a few ways for a long one, and byte by byte.
func cuts(of input: [UInt8]) -> [[ArraySlice<UInt8>]] {
    let places = input.count <= 128 ? Array(0...input.count) : [1, input.count / 3, input.count / 2, input.count - 1]
    let single = input.count <= 4096 ? [input.indices.map { input[$0...$0] }] : []
    return places.map { [input[..<$0], input[$0...]] } + single
}
