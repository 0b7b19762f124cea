internal import Checkup
package import Observability

extension Storage {
    /// Has the sizes of files and queues looked up whenever the metrics are read.
    package func describe(in metrics: Metrics) {
        metrics.describe("shuren_database_bytes", "The size of the database's file.")
        metrics.describe("shuren_database_log_bytes", "The size of the log that is not moved into the database yet.")
        metrics.describe(
            "shuren_database_free_bytes",
            "How much of the database's file holds nothing, as of the last look; one every ten minutes."
        )
        metrics.describe("shuren_database_given_back_bytes_total", "Bytes that the database gave back to the disk.")
        metrics.describe(
            "shuren_retention_removed_total",
            "Guests and conversations that are gone because nobody came back to them."
        )
        metrics.describe("shuren_replies_waiting", "Replies that are not in the database yet.")
        metrics.describe("shuren_save_oldest_seconds", "How long the oldest of these has waited.")
        metrics.describe("shuren_spool_reserved_bytes", "How much of the spool is set aside for replies that run.")
        metrics.describe(
            "shuren_proved_restore_timestamp_seconds",
            "When a backup was last restored and found to hold the same, in seconds since 1970; 0 for never."
        )
        let proofs = ProvedRestores(inFolder: self.folder.path)
        let path = self.path
        let replies = self.replies
        metrics.beforeReading { metrics in
            metrics.set("shuren_database_bytes", to: Double(Folder.size(of: path)))
            metrics.set("shuren_database_log_bytes", to: Double(Folder.size(of: path + "-wal")))
            metrics.set("shuren_replies_waiting", to: Double(replies.waitingCount))
            metrics.set("shuren_save_oldest_seconds", to: replies.oldestWait?.inSeconds ?? 0)
            metrics.set("shuren_spool_reserved_bytes", to: Double(replies.reservedBytes))
            let proved = Double(proofs.last?.at.milliseconds ?? 0) / 1000
            metrics.set("shuren_proved_restore_timestamp_seconds", to: proved)
        }
    }
}
