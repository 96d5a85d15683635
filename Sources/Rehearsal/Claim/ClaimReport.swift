import EventLoop

/// Everything a rush for a coupon found, as figures. `ClaimReportText` and `ClaimReportJSON` write
/// it down.
struct ClaimReport: Sendable {
    /// The buyer of the title: "until the 1,000th knows".
    static let milestone = 1_000

    var options: RehearsalOptions
    var terms: ClaimBooks.Terms
    var elapsedMs: Int64
    var startNs: Int64
    var fates: [ClaimFate: Int] = [:]
    /// Visitors without an outcome: stuck, or not ready when the time was over.
    var unfinished: Int
    var issued: Int
    var refusals: [String: Int]
    var latencies: ClaimLatencies
    /// Looks at the public document while the crowd was there.
    var documents: Histogram
    /// From the first 201 to the last.
    var issuedPerSecond = 0.0
    /// From the common start until a new owner was told so first: in the order of the receipts.
    var knewMs: [Int64]
    var look: ClaimLook
    var statuses: [Int: Int]
    var failures: [ExchangeFailure: Int]
    var unreadable: Int
    var outages: [Observer.Outage]
    var exchanges: Int
    var connectionsOpened: Int
    /// How late the rehearsal's own loop ever was: what part of the latencies may be its own.
    var ownLagMaxNs: UInt64
    /// How long a request ever waited for a connection of the rehearsal; no latency includes it.
    var ownWaitMaxNs: Int64
    var promises: [Promise]

    var isBroken: Bool { promises.contains { $0.verdict == .broken } }

    /// 0 all held, 1 one broken, 2 not everybody was served in time.
    var exitCode: Int32 { isBroken ? 1 : unfinished > 0 ? 2 : 0 }

    init(_ stage: ClaimStage, _ look: ClaimLook) {
        let (books, observer) = (stage.books, stage.observer)
        options = stage.options
        terms = books.terms
        startNs = stage.startNs
        elapsedMs = (stage.endNs - stage.startNs) / 1_000_000
        for case let fate? in stage.claimers.map(\.fate) { fates[fate, default: 0] += 1 }
        unfinished = stage.remaining + (fates[.stuck] ?? 0)
        issued = books.issues.count
        refusals = books.refusals
        latencies = stage.latencies
        documents = observer.latencies[.document] ?? Histogram()
        let times = books.issues.map(\.receivedNs)
        if let first = times.min(), let last = times.max(), last > first {
            issuedPerSecond = Double(times.count) * 1e9 / Double(last - first)
        }
        knewMs = books.knewNs.map { ($0 - stage.startNs) / 1_000_000 }.sorted()
        self.look = look
        statuses = observer.statuses
        failures = observer.failures
        unreadable = observer.unreadable
        outages = observer.allOutages
        exchanges = observer.exchanges
        connectionsOpened = stage.client.connectionsOpened
        ownLagMaxNs = stage.loop.statistics.lagMaxNs
        ownWaitMaxNs = stage.client.waitMaxNs
        promises = ClaimPromises.check(
            books,
            look,
            isServed: unfinished == 0,
            hadOutage: !outages.isEmpty
        )
    }

    /// The 1,000th who got one, or the last if there were fewer: who, and when that one knew.
    var milestone: (place: Int, ms: Int64)? {
        let place = min(Self.milestone, knewMs.count)
        return place > 0 ? (place, knewMs[place - 1]) : nil
    }
}

/// All promises over all that was seen of a coupon.
enum ClaimPromises {
    static func check(
        _ books: ClaimBooks,
        _ look: ClaimLook,
        isServed: Bool,
        hadOutage: Bool
    ) -> [Promise] {
        CountPromises.check(books, look, isServed: isServed, hadOutage: hadOutage)
            + OwnerPromises.check(books, look, hadOutage: hadOutage)
    }
}
