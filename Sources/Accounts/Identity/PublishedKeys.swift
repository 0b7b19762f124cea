internal import Crypto
package import Observability

/// What an identity provider publishes, as it came.
package struct PublishedDocument: Sendable {
    package let bytes: [UInt8]
    /// How long it may be kept, as the provider says; `nil` when it says nothing.
    package let maximumAge: Duration?

    /// `cacheControl` is the field of that name, as it came (RFC 9111, section 5.2.2).
    package init(bytes: [UInt8], cacheControl: String?) {
        self.bytes = bytes
        let words = (cacheControl ?? "").lowercased().split(separator: ",").map {
            $0.filter { $0 != " " && $0 != "\"" }
        }
        let age = words.first { $0.hasPrefix("max-age=") }.flatMap {
            UInt32($0.dropFirst("max-age=".count))
        }
        let mayNotBeKept = words.contains { $0 == "no-store" || $0 == "no-cache" }
        self.maximumAge = mayNotBeKept ? .zero : age.map { .seconds(Int($0)) }
    }
}

/// Why it did not come; the reason is for the log.
package struct PublishedDocumentMissing: Error, Sendable, Equatable {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}

/// Knows the keys of an identity provider, and asks for them again when they are old or one is missing.
///
/// One request at a time is under way. A key that is not known is asked for at most once a minute, so that tokens with made-up
/// names cost the provider nothing. While the provider does not answer, its last keys are used, for a day after they came.
package actor PublishedKeys {
    package typealias Fetch = @Sendable () async throws(PublishedDocumentMissing) -> PublishedDocument

    /// How long keys are used without asking, whatever the provider says, and what that is when it says nothing.
    private static let freshness = Duration.seconds(60)...Duration.seconds(86_400)
    private static let usualFreshness = Duration.seconds(3600)
    /// How long keys are used while no new ones can be had.
    private static let patience = Duration.seconds(86_400)
    /// Between two requests for old keys, or for one that is missing; and as long as there are none at all.
    private static let pause = Duration.seconds(60)
    private static let pauseWithoutKeys = Duration.seconds(5)

    private struct Known {
        let keys: KeySet
        let since: Duration
        let freshUntil: Duration
    }

    private let fetch: Fetch
    private let time: TimeSource
    private let logger: Logger
    private let metrics: Metrics
    private var known: Known?
    private var lastAttempt: Duration?
    /// When a key was asked for that was missing, which has a minute of its own: a key may be changed just after the others came.
    private var lastSearch: Duration?
    /// The request that is under way; everybody who needs its answer waits for this one.
    private var fetching: Task<Void, Never>?

    package init(time: TimeSource, logger: Logger, metrics: Metrics, fetch: @escaping Fetch) {
        self.fetch = fetch
        self.time = time
        self.logger = logger
        self.metrics = metrics
    }

    /// The key of a name and an algorithm.
    func key(
        named id: String?,
        _ algorithm: VerificationKey.Algorithm
    ) async throws(IdentityProblem) -> VerificationKey {
        let now = self.time.elapsed()
        let old = self.usable(at: now)
        let mayFetch = now >= old?.freshUntil ?? now && self.mayFetch(at: now)
        // An old key serves whoever comes while another request waits for the new ones.
        if let key = old?.keys.key(named: id, algorithm), !mayFetch || self.fetching != nil { return key }
        if self.fetching != nil || mayFetch || self.maySearch(at: now) { await self.refresh(at: now) }
        guard let known = self.usable(at: self.time.elapsed()) else { throw .unreachable }
        guard let key = known.keys.key(named: id, algorithm) else { throw .key }
        return key
    }

    /// Asks for the keys, if that may be now.
    func look() async {
        let now = self.time.elapsed()
        if self.fetching != nil || self.mayFetch(at: now) { await self.refresh(at: now) }
    }

    private func usable(at now: Duration) -> Known? {
        self.known.flatMap { now < max($0.since + Self.patience, $0.freshUntil) ? $0 : nil }
    }

    private func mayFetch(at now: Duration) -> Bool {
        guard let lastAttempt else { return true }
        return now - lastAttempt >= (self.usable(at: now) == nil ? Self.pauseWithoutKeys : Self.pause)
    }

    /// Whether a key may be asked for that is missing, which then counts as done.
    private func maySearch(at now: Duration) -> Bool {
        guard self.usable(at: now) != nil, self.lastSearch.map({ now - $0 >= Self.pause }) ?? true
        else { return false }
        self.lastSearch = now
        return true
    }

    /// Asks for the keys, or waits for the answer to who asks already.
    private func refresh(at now: Duration) async {
        if self.fetching == nil {
            self.lastAttempt = now
            // Not the task of who asks: others wait for the answer, too, when that one is gone.
            self.fetching = Task { await self.take() }
        }
        await self.fetching?.value
    }

    private func take() async {
        defer { self.fetching = nil }
        do throws(PublishedDocumentMissing) {
            let document = try await self.fetch()
            guard let keys = KeySet(reading: document.bytes) else {
                throw PublishedDocumentMissing(
                    reason: "what came is no key set with a key for RS256 or ES256"
                )
            }
            let now = self.time.elapsed()
            let age = min(
                max(document.maximumAge ?? Self.usualFreshness, Self.freshness.lowerBound),
                Self.freshness.upperBound
            )
            self.known = Known(keys: keys, since: now, freshUntil: now + age)
            self.count("fetched")
        } catch {
            self.count("failed")
            self.logger.warning(
                "the keys of the identity provider cannot be had",
                ["reason": error.reason]
            )
        }
    }

    private func count(_ result: String) {
        self.metrics.count("shuren_identity_key_requests_total", ["result": result])
    }
}
