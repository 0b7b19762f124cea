package import Observability

/// What was looked at of an installation, as numbers; what that means is in ``findings``.
package struct Installation: Sendable, Equatable {
    package struct Database: Sendable, Equatable {
        package let conversations: Int
        package let messages: Int
        package let version: Int
        package let problems: [String]

        package init(conversations: Int, messages: Int, version: Int, problems: [String]) {
            self.conversations = conversations
            self.messages = messages
            self.version = version
            self.problems = problems
        }
    }

    package struct Spool: Sendable, Equatable {
        package let waiting: Int
        package let damaged: Int

        package init(waiting: Int, damaged: Int) {
            self.waiting = waiting
            self.damaged = damaged
        }
    }

    package enum Model: Sendable, Equatable {
        case builtIn
        case asked(sentences: [String], isWell: Bool)
    }

    package enum Clock: Sendable, Equatable {
        /// Nobody is known who could be asked.
        case alone
        case silent(whom: String)
        /// How far this machine's clock is ahead of the other.
        case ahead(Duration, of: String)
    }

    /// How much the serving process may have open, and how much it was set to take.
    package struct Room: Sendable, Equatable {
        package let openFiles: Int
        package let connections: Int
        package let wantedConnections: Int

        package init(openFiles: Int, connections: Int, wantedConnections: Int) {
            self.openFiles = openFiles
            self.connections = connections
            self.wantedConnections = wantedConnections
        }
    }

    package enum Restore: Sendable, Equatable {
        case proved(ProvedRestore)
        /// It was tried and does not bring back what there is.
        case failed(String)
        /// It could not be tried now.
        case untried(String)
        /// It was not tried now; the last one.
        case last(ProvedRestore?, now: Timestamp)
    }

    /// Why the data folder cannot be looked at.
    package var problem: String?
    /// Whether there is no data folder yet.
    package var isNew = false
    package var database: Database?
    package var databaseBytes = 0
    package var spool: Spool?
    package var isSpoolApart = false
    package var freeForDatabase = 0
    package var freeForSpool = 0
    package var model = Model.builtIn
    package var clock = Clock.alone
    /// `nil` where no server runs.
    package var room: Room?
    package var restore: Restore?

    package init() {}
}

extension Installation {
    /// What that means.
    package var findings: [Finding] {
        var findings: [Finding] = []
        if let problem {
            findings.append(
                Finding(
                    "database",
                    .bad,
                    "The data folder cannot be read: \(problem)",
                    code: "unreadable",
                    values: ["reason": problem]
                )
            )
        } else if self.isNew {
            findings.append(self.databaseFinding)
        } else {
            findings += [self.databaseFinding, self.spoolFinding, self.diskFinding]
        }
        findings += [self.modelFinding, self.clockFinding]
        if let room { findings.append(Self.finding(of: room)) }
        if let restore { findings.append(Self.finding(of: restore)) }
        return findings
    }

    private var databaseFinding: Finding {
        guard let database else {
            return Finding("database", .good, "There is no database yet; the first start makes it.", code: "none")
        }
        guard database.problems.isEmpty else {
            let reason = database.problems.prefix(5).joined(separator: "; ")
            return Finding(
                "database",
                .bad,
                "The database is damaged: \(reason). Keep the files and restore a backup.",
                code: "damaged",
                values: ["reason": reason]
            )
        }
        return Finding(
            "database",
            .good,
            "The database is sound: \(database.conversations) conversations, \(database.messages) messages, schema \(database.version).",
            code: "sound",
            values: ["conversations": "\(database.conversations)", "messages": "\(database.messages)"]
        )
    }

    private var spoolFinding: Finding {
        if let spool, spool.damaged > 0 {
            let count = "\(spool.damaged)"
            return Finding(
                "spool",
                .bad,
                "\(count) stretches of the spool are damaged.",
                code: "damaged",
                values: ["count": count]
            )
        }
        if let spool, spool.waiting > 0 {
            let count = "\(spool.waiting)"
            return Finding(
                "spool",
                .attention,
                "\(count) replies wait in the spool for the database.",
                code: "waiting",
                values: ["count": count]
            )
        }
        guard self.isSpoolApart else {
            return Finding(
                "spool",
                .attention,
                "The spool lies on the database's device: what breaks one breaks both.",
                advice: .spool,
                code: "same_device"
            )
        }
        return Finding("spool", .good, "The spool is empty and on a device of its own.", code: "good")
    }

    private var diskFinding: Finding {
        let free = min(self.freeForDatabase, self.freeForSpool)
        let megabytes = "\(free >> 20)"
        let verdict: Finding.Verdict =
            free < Self.leastFree ? .bad : free < max(Self.littleFree, self.databaseBytes) ? .attention : .good
        return Finding(
            "disk",
            verdict,
            "\(megabytes) MiB are free for the database and the spool.",
            advice: verdict == .good ? nil : .disk,
            code: verdict.rawValue,
            values: ["free": megabytes]
        )
    }

    private static let leastFree = 128 << 20
    private static let littleFree = 1 << 30

    private var modelFinding: Finding {
        switch self.model {
        case .builtIn: Finding("model", .good, "No model is connected: the built-in coach answers.", code: "built_in")
        case .asked(let sentences, let isWell):
            Finding(
                "model",
                isWell ? .good : .bad,
                sentences.joined(separator: " "),
                code: isWell ? "good" : "bad",
                values: ["reason": sentences.joined(separator: " ")]
            )
        }
    }

    private var clockFinding: Finding {
        switch self.clock {
        case .alone: return Finding("clock", .good, "No other clock is known to compare this one with.", code: "alone")
        case .silent(let whom):
            return Finding(
                "clock",
                .attention,
                "\(whom) did not say what time it is there.",
                code: "silent",
                values: ["whom": whom]
            )
        case .ahead(let difference, let whom):
            let seconds = Int(difference.inSeconds.magnitude)
            let values = ["seconds": "\(seconds)", "whom": whom]
            guard seconds > 60 else {
                return Finding("clock", .good, "This clock and that of \(whom) agree.", code: "good", values: values)
            }
            return Finding(
                "clock",
                .bad,
                "This clock is \(seconds) s \(difference > .zero ? "ahead of" : "behind") that of \(whom).",
                advice: .clock,
                code: difference > .zero ? "ahead" : "behind",
                values: values
            )
        }
    }

    private static func finding(of room: Room) -> Finding {
        let values = [
            "files": "\(room.openFiles)", "connections": "\(room.connections)", "wanted": "\(room.wantedConnections)",
        ]
        guard room.connections < room.wantedConnections else {
            return Finding(
                "limits",
                .good,
                "\(room.connections) connections and \(room.openFiles) open files are allowed.",
                code: "good",
                values: values
            )
        }
        return Finding(
            "limits",
            .attention,
            "The system allows \(room.openFiles) open files, so \(room.connections) connections are taken instead of "
                + "\(room.wantedConnections).",
            advice: .limits,
            code: "attention",
            values: values
        )
    }

    private static func finding(of restore: Restore) -> Finding {
        let name = "restore"
        switch restore {
        case .proved(let proved):
            return Finding(
                name,
                .good,
                "A backup was restored and holds the same; \(proved.sentence).",
                code: "proved",
                values: values(of: proved)
            )
        case .failed(let reason):
            return Finding(name, .bad, reason, code: "failed", values: ["reason": reason])
        case .untried(let reason):
            return Finding(name, .attention, reason, code: "untried", values: ["reason": reason])
        case .last(nil, _):
            return Finding(name, .attention, "No restore was ever proved here.", code: "never")
        case .last(let proved?, let now):
            let isOld = now.since(proved.at) > Self.oldProof
            return Finding(
                name,
                isOld ? .attention : .good,
                "\(proved.sentence)\(isOld ? ", more than a month ago" : "").",
                code: isOld ? "old" : "last",
                values: values(of: proved)
            )
        }
    }

    private static let oldProof = Duration.seconds(35 * 86_400)

    private static func values(of proved: ProvedRestore) -> [String: String] {
        [
            "conversations": "\(proved.conversations)", "messages": "\(proved.messages)",
            "at": "\(proved.at.milliseconds)", "took_ms": "\(proved.took.milliseconds)",
        ]
    }
}

extension Advice {
    fileprivate static let spool = Advice(
        "Give the spool a folder on another device, where there is one.",
        shuren: "SPOOL_DIR=/mnt/other/shuren-spool"
    )
    fileprivate static let disk = Advice(
        "Make room: delete old copies (chat.sqlite.before-…), move backups to another device, or give the data a larger one."
    )
    fileprivate static let clock = Advice(
        "Have the machine's clock set by the network. Sessions, codes of a second factor and budgets of a day go by it.",
        shuren: "timedatectl set-ntp true"
    )
    fileprivate static let limits = Advice(
        "Allow more open files, and start the server again.",
        shuren: "# systemd: LimitNOFILE=65536\n# docker: --ulimit nofile=65536"
    )
}
