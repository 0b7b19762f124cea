import Accounts
import Configuration
import Glibc
import Observability
import Persistence
import Web

/// Says what is kept for how long, and what a running server's next round would let go of; changes nothing.
func retention(_ configuration: Configuration) throws {
    print(
        """
        guests: \(kept(configuration.retentionGuestDays, "after their last visit, with all that is theirs"))
        guests who have nothing here: \(kept(configuration.retentionEmptyGuestDays, "after their last visit"))
        conversations that are not pinned: \(kept(configuration.retentionConversationDays, "after their last change"))
        """
    )
    for warning in configuration.retentionWarnings { print("warning: \(warning)") }
    guard let forecast = try Storage.forecast(configuration.storage, at: TimeSource.system.now()) else {
        return print("there is no database of this version in \(configuration.dataDirectory); nothing would go")
    }
    print("the next round lets go of \(forecast.guests) guests and \(forecast.conversations) conversations")
}

private func kept(_ days: Int, _ what: String) -> String { days == 0 ? "for ever" : "gone \(days) days \(what)" }

/// Makes the database's file anew, and says how far it is.
func vacuum(_ configuration: Configuration) throws {
    let packed = try Storage.pack(configuration.storage) { written, atMost in
        printError("\(written >> 20) of at most \(atMost >> 20) MiB")
    }
    print("the database has \(packed.content.messages) messages in \(packed.content.conversations) conversations")
    print("its file had \(packed.before) bytes and has \(packed.after); from now on it gives room back by itself")
}

extension Configuration {
    var retention: Retention {
        func days(_ count: Int) -> Duration? { count == 0 ? nil : .seconds(count * 86_400) }
        return Retention(
            guests: days(self.retentionGuestDays),
            emptyGuests: days(self.retentionEmptyGuestDays),
            conversations: days(self.retentionConversationDays)
        )
    }

    /// The same as the page tells its readers.
    var keptDays: KeptDays {
        func days(_ count: Int) -> Int? { count == 0 ? nil : count }
        return KeptDays(
            conversations: days(self.retentionConversationDays),
            guests: days(self.retentionGuestDays)
        )
    }

    /// What may not be meant about how long things are kept, in sentences.
    var retentionWarnings: [String] {
        let session = Int(Visitors.Lifetimes().idleSession.components.seconds / 86_400)
        var warnings: [String] = []
        for (name, days) in [
            ("RETENTION_GUEST_DAYS", self.retentionGuestDays),
            ("RETENTION_EMPTY_GUEST_DAYS", self.retentionEmptyGuestDays),
        ] where (1..<session).contains(days) {
            warnings.append(
                "\(name) is \(days): a browser knows its guest for \(session) days, so who comes back within them may find "
                    + "nothing any more."
            )
        }
        if self.retentionGuestDays > 0, self.retentionEmptyGuestDays > self.retentionGuestDays {
            warnings.append(
                "RETENTION_EMPTY_GUEST_DAYS is more than RETENTION_GUEST_DAYS, which holds for guests without anything, too."
            )
        }
        if (1..<7).contains(self.retentionConversationDays) {
            warnings.append(
                "RETENTION_CONVERSATION_DAYS is \(self.retentionConversationDays): who stays away for a week finds every "
                    + "conversation gone that is not pinned."
            )
        }
        if self.retentionConversationDays > 0, self.retentionGuestDays > 0,
            self.retentionGuestDays < self.retentionConversationDays
        {
            warnings.append("Guests go before their conversations would: RETENTION_GUEST_DAYS is the smaller one.")
        }
        return warnings
    }
}
