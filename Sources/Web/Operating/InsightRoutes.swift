import Chat
import HTTPServer
import HTTPTypes
import JSONValue
import Observability

/// The route on which the admin page learns how the server does: the numbers of `/metrics`, summed up, and the last errors.
struct InsightRoutes: Sendable {
    let guardian: AdminGuardian
    let metrics: Metrics
    let spending: Spending
    let errors: RecentErrors
    let version: String
    let time: TimeSource

    var routes: [Route] {
        [
            Route(.get, "/api/v1/admin/insight") { request in
                _ = try await self.guardian.admin(request)
                return .json(self.insight)
            }
        ]
    }

    private var insight: JSON {
        self.metrics.refresh()
        return [
            "at": .number(JSON.Number(Int(self.time.now().milliseconds))),
            "version": .string(self.version),
            "streams_open": self.gauge("shuren_streams_open"),
            "replies_running": self.gauge("shuren_generations_running"),
            "first_text_seconds": self.durations("shuren_first_text_seconds"),
            "stream_seconds": self.durations("shuren_stream_duration_seconds"),
            "relay_delay_seconds": self.durations("shuren_stream_write_delay_seconds"),
            "commit_seconds": self.durations("shuren_commit_seconds"),
            "errors": self.counts("shuren_stream_errors_total", by: "kind"),
            "limits": self.counts("shuren_rate_limited_total", by: "limit"),
            "saving": [
                "waiting": self.gauge("shuren_replies_waiting"),
                "oldest_seconds": number(self.metrics.value(of: "shuren_save_oldest_seconds")),
                "spool_bytes": self.gauge("shuren_spool_reserved_bytes"),
                "kept": self.total("shuren_replies_kept_total"),
                "failed": self.total("shuren_failed_saves_total"),
            ],
            "database_bytes": self.gauge("shuren_database_bytes"),
            "memory_bytes": self.gauge("process_resident_memory_bytes"),
            "agents": self.use("shuren_agent_replies_total", "shuren_agent_tokens_total", by: "agent", \.agent),
            "providers": self.use(
                "shuren_provider_replies_total",
                "shuren_provider_tokens_total",
                by: "provider",
                \.provider
            ),
            "cost": self.cost,
            "recent_errors": .array(self.errors.all.map(json)),
        ]
    }

    private func gauge(_ name: String) -> JSON { .number(JSON.Number(Int(self.metrics.value(of: name)))) }

    private func total(_ name: String) -> JSON {
        .number(JSON.Number(self.metrics.counts(of: name).reduce(0) { $0 + Int($1.count) }))
    }

    private func durations(_ name: String) -> JSON {
        (self.metrics.histogram(of: name) ?? Histogram(bounds: Histogram.seconds)).json
    }

    private func counts(_ name: String, by label: String) -> JSON {
        let counts = self.metrics.counts(of: name).filter { $0.count > 0 }
        return .array(
            counts.map {
                ["name": .string($0.labels[label] ?? ""), "count": .number(JSON.Number(Int($0.count)))]
            }
        )
    }

    /// What everybody's replies cost today, also before the last start; and at which prices.
    private var cost: JSON {
        let (budget, today) = (self.spending.budget, self.spending.spentToday)
        return [
            "currency": budget.prices.currency.isEmpty ? .null : .string(budget.prices.currency),
            "input_price": number(budget.prices.input),
            "output_price": number(budget.prices.output),
            "today": number(budget.cost(of: today)),
            "budget": budget.costPerDay > 0 ? number(budget.costPerDay) : .null,
        ]
    }

    /// Messages, failures, tokens and cost for each value of a label.
    private func use(_ replies: String, _ tokens: String, by label: String, _ name: (Cause) -> String) -> JSON {
        let (replies, tokens) = (self.metrics.counts(of: replies), self.metrics.counts(of: tokens))
        let (all, today) = (self.spending.spentByCause, self.spending.spentTodayByCause)
        func cost(_ spent: [Cause: Spent], _ wanted: String) -> JSON {
            let sum = spent.filter { name($0.key) == wanted }.reduce(Spent()) { $0 + $1.value }
            return number(self.spending.budget.cost(of: sum))
        }
        func sum(_ counts: [(labels: [String: String], count: UInt64)], _ wanted: [String: String]) -> JSON {
            let fitting = counts.filter { entry in wanted.allSatisfy { entry.labels[$0.key] == $0.value } }
            return .number(JSON.Number(fitting.reduce(0) { $0 + Int($1.count) }))
        }
        return .array(
            Set(replies.compactMap { $0.labels[label] }).sorted().map { value in
                [
                    "name": .string(value),
                    "messages": sum(replies, [label: value]),
                    "failed": sum(replies, [label: value, "outcome": "failed"]),
                    "input_tokens": sum(tokens, [label: value, "kind": "input"]),
                    "output_tokens": sum(tokens, [label: value, "kind": "output"]),
                    "cost": cost(all, value),
                    "cost_today": cost(today, value),
                ]
            }
        )
    }
}

private func json(_ entry: RecentErrors.Entry) -> JSON {
    [
        "at": .number(JSON.Number(Int(entry.at.milliseconds))),
        "kind": .string(entry.level.rawValue),
        "what": .string(entry.detail.isEmpty ? entry.message : "\(entry.message) (\(entry.detail))"),
        "request_id": entry.requestID.map(JSON.string) ?? .null,
    ]
}
