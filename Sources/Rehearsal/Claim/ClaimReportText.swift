/// The report of a rush for people.
enum ClaimReportText {
    static func write(_ report: ClaimReport) -> String {
        let answers = ReportText.answers(report.statuses, report.failures, report.unreadable)
        let sections = [
            visits(report), latencies(report), answers,
            ReportText.outages(report.outages, startNs: report.startNs),
            ReportText.promises(report.promises),
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    private static func visits(_ report: ClaimReport) -> [String] {
        let options = report.options
        let fates = ClaimFate.allCases.compactMap { fate in
            report.fates[fate].map { "\(fate.rawValue) \($0)" }
        }
        let unfinished = report.unfinished > 0 ? ["unfinished \(report.unfinished)"] : []
        let refusals = report.refusals.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let shown = report.look.view.map { "\($0.issued) of \($0.quantity), \($0.state)" } ?? "?"
        return [
            "rehearsal of coupon \(report.terms.coupon) at \(options.url), seed \(options.seed), "
                + "\(seconds(report.elapsedMs)) s",
            "visitors     \(options.visitors): "
                + (fates + unfinished).joined(separator: ", "),
            "issued       \(report.issued) times 201, "
                + "\(Figures.fixed(report.issuedPerSecond, 1))/s; in the end \(shown)"
                + (report.terms.issuedBefore > 0
                    ? ", \(report.terms.issuedBefore) before" : ""),
            "refusals     " + (refusals.isEmpty ? "none" : refusals.joined(separator: ", ")),
            "claims       \(report.latencies.answers) answered, "
                + "\(Figures.fixed(report.latencies.answersPerSecond, 0))/s",
            "owners know  " + known(report),
            "requests     \(report.exchanges) over \(report.connectionsOpened) connections",
            ReportText.own(lagNs: report.ownLagMaxNs, waitNs: report.ownWaitMaxNs),
        ]
    }

    private static func known(_ report: ClaimReport) -> String {
        guard let milestone = report.milestone, let last = report.knewMs.last else {
            return "nobody has one"
        }
        let place =
            milestone.place < report.knewMs.count
            ? ", number \(milestone.place) after \(seconds(milestone.ms)) s" : ""
        return "the first after \(seconds(report.knewMs[0])) s\(place), "
            + "the last of \(report.knewMs.count) after \(seconds(last)) s"
    }

    private static func latencies(_ report: ClaimReport) -> [String] {
        [
            ReportText.row("latency", ["count", "p50", "p90", "p99", "max"]),
            ReportText.row("201", report.latencies.issued),
            ReportText.row("refusal", report.latencies.refused),
            ReportText.row("document", report.documents),
        ]
    }

    private static func seconds(_ ms: Int64) -> String { Figures.fixed(Double(ms) / 1_000, 2) }
}

/// The line that a running rush writes each second.
struct ClaimProgress {
    private var exchangesBefore = 0

    mutating func line(_ stage: ClaimStage) -> String {
        let observer = stage.observer
        let perSecond = observer.exchanges - exchangesBefore
        exchangesBefore = observer.exchanges
        let came = stage.claimers.count { $0.phase != .away }
        let soldOut = stage.books.refusals["410 " + ClaimReply.soldOutCode] ?? 0
        let errors =
            observer.failures.values.reduce(0, +)
            + observer.statuses.reduce(0) { $0 + ($1.key >= 500 ? $1.value : 0) }
        let seconds = Figures.fixed(Double(stage.nowNs - stage.startNs) / 1e9, 0)
        return "\(Figures.right(seconds, 4)) s"
            + "  came \(came)  issued \(stage.books.issues.count)  sold out \(soldOut)"
            + "  finished \(stage.claimers.count - stage.remaining)"
            + "  requests/s \(perSecond)  errors \(errors)"
            + "  in flight \(stage.client.inFlight)  queued \(stage.client.queued)"
    }
}
