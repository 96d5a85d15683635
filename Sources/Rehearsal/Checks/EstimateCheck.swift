import JSON

/// What a visitor was told of the remaining wait.
struct ToldWait: Equatable, Sendable {
    var receivedNs: Int64
    var minS: Int32
    var maxS: Int32
}

/// How often visitors were admitted within what they had been told.
///
/// Each answer `waiting` with an estimate counts, of visitors who kept polling until they were
/// admitted: whoever left never learns the truth, and whoever was absent at their turn made it
/// themselves. The truth is the admission as the server dates it (the session's end less its
/// length), for visitors hear of it only with their next poll; without the operator's key, which
/// tells the length, it is when they heard.
struct EstimateCheck: Equatable, Sendable {
    /// Waits of at least so many seconds are counted apart.
    static let classes = [0, 10, 60]

    struct Hits: Equatable, Sendable {
        var told = 0
        var withinMin = 0
        var withinMax = 0
    }

    private(set) var all = Hits()
    /// By the true wait, as `classes`.
    private(set) var byWait = [Hits](repeating: Hits(), count: classes.count)
    private(set) var visitors = 0
    /// Answers `waiting` without an estimate, of everybody.
    private(set) var withoutEstimate = 0
    /// Answers with a reason, of everybody.
    private(set) var reasons: [String: Int] = [:]

    init(_ observer: Observer) {
        for record in observer.records {
            withoutEstimate += record.withoutEstimate
            reasons.merge(record.reasons) { $0 + $1 }
            guard record.keptPolling, !record.told.isEmpty,
                let admittedNs = Self.admittedNs(record, observer)
            else { continue }
            visitors += 1
            for told in record.told { note(told, admittedNs) }
        }
    }

    private static func admittedNs(_ record: VisitorRecord, _ observer: Observer) -> Int64? {
        guard let heard = record.admittedReceivedNs else { return nil }
        guard let session = observer.room.sessionSeconds,
            let claim = RateCheck.claim(record, sessionSeconds: session, observer.clock),
            let latest = observer.clock.latestNs(claim)
        else { return heard }
        return max(min(latest, heard), record.waitingSentNs ?? .min)
    }

    private mutating func note(_ told: ToldWait, _ admittedNs: Int64) {
        let waitNs = max(0, admittedNs - told.receivedNs)
        let isWithinMin = waitNs <= Int64(told.minS) * 1_000_000_000
        let isWithinMax = waitNs <= Int64(told.maxS) * 1_000_000_000
        func count(_ hits: inout Hits) {
            hits.told += 1
            if isWithinMin { hits.withinMin += 1 }
            if isWithinMax { hits.withinMax += 1 }
        }
        count(&all)
        let index = Self.classes.lastIndex { waitNs >= Int64($0) * 1_000_000_000 } ?? 0
        count(&byWait[index])
    }
}

extension EstimateCheck {
    var lines: [String] {
        guard all.told > 0 else { return [] }
        let told =
            "estimates    \(all.told) told to \(visitors) who kept polling until admitted: "
            + "\(Self.part(all.withinMin, all.told)) waited at most min, "
            + "\(Self.part(all.withinMax, all.told)) at most max"
        let apart = zip(Self.classes, byWait).filter { $0.1.told > 0 }.map { from, hits in
            "from \(from) s: \(hits.told), \(Self.part(hits.withinMin, hits.told)), "
                + Self.part(hits.withinMax, hits.told)
        }
        return [
            told,
            "  by the wait that was left: " + apart.joined(separator: "; "),
            "  answers without an estimate \(withoutEstimate), reasons: "
                + Figures.list(reasons.counts, " "),
        ]
    }

    private static func part(_ count: Int, _ all: Int) -> String {
        Figures.fixed(100 * Double(count) / Double(all), 1) + " %"
    }

    func write(_ json: inout JSONWriter) {
        json.beginObject("estimates")
        json.field("visitors", visitors)
        Self.write(all, &json)
        json.beginArray("byWait")
        for (from, hits) in zip(Self.classes, byWait) {
            json.beginObject()
            json.field("fromSeconds", from)
            Self.write(hits, &json)
            json.endObject()
        }
        json.endArray()
        json.field("withoutEstimate", withoutEstimate)
        json.counts("reasons", reasons.counts)
        json.endObject()
    }

    private static func write(_ hits: Hits, _ json: inout JSONWriter) {
        json.field("told", hits.told)
        json.field("withinMin", hits.withinMin)
        json.field("withinMax", hits.withinMax)
    }
}
