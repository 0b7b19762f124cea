internal import Glibc
internal import Synchronization

/// Hashes passwords on threads of its own, so that neither a loop nor Swift's pool waits for one.
///
/// At most as many threads as there are cores work at the same time, each with the memory of one hash; they end when nothing
/// is left to do. What has to wait is bounded: whoever comes when the queue is full is told to come again.
package final class PasswordHasher: Sendable {
    /// Why a password was neither hashed nor checked.
    package enum Failure: Error, Sendable, Equatable {
        /// Too many wait, or there is no memory; the same may work a little later.
        case busy
    }

    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var threads = 0
    }

    private let cost: PasswordHash.Cost
    private let threads: Int
    private let capacity: Int
    private let state = Mutex(State())

    /// `threads` work at the same time, one for each core unless it is said; `capacity` may wait for them.
    package init(cost: PasswordHash.Cost = .usual, threads: Int? = nil, capacity: Int = 64) {
        self.cost = cost
        self.threads = threads ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        self.capacity = capacity
    }

    /// The hash of a password, with a salt of its own.
    package func hash(_ password: String) async throws(Failure) -> PasswordHash {
        var random = SecureRandom()
        let salt = random.bytes(16)
        let cost = self.cost
        return try await self.run { () throws(Argon2id.OutOfMemory) in
            try Argon2id.hash(password, salt: salt, cost: cost)
        }
    }

    /// Whether the hash is one of that password; without a hash it is not, and that takes as long as if there were one.
    package func verify(_ password: String, against hash: PasswordHash?) async throws(Failure) -> Bool {
        let compared = hash ?? self.decoy
        let isRight = try await self.run { () throws(Argon2id.OutOfMemory) in
            try Argon2id.verify(password, against: compared)
        }
        return isRight && hash != nil
    }

    /// Whether a hash cost something else than those that are made now.
    package func isOutdated(_ hash: PasswordHash) -> Bool { hash.cost != self.cost }

    /// A hash of no password: it was not computed.
    private var decoy: PasswordHash {
        let cost = "m=\(self.cost.kibibytes),t=\(self.cost.passes),p=\(self.cost.lanes)"
        let (salt, digest) = (String(repeating: "A", count: 22), String(repeating: "A", count: 43))
        guard let hash = PasswordHash("$argon2id$v=19$\(cost)$\(salt)$\(digest)") else {
            preconditionFailure("a hash that is written like this is one")
        }
        return hash
    }

    private func run<Answer: Sendable>(
        _ work: @escaping @Sendable () throws(Argon2id.OutOfMemory) -> Answer
    ) async throws(Failure) -> Answer {
        let answer: Result<Answer, Failure> = await withCheckedContinuation { continuation in
            let isTaken = self.enqueue {
                do throws(Argon2id.OutOfMemory) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(.busy))
                }
            }
            if !isTaken { continuation.resume(returning: .failure(.busy)) }
        }
        return try answer.get()
    }

    /// Has a thread do the work, soon; `false` when too much waits.
    private func enqueue(_ work: @escaping @Sendable () -> Void) -> Bool {
        let (isTaken, needsThread) = self.state.withLock { state in
            guard state.waiting.count < self.capacity else { return (false, false) }
            state.waiting.append(work)
            guard state.threads < self.threads else { return (true, false) }
            state.threads += 1
            return (true, true)
        }
        if needsThread { self.startThread() }
        return isTaken
    }

    /// Works until nothing waits.
    private func workOff() {
        while let work = self.next() { work() }
    }

    private func next() -> (@Sendable () -> Void)? {
        self.state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.threads -= 1
            return nil
        }
    }

    private func startThread() {
        let context = unsafe Unmanaged.passRetained(self)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<PasswordHasher>.fromOpaque(context).takeRetainedValue().workOff()
                return nil
            },
            context.toOpaque()
        )
        precondition(code == 0, "The system has no thread left to hash a password.")
        pthread_detach(thread)
    }
}
