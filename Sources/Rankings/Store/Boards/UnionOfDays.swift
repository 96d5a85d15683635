import Engines
import Redis
import Values

extension BoardStore {
    /// Members of one call.
    private static let scanCount = 500

    /// The best of `days`, as one list: units added up; of equal ones first who reached theirs
    /// first, on the last day on which they changed, by the second; then by name, the greater
    /// first. At most `BoardLimits.unionDaysMax` days. Nil: there is no such board, or it does not
    /// keep days.
    ///
    /// Read in slices and added up here: a script that did it would hold up everybody else.
    func union(of days: [Period], _ id: BoardID, limit: Int)
        async throws(StoreError) -> [RankedEntry]?
    {
        precondition(days.count <= BoardLimits.unionDaysMax, "\(days.count) days")
        var sums: [String: (units: Int64, atMs: Int64)] = [:]
        for day in days {
            guard let scores = try await scores(of: day, id) else { return nil }
            for (member, packed) in scores {
                let atMs = day.startMs + 1_000 * PackedScore.seconds(packed)
                let old = sums[member] ?? (0, atMs)
                sums[member] = (old.units + PackedScore.units(packed), max(old.atMs, atMs))
            }
        }
        let order = sums.filter { $0.value.units > 0 }.sorted { left, right in
            if left.value.units != right.value.units { return left.value.units > right.value.units }
            if left.value.atMs != right.value.atMs { return left.value.atMs < right.value.atMs }
            return Self.isGreater(left.key, right.key)
        }
        return order.prefix(max(0, limit)).enumerated().map { index, sum in
            RankedEntry(rank: index + 1, member: sum.key, score: sum.value.units)
        }
    }

    /// The days of the union up to the one around `ms`, the last first.
    func lastDays(_ count: Int, until ms: Int64, in zone: String) -> [Period] {
        precondition((1...BoardLimits.unionDaysMax).contains(count), "\(count) days")
        var days = [period(.daily, at: ms, in: zone)]
        while days.count < count {
            days.append(source.period(.daily, days[days.count - 1].startMs - 1, zone))
        }
        return days
    }

    /// All members of a day with their packed scores. Who was in it all the time is there once,
    /// wherever it moved meanwhile.
    private func scores(of day: Period, _ id: BoardID) async throws(StoreError) -> [String: Int64]?
    {
        var scores: [String: Int64] = [:]
        var cursor = "0"
        repeat {
            let reply = try await read(scripts[.scan], .period(day), of: id) { revision in
                [.int(revision), .string(cursor), .int(Self.scanCount)]
            }
            guard let reply else { return nil }
            cursor = try reply.text(0)
            for index in stride(from: 1, to: reply.count - 1, by: 2) {
                scores[try reply.text(index)] = try reply.integer(index + 1)
            }
        } while cursor != "0"
        return scores
    }

    /// By bytes, as Redis compares.
    private static func isGreater(_ left: String, _ right: String) -> Bool {
        right.utf8.lexicographicallyPrecedes(left.utf8)
    }
}
