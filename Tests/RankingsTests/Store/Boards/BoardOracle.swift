import Values

@testable import Rankings

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

    /// 24 hours of ten minutes each, the present ones among them: what the changes of these would
    /// make of an empty list. What was set counts from its own ten minutes on, and changes of what
    /// was before it count there.
    private func rolling(_ events: [ScoreEvent]) -> Standing {
        let first = nowMs / 600_000 - 143
        var standing = Standing()
        var mark: Int64 = 0
        // The last ten minutes in which something was added.
        var latest: Int64 = 0
        for event in events {
            let made = event.atMs / 600_000
            // When it was made it was a change of the last 24 hours.
            let isRecent = event.countsAtMs / 600_000 > made - 144
            let old = standing.units
            var bucket = max(mark, event.countsAtMs / 600_000)
            switch event.change {
            case .add(0): continue
            case .add(let n):
                if bucket >= first { standing.units += n }
                if isRecent {
                    latest = max(latest, made)
                    standing.at = max(standing.at, event.atMs)
                }
            case .set(let n):
                // Clocks differ: what is replaced may be of later ten minutes.
                bucket = max(bucket, latest)
                mark = bucket
                guard bucket >= first else { continue }
                standing.units = n
                if n != old { standing.at = max(standing.at, event.atMs) }
            }
        }
        return standing
    }
}
