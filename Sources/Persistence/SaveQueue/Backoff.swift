/// How long to wait before the next attempt: twice as long each time, from 50 ms up to half a minute.
///
/// Each wait is shortened by chance, by up to a half, so that many who failed together do not come back together.
struct Backoff: Sendable {
    private static let first = Duration.milliseconds(50)
    private static let longest = Duration.seconds(30)

    private var next = Self.first

    /// The wait before the next attempt.
    mutating func wait(using random: inout some RandomNumberGenerator) -> Duration {
        defer { self.next = min(self.next * 2, Self.longest) }
        return self.next * Double.random(in: 0.5...1, using: &random)
    }
}
