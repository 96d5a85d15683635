/// The report for people.
enum ReportText {
    static func write(_ report: Report) -> String {
        let sections = [
            visits(report) + report.estimates.lines, report.purchases?.lines ?? [],
            latencies(report),
            answers(report.statuses, report.failures, report.unreadable),
            outages(report.outages, startNs: report.startNs), promises(report.promises),
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    private static func visits(_ report: Report) -> [String] {
        let options = report.options
        let place = report.roomName.map { "room " + $0 } ?? "a sale without a room"
        let fates = Visitor.Fate.allCases.compactMap { fate in
            report.fates[fate].map { "\(fate.rawValue) \($0)" }
        }
        let seconds = Figures.fixed(Double(report.elapsedMs) / 1_000, 1)
        let perSecond = Figures.fixed(
            Double(report.exchanges) * 1_000 / Double(max(1, report.elapsedMs)),
            0
        )
        return [
            "rehearsal of \(place) at \(options.url), seed \(options.seed), "
                + "\(seconds) s",
            "visitors     \(options.visitors): "
                + (fates + (report.unfinished > 0 ? ["unfinished \(report.unfinished)"] : []))
                .joined(separator: ", "),
            "admitted     \(report.admitted), \(Figures.fixed(report.admittedPerSecond, 1))/s, "
                + "after " + quantiles(report.timeToAdmission),
            "refilled     seen after " + quantiles(report.refill) + " (the poll interval is in it)",
            freePlaces(report.freePlaces),
            "requests     \(report.exchanges), \(perSecond)/s over "
                + "\(report.connectionsOpened) connections",
            own(lagNs: report.ownLagMaxNs, waitNs: report.ownWaitMaxNs),
            "positions    grew \(report.positionGrowths) times for visitors who kept polling",
            "documents    most waiting \(report.room.waitingMax), "
                + "most inside \(report.room.insideMax), "
                + "most in 60 s \(report.room.admittedLast60sMax)",
        ]
    }

    private static func freePlaces(_ places: FreePlaces) -> String {
        guard places.looks > 0 else { return "free places  not looked for" }
        guard places.free > 0 else {
            return "free places  none while somebody waited, in \(places.looks) looks"
        }
        return "free places  while somebody waited in \(places.free) of \(places.looks) looks, "
            + "at most for \(Figures.duration(us: places.longestNs / 1_000))"
    }

    private static func latencies(_ report: Report) -> [String] {
        let rows = Endpoint.allCases.compactMap { endpoint -> String? in
            guard let latency = report.latencies[endpoint] else { return nil }
            return row(endpoint.rawValue, latency)
        }
        return rows.isEmpty ? [] : [row("latency", ["count", "p50", "p90", "p99", "max"])] + rows
    }

    /// What part of the figures may be the rehearsal's own.
    static func own(lagNs: UInt64, waitNs: Int64) -> String {
        "rehearsal    own loop at most \(Figures.duration(us: Int64(lagNs / 1_000))) late, "
            + "requests waited at most \(Figures.duration(us: waitNs / 1_000)) for a connection"
    }

    static func answers(
        _ statuses: [Int: Int],
        _ failures: [ExchangeFailure: Int],
        _ unreadable: Int
    ) -> [String] {
        let statuses = statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        var failures = ExchangeFailure.allCases.compactMap { failure in
            failures[failure].map { "\(failure.rawValue): \($0)" }
        }
        if unreadable > 0 { failures.append("unreadable: \(unreadable)") }
        return [
            "answers      " + (statuses.isEmpty ? "none" : statuses.joined(separator: ", ")),
            "failures     " + (failures.isEmpty ? "none" : failures.joined(separator: ", ")),
        ]
    }

    static func outages(_ outages: [Observer.Outage], startNs: Int64) -> [String] {
        guard !outages.isEmpty else { return [] }
        let since = { (ns: Int64) in Figures.fixed(Double(ns - startNs) / 1e9, 2) }
        let shown = outages.prefix(shownMax).map { outage in
            let length = Figures.duration(us: (outage.lastNs - outage.firstNs) / 1_000)
            return "  from \(since(outage.firstNs)) s to \(since(outage.lastNs)) s: \(length)"
        }
        return ["outages      \(outages.count)"] + shown
    }

    static func promises(_ promises: [Promise]) -> [String] {
        promises.map { promise in
            let verdict = promise.verdict == .broken ? "BROKEN" : promise.verdict.rawValue
            return Figures.padded(verdict, 10) + promise.title + ": " + promise.figures
        }
    }

    private static let shownMax = 20

    static func quantiles(_ histogram: Histogram) -> String {
        [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)]
            .map { "\($0.0) \(Figures.duration(us: histogram.quantile($0.1)))" }
            .joined(separator: ", ")
    }

    static func row(_ name: String, _ latency: Histogram) -> String {
        let cells = [0.5, 0.9, 0.99].map { Figures.duration(us: latency.quantile($0)) }
        return row(
            name,
            [String(latency.count)] + cells + [Figures.duration(us: latency.largestUs)]
        )
    }

    static func row(_ name: String, _ cells: [String]) -> String {
        Figures.padded(name, 11) + cells.map { Figures.right($0, 11) }.joined()
    }
}
