import Capability
import Engines
import HTTP
import Site

/// What is measured of the server as a whole, as metrics.
extension MetricsText {
    init(_ measured: Measurements) {
        self.init()
        process(measured.process)
        readiness(measured.readiness)
        requests(measured.http)
        loops(measured.loops)
        store(measured.store)
        ledger(measured.ledger)
        failures(measured.failures)
        counts(measured.counts)
    }

    private mutating func process(_ process: Measurements.Process) {
        single("onsale_starts_total", .counter, "Starts of the server.", process.startsTotal)
        single(
            "process_start_time_seconds",
            .gauge,
            "When the process began, since 1970.",
            process.startSeconds
        )
    }

    private mutating func readiness(_ readiness: Readiness) {
        family("onsale_ready", .gauge, "1 while visitors may be sent here for this.")
        for part in Readiness.Part.allCases {
            sample("onsale_ready", "{for=\"\(part.rawValue)\"}", readiness.serves(part) ? 1 : 0)
        }
    }

    private mutating func requests(_ http: HTTPStatistics) {
        family("onsale_http_requests_total", .counter, "Answers by route and class of status.")
        for route in http.routes {
            for (index, count) in route.countByClass.enumerated() where count > 0 {
                let all = labels(route) + ",status=\"\(index + 1)xx\""
                sample("onsale_http_requests_total", "{\(all)}", count)
            }
        }
        let name = "onsale_http_request_seconds"
        family(name, .histogram, "Time from the request's headers to its answer.")
        for route in http.routes {
            let all = route.latencyBuckets.reduce(0, +)
            guard all > 0 else { continue }
            var below: UInt64 = 0
            for (bound, count) in zip(HTTPStatistics.latencyBounds, route.latencyBuckets) {
                below += count
                sample("\(name)_bucket", "{\(labels(route)),le=\"\(bound)\"}", below)
            }
            sample("\(name)_bucket", "{\(labels(route)),le=\"+Inf\"}", all)
            sample("\(name)_sum", "{\(labels(route))}", Double(route.latencySumNs) / 1e9)
            sample("\(name)_count", "{\(labels(route))}", all)
        }
        single("onsale_http_connections", .gauge, "Open connections.", http.connectionsOpen)
        single("onsale_http_streams", .gauge, "Open event streams.", http.streamsOpen)
        single("onsale_http_refused_total", .counter, "Refused connections.", http.refusedTotal)
        single(
            "onsale_http_proxy_headers_refused_total",
            .counter,
            "Connections closed over a malformed PROXY header.",
            http.proxyHeadersRefusedTotal
        )
        family(
            "onsale_http_heads_refused_total",
            .counter,
            "Requests refused for the form of their heads."
        )
        for fault in HTTPHeadFault.allCases {
            let count = http.headsRefused[fault, default: 0]
            sample("onsale_http_heads_refused_total", "{reason=\"\(fault.rawValue)\"}", count)
        }
        single("onsale_http_cut_total", .counter, "Slow clients cut off.", http.cutTotal)
        single(
            "onsale_http_buffered_bytes",
            .gauge,
            "Bytes that wait for slow clients.",
            http.pinnedBytes
        )
        single(
            "onsale_http_buffered_cut_total",
            .counter,
            "Clients cut off because too many bytes waited.",
            http.cutSlowTotal
        )
    }

    private func labels(_ route: HTTPStatistics.Route) -> String {
        "method=\"\(route.method?.rawValue ?? "other")\",route=\"\(route.pattern)\""
    }

    private mutating func loops(_ loops: [Measurements.Loop]) {
        func each(
            _ name: String,
            _ type: Kind,
            _ help: String,
            _ value: (Measurements.Loop) -> String
        ) {
            family(name, type, help)
            for (index, loop) in loops.enumerated() {
                sample(name, "{loop=\"\(index)\"}", value(loop))
            }
        }
        each("onsale_loop_lag_seconds", .gauge, "How late the loop's timer fired last.") {
            "\($0.lagSeconds)"
        }
        each("onsale_loop_lag_max_seconds", .gauge, "The latest it ever fired.") {
            "\($0.lagMaxSeconds)"
        }
        each("onsale_loop_turns_total", .counter, "Turns of the loop.") { "\($0.turns)" }
        each("onsale_loop_jobs_total", .counter, "Swift jobs run.") { "\($0.jobs)" }
        each("onsale_loop_foreign_enqueues_total", .counter, "Jobs from other threads.") {
            "\($0.foreignEnqueues)"
        }
    }

    private mutating func store(_ store: Measurements.Store) {
        single("onsale_redis_up", .gauge, "1 while Redis answers.", store.isAvailable ? 1 : 0)
        let name = "onsale_redis_round_trip_seconds"
        family(name, .histogram, "Time from a command to its reply.")
        var below = 0
        for (bound, count) in zip(store.latencyBounds, store.latencyCounts) {
            below += count
            sample("\(name)_bucket", "{le=\"\(bound)\"}", below)
        }
        let all = store.latencyCounts.reduce(0, +)
        sample("\(name)_bucket", "{le=\"+Inf\"}", all)
        sample("\(name)_sum", "", store.latencySumSeconds)
        sample("\(name)_count", "", all)
        single("onsale_redis_in_flight", .gauge, "Commands without a reply.", store.inFlight)
        single("onsale_redis_timeouts_total", .counter, "Commands timed out.", store.timeouts)
        single(
            "onsale_redis_reconnects_total",
            .counter,
            "Connections made anew.",
            store.reconnects
        )
        single("onsale_redis_refused_total", .counter, "Commands not sent.", store.refused)
        single(
            "onsale_redis_refusals_total",
            .counter,
            "Answers of a Redis that does not do its work: full, read only, loading.",
            store.refusals
        )
        single(
            "onsale_redis_restarts_total",
            .counter,
            "Restarts of the private Redis.",
            store.restarts
        )
    }

    private mutating func ledger(_ ledger: Measurements.Ledger) {
        func total(_ name: String, _ help: String, _ value: Int) {
            single("onsale_ledger_\(name)_total", .counter, help, value)
        }
        single("onsale_ledger_up", .gauge, "1 while the ledger works.", ledger.isAvailable ? 1 : 0)
        total("entries", "Entries committed.", ledger.entries)
        total("commits", "Transactions that they shared.", ledger.commits)
        total("refused", "Entries that a constraint refused.", ledger.refused)
        total("failures", "Entries and reads that failed otherwise.", ledger.failures)
        total("reads", "Reads.", ledger.reads)
        total("reads_expired", "Reads given up after 2 s in the queue.", ledger.readsExpired)
        total("reads_abandoned", "Reads whose client had gone.", ledger.readsAbandoned)
        total("reconnects", "Connections made anew.", ledger.reconnects)
        single("onsale_ledger_pending", .gauge, "Entries not yet committed.", ledger.pending)
        single("onsale_ledger_reads_pending", .gauge, "Reads not answered.", ledger.readsPending)
        single("onsale_outbox_number", .gauge, "The last event's number.", ledger.outboxLatest)
        let cursor = "onsale_outbox_cursor"
        family(cursor, .gauge, "The last event that a consumer is done with.")
        for (consumer, number) in ledger.outboxCursors {
            sample(cursor, "{consumer=\"\(consumer)\"}", number)
        }
        single(
            "onsale_ledger_entry_seconds_total",
            .counter,
            "From an entry's arrival to its answer, summed.",
            ledger.entrySeconds
        )
    }

    private mutating func failures(_ failures: [Background: Int]) {
        let name = "onsale_background_failures_total"
        family(name, .counter, "What failed while no answer waited for it, by task.")
        for task in Background.allCases {
            sample(name, "{task=\"\(task.rawValue)\"}", failures[task] ?? 0)
        }
    }

    private mutating func counts(_ counts: Counts) {
        family("onsale_sales_total", .counter, "What sales were answered with success, by kind.")
        for kind in Capabilities.all.flatMap({ $0.counted }) {
            sample("onsale_sales_total", "{kind=\"\(kind.name)\"}", counts.done[kind] ?? 0)
        }
        family("onsale_refusals_total", .counter, "Requests refused, by code.")
        for (code, count) in counts.refused.sorted(by: { $0.key < $1.key }) {
            sample("onsale_refusals_total", "{code=\"\(code)\"}", count)
        }
        family("onsale_rate_limited_total", .counter, "Requests beyond a rate, by class.")
        let limited = counts.limited.map { limited, count in
            (
                "{class=\"\(limited.kind.name)\",by=\"\(limited.subject.rawValue)\"}",
                count
            )
        }
        for (labels, count) in limited.sorted(by: { $0.0 < $1.0 }) {
            sample("onsale_rate_limited_total", labels, count)
        }
        single(
            "onsale_forwarded_unreadable_total",
            .counter,
            "Requests for whose client a trusted proxy sent no address.",
            counts.unreadableForwarded
        )
    }
}
