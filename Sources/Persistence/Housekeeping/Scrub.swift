internal import Chat
internal import Observability

/// Reads every stored message once in a while, slowly, so that damage is found before somebody needs the message.
struct Scrub: Sendable {
    /// How many messages are read at a time, and the pause after that: a million messages take four hours or so.
    static let batch = 64
    static let pause = Duration.seconds(1)
    /// How long after a start the first round begins, so that a server that restarts every night has one, too.
    static let calm = Duration.seconds(10 * 60)
    /// The pause between two rounds.
    static let rest = Duration.seconds(24 * 60 * 60)

    let readers: Readers
    let damage: DamageReport
    let time: TimeSource

    /// Goes round until it is cancelled.
    func run() async {
        var pause = Self.calm
        while (try? await self.time.sleep(pause)) != nil {
            await self.round()
            pause = Self.rest
        }
    }

    /// Reads all messages once.
    func round() async {
        var next: Int64? = 0
        while let start = next {
            let damage = self.damage
            // What cannot be read now is read in the next round; readers report what is wrong with the file.
            next =
                try? await self.readers.read { database in
                    try MessageRows(database: database, report: damage.found).check(from: start, count: Self.batch)
                }
            guard next != nil, (try? await self.time.sleep(Self.pause)) != nil else { return }
        }
    }
}
