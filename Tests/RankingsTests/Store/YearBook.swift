import Testing
import Values

@testable import Rankings

/// What a test has done to scores, written down by the test itself, and the lists that this makes
/// by the words of their definition: no Redis, no ledger, no outbox.
struct YearBook: Sendable {
    private(set) var events: [BoardID: [ScoreEvent]] = [:]
    private(set) var zones: [BoardID: String] = [:]
    private var latest: Int64 = 0

    var boards: [BoardID] { zones.keys.sorted { $0.raw < $1.raw } }
    var count: Int { Int(latest) }

    mutating func setZone(_ zone: String, of board: BoardID) { zones[board] = zone }

    mutating func write(
        _ board: BoardID,
        _ member: String,
        _ change: ScoreEvent.Change,
        countsAtMs: Int64,
        atMs: Int64
    ) {
        latest += 1
        events[board, default: []].append(
            ScoreEvent(
                number: latest,
                board: board,
                member: member,
                change: change,
                countsAtMs: countsAtMs,
                atMs: atMs
            )
        )
    }

    func calendar(_ board: BoardID) throws -> YearCalendar {
        try #require(YearCalendar(zones[board] ?? ""))
    }

    func list(_ board: BoardID, _ list: BoardList, nowMs: Int64) -> [RankedEntry] {
        BoardOracle(events: events[board] ?? [], nowMs: nowMs).list(list)
    }

    /// The best sellers of some days, as `tee 3 (2)`.
    func popular(_ days: Int, nowMs: Int64) throws -> String {
        let calendar = try calendar(.products)
        let last = calendar.lastDays(days, until: nowMs)
        let start = try #require(last.last).startMs
        let before = union(calendar.lastDays(days, until: start - 1))
        return union(last).prefix(PopularList.entriesMax).map { entry in
            let place = before.firstIndex { $0.member == entry.member }.map { "\($0 + 1)" }
            return "\(entry.member) \(entry.units) (\(place ?? "-"))"
        }.joined(separator: ", ")
    }

    private func union(_ days: [Period]) -> [(member: String, units: Int64)] {
        var sums: [String: (units: Int64, second: Int64)] = [:]
        for day in days {
            let sold = (events[.products] ?? []).filter {
                (day.startMs..<day.endMs).contains($0.countsAtMs)
            }
            for (member, own) in Dictionary(grouping: sold, by: \.member) {
                var units: Int64 = 0
                for case .add(let more) in own.map(\.change) { units += more }
                guard units != 0, let last = own.map(\.atMs).max() else { continue }
                // A refund after 48 days and more counts as the last second of them.
                let second = min(last, day.startMs + 4_194_303_000) / 1_000
                let sum = sums[member] ?? (0, 0)
                sums[member] = (sum.units + units, max(sum.second, second))
            }
        }
        return sums.filter { $0.value.units > 0 }.sorted { left, right in
            let (one, other) = (left.value, right.value)
            if one.units != other.units { return one.units > other.units }
            return one.second == other.second ? left.key > right.key : one.second < other.second
        }.map { ($0.key, $0.value.units) }
    }
}
