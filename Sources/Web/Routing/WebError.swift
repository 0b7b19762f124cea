import Accounts
import Chat
import HTTPServer
import HTTPTypes
import JSONValue
import Observability

/// A request that is answered with an error: a code for programs and a sentence for people.
struct WebError: Error, Sendable, Equatable {
    let status: HTTPStatus
    let code: String
    let message: String
    var retryAfter: Duration?
    /// The limit that was met, for the fields that programs read.
    var limit: LimitStanding?

    init(_ status: HTTPStatus, _ code: String, _ message: String, retryAfter: Duration? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// The form that every route's errors have.
    var response: HTTPResponse {
        var error = JSON.Object()
        error["code"] = .string(self.code)
        error["message"] = .string(self.message)
        var response = HTTPResponse.json(.null, self.status)
        if let retryAfter {
            let seconds = retryAfterSeconds(retryAfter)
            error["retry_after"] = .number(JSON.Number(seconds))
            response.fields.append("Retry-After", "\(seconds)")
        }
        if let limit { response.fields.append(limit) }
        response.body = .bytes(JSON.object(JSON.Object([.init(key: "error", value: .object(error))])).bytes(.spaced))
        return response
    }

    static func badRequest(_ message: String) -> WebError { WebError(.badRequest, "bad_request", message) }

    static let unauthorized = WebError(.unauthorized, "unauthorized", "Session expired. Please log in again.")
    static let secondFactorMissing = WebError(
        .forbidden,
        "second_factor_missing",
        "Set up a second factor first: this server asks you for one."
    )
    static func missingScope(_ scope: KeyScope) -> WebError {
        WebError(.forbidden, "missing_scope", "This key is not for that: it lacks the scope \"\(scope.rawValue)\".")
    }
    /// What is a person's own to do, on the page.
    static func browsersOnly(_ sentence: String) -> WebError { WebError(.forbidden, "browsers_only", sentence) }
    static let notFound = WebError(.notFound, "not_found", "There is nothing here.")
    static let streamingDisabled = WebError(
        .conflict,
        "streaming_disabled",
        "Streaming is switched off; use POST /api/v1/chat."
    )
    static let profileChanged = WebError(
        .conflict,
        "profile_changed",
        "This was answered meanwhile, maybe in another tab. Look at what is known now, then go on."
    )
    static let draining = WebError(
        .serviceUnavailable,
        "restarting",
        "The server is restarting. Try again in a moment.",
        retryAfter: .seconds(5)
    )

    static func rateLimited(_ wait: Duration, _ limit: LimitStanding?) -> WebError {
        var error = WebError(
            .tooManyRequests,
            "rate_limited",
            "Too many messages. Please wait a little.",
            retryAfter: wait
        )
        error.limit = limit
        return error
    }

    static func tooManyRequests(_ wait: Duration) -> WebError {
        WebError(.tooManyRequests, "too_many_requests", "Too many requests. Please wait a little.", retryAfter: wait)
    }
}

extension WebError {
    /// What any error of a handler means to the client; the one translation there is.
    init(describing error: any Error) {
        switch error {
        case let error as WebError: self = error
        case let error as StartError: self.init(error)
        case let error as StoreError: self.init(error)
        case let error as AccountStoreError: self.init(error)
        case let error as BudgetExceeded: self.init(error)
        case is ProfileConflict: self = .profileChanged
        case let error as ImportError: self.init(error)
        case let error as PeopleError: self.init(error)
        default: self = WebError(.internalServerError, "internal", "Something went wrong on the server.")
        }
    }

    private init(_ error: StartError) {
        switch error {
        case .conflict:
            self = WebError(.conflict, "message_conflict", "This message id was used with another text.")
        case .noSuchConversation:
            self = .notFound
        case .tooManyRunning:
            self = WebError(
                .tooManyRequests,
                "too_many_streams",
                "Too many replies are running. Wait for one to finish.",
                retryAfter: .seconds(5)
            )
        case .crowded:
            self = WebError(
                .serviceUnavailable,
                "busy",
                "Too many people are being answered right now. Try again in a moment.",
                retryAfter: .seconds(5)
            )
        case .noRoom:
            self = .storageUnavailable
        case .draining:
            self = .draining
        }
    }

    private init(_ error: BudgetExceeded) {
        let sentence =
            switch error.scope {
            case .day: "Today's budget for replies is spent. There is a new one at midnight UTC."
            case .conversation: "This conversation has come to its limit. Begin a new one."
            }
        self = WebError(.tooManyRequests, "budget_exceeded", sentence, retryAfter: error.wait)
    }

    private init(_ error: ImportError) {
        switch error {
        case .otherSource:
            self = WebError(.conflict, "import_conflict", "This import is one of another source. Make another id.")
        case .undone:
            self = WebError(.conflict, "import_undone", "This import was undone. Restore it, or begin another.")
        case .tooMany:
            self = WebError(.conflict, "too_many_imports", "There are as many imports as are kept.")
        }
    }

    private init(_ error: StoreError) {
        switch error {
        case .busy, .unavailable: self = .storageUnavailable
        case .damaged: self = WebError(.internalServerError, "damaged", "What was stored here is damaged.")
        }
    }

    private init(_ error: AccountStoreError) {
        switch error {
        case .busy, .unavailable: self = .storageUnavailable
        }
    }

    private static let storageUnavailable = WebError(
        .serviceUnavailable,
        "storage_unavailable",
        "The server cannot save at the moment. Try again in a moment.",
        retryAfter: .seconds(5)
    )
}

/// What the field `Retry-After` says: whole seconds, at least one.
func retryAfterSeconds(_ wait: Duration) -> Int { max(1, Int(wait.inSeconds.rounded(.up))) }

extension HTTPResponse {
    /// JSON that belongs to whoever asked and is kept nowhere on the way.
    static func json(_ value: JSON, _ status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(
            status,
            fields: [
                "Content-Type": "application/json; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
                "Referrer-Policy": "no-referrer",
            ],
            body: .bytes(value.bytes(.spaced))
        )
    }
}
