import Onsale
import Values
@testable import Store

/// The lists of a board, worked out from all events by the words of the definition: no Redis, no
/// packing, nothing kept from one question to the next.
struct BoardOracle {
    let events: [ScoreEvent]
    let nowMs: Int64

    struct Standing {
        var units: Int64 = 0
        /// The last change of the units, in the list's own measure of time.
        var at: Int64 = 0
    }

    func list(_ list: BoardList) -> [RankedEntry] {
        let standings =
            switch list {
            case .all: byMember { standing($0) { $0 } }
            case .realtime: byMember(rolling)
            case .period(let period): inPeriod(period)
            }
        let order = standings.filter { $0.value.units > 0 }.sorted { left, right in
            if left.value.units != right.value.units { return left.value.units > right.value.units }
            if left.value.at != right.value.at { return left.value.at < right.value.at }
            return Array(right.key.utf8).lexicographicallyPrecedes(Array(left.key.utf8))
        }
        return order.enumerated().map {
            RankedEntry(rank: $0.offset + 1, member: $0.element.key, score: $0.element.value.units)
        }
    }

    private func byMember(_ body: ([ScoreEvent]) -> Standing) -> [String: Standing] {
        Dictionary(grouping: events, by: \.member).mapValues(body)
    }

    private func inPeriod(_ period: Period) -> [String: Standing] {
        guard BoardLimits().endOfLifeMs(period) > nowMs else { return [:] }
        let inside = events.filter { (period.startMs..<period.endMs).contains($0.countsAtMs) }
        return Dictionary(grouping: inside, by: \.member).mapValues { own in
            standing(own) { min(4_194_303, max(0, ($0 - period.startMs) / 1_000)) }
        }
    }

    private func standing(_ events: [ScoreEvent], _ measure: (Int64) -> Int64) -> Standing {
        var standing = Standing()
        for event in events {
            let units =
                switch event.change {
                case .add(let n): standing.units + n
                case .set(let n): n
                }
            guard units != standing.units else { continue }
            standing.at = max(standing.units == 0 ? 0 : standing.at, measure(event.atMs))
            standing.units = units
        }
        return standing
    }

    /// 24 hours of ten minutes each, the present ones among them. What was set counts from its own
    /// ten minutes on, and changes of what was before it count there. To set the same again
    /// is no change.
    private func rolling(_ events: [ScoreEvent]) -> Standing {
        let first = nowMs / 600_000 - 143
        var units: [Int64: Int64] = [:]
        var mark: Int64 = 0
        var at: Int64 = 0
        // Of the last change, if it was a set within the 24 hours.
        var lastSet: Int64?
        for event in events {
            let former = lastSet
            lastSet = nil
            var bucket = max(mark, event.countsAtMs / 600_000)
            // Clocks differ: what is replaced may be of later ten minutes.
            if case .set = event.change { bucket = max(bucket, at / 600_000) }
            switch event.change {
            case .add(0):
                lastSet = former
                continue
            case .add(let n): units[bucket, default: 0] += n
            case .set(let n):
                units = [bucket: n]
                mark = bucket
                guard bucket >= first else { continue }
                lastSet = n
                if former == n { continue }
            }
            // When it was made it was a change of the last 24 hours.
            if event.countsAtMs / 600_000 > event.atMs / 600_000 - 144 { at = max(at, event.atMs) }
        }
        return Standing(units: units.filter { $0.key >= first }.values.reduce(0, +), at: at)
    }
}
