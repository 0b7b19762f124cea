extension Failure {
    /// The model cannot be reached, or says no.
    package static let unavailable = Failure(kind: .unavailable, message: "AI service temporarily unavailable")
    /// The model was silent for too long.
    package static let timeout = Failure(kind: .timeout, message: "The AI service took too long to answer")
}

extension ProviderError {
    /// What the reader is told; the cause is in the log.
    var failure: Failure {
        switch self {
        case .unreachable, .broken, .rejected, .overloaded, .failed, .cancelled: .unavailable
        case .malformed: Failure(kind: .malformed, message: Failure.unavailable.message)
        }
    }
}
