import EventLoop
import JSON

/// What every rehearsal reports: how long it took, what came over the wire, which promises held.
struct Run: Sendable {
    var options: RehearsalOptions
    /// The start, which the outages count from.
    var startNs: Int64
    var elapsedMs: Int64
    /// Visitors without an outcome when the time was over.
    var unfinished: Int
    var traffic: Traffic
    var connectionsOpened: Int
    /// How late the rehearsal's own loop ever was: what part of the latencies may be its own.
    private(set) var ownLagMaxNs: UInt64 = 0
    /// How long a request ever waited for a connection of the rehearsal; no latency includes it.
    private(set) var ownWaitMaxNs: Int64 = 0
    var promises: [Promise] = []

    private static let outagesShownMax = 20

    init(_ stage: Stage, unfinished: Int) {
        options = stage.options
        startNs = stage.startNs
        elapsedMs = (stage.endNs - stage.startNs) / 1_000_000
        self.unfinished = unfinished
        traffic = stage.traffic
        connectionsOpened = stage.client.connectionsOpened
        measureOwn(stage)
    }

    mutating func measureOwn(_ stage: Stage) {
        ownLagMaxNs = stage.loop.statistics.lagMaxNs
        ownWaitMaxNs = stage.client.waitMaxNs
    }

    var hadOutage: Bool { !traffic.outages.isEmpty }
    var isBroken: Bool { promises.contains { $0.verdict == .broken } }

    /// 0 all held, 1 one broken, 2 not everybody was served in time.
    var exitCode: Int32 { isBroken ? 1 : unfinished > 0 ? 2 : 0 }

    // MARK: For people

    /// The first two lines: what was rehearsed, and how the visits ended.
    func head(_ place: String, _ seconds: String, _ fates: Counts) -> [String] {
        [
            "rehearsal of \(place) at \(options.url), seed \(options.seed), \(seconds)",
            "visitors     \(options.visitors): "
                + Figures.list(fates + [("unfinished", unfinished)], " "),
        ]
    }

    /// What part of the figures may be the rehearsal's own.
    var own: String {
        "rehearsal    own loop at most \(Figures.duration(ns: Int64(ownLagMaxNs))) late, "
            + "requests waited at most \(Figures.duration(ns: ownWaitMaxNs)) for a connection"
    }

    /// The whole report; `sections` come first, with an empty line between two.
    func text(_ sections: [[String]]) -> String {
        let failures = ExchangeFailure.counts(traffic.failures)
        let answers = [
            "answers      " + Figures.list(traffic.statuses.counts),
            "failures     " + Figures.list(failures + [("unreadable", traffic.unreadable)]),
        ]
        return (sections + [answers, outageLines, promises.map(\.line)])
            .filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    private var outageLines: [String] {
        let outages = traffic.outages
        guard !outages.isEmpty else { return [] }
        let since = { (ns: Int64) in Figures.fixed(Double(ns - startNs) / 1e9, 2) }
        let shown = outages.prefix(Self.outagesShownMax).map { outage in
            "  from \(since(outage.firstNs)) s to \(since(outage.lastNs)) s: "
                + Figures.duration(ns: outage.lastNs - outage.firstNs)
        }
        return ["outages      \(outages.count)"] + shown
    }

    // MARK: For programs; times in the unit the name ends with

    func writeHead(_ kind: StaticString, _ name: String?, _ fates: Counts, _ json: inout JSONWriter)
    {
        json.field("url", options.url)
        json.field(kind, name)
        json.field("seed", String(options.seed))
        json.field("visitors", options.visitors)
        json.field("elapsedMs", elapsedMs)
        json.field("broken", isBroken)
        json.field("unfinished", unfinished)
        json.counts("fates", fates)
    }

    func writeTraffic(_ json: inout JSONWriter) {
        json.field("requests", traffic.exchanges)
        json.field("connectionsOpened", connectionsOpened)
        json.figure("ownLagMaxMs", Double(ownLagMaxNs) / 1e6)
        json.figure("ownWaitMaxMs", Double(ownWaitMaxNs) / 1e6)
    }

    func writeEnd(_ json: inout JSONWriter) {
        json.counts("answers", traffic.statuses.counts)
        let failures = ExchangeFailure.counts(traffic.failures)
        json.counts("failures", failures + [("unreadable", traffic.unreadable)])
        json.beginArray("outages")
        for outage in traffic.outages {
            json.beginObject()
            json.field("firstMs", (outage.firstNs - startNs) / 1_000_000)
            json.field("lastMs", (outage.lastNs - startNs) / 1_000_000)
            json.endObject()
        }
        json.endArray()
        json.beginArray("promises")
        for promise in promises {
            json.beginObject()
            json.field("code", promise.code)
            json.field("title", promise.title)
            json.field("verdict", promise.verdict.rawValue)
            json.field("figures", promise.figures)
            json.endObject()
        }
        json.endArray()
    }
}
