import Foundation
import Values

/// What a zone's clocks were and will be ahead of UTC: the changes as a table, read from Foundation
/// once, so that a lookup is a search among numbers and the value may be handed anywhere.
///
/// The table is good for 1970 to 2099 (New York: 262 changes, 4 KiB). Before and after, the nearest
/// offset in it holds. The rules are those of the toolchain that built the program: decision 10.
struct ZoneOffsets: Sendable {
    /// 2100-01-01 UTC.
    static let untilSeconds: Int64 = 4_102_444_800
    /// Two a year would be 260; Morocco had four in some years.
    private static let changesMax = 1024
    private static let daySeconds: Int64 = 86_400

    /// Second from which `offsets` of the same index holds; the first is the beginning of time.
    private var starts: [Int64] = [.min]
    /// Seconds ahead of UTC: -12 h to +14 h.
    private var offsets: [Int64] = [0]

    /// By a name of the IANA database. Nil for any other, as `GMT+9`, which other programs that are
    /// handed the board's zone would read with the opposite sign.
    init?(name: String) {
        if name == "UTC" { return }
        // The database is in a part of Foundation that a static link leaves out, without a word,
        // unless something in it is named: its version is.
        precondition(!TimeZone.timeZoneDataVersion.isEmpty, "no time zones in this program")
        guard !name.hasPrefix("GMT+"), !name.hasPrefix("GMT-"),
            let zone = TimeZone(identifier: name), zone.identifier == name
        else { return nil }
        // A day early, so that the offset of the first instant of 1970 is in the table anywhere.
        var date = Date(timeIntervalSince1970: -Double(Self.daySeconds))
        offsets[0] = Int64(zone.secondsFromGMT(for: date))
        while let next = zone.nextDaylightSavingTimeTransition(after: date), next > date,
            Int64(next.timeIntervalSince1970) < Self.untilSeconds
        {
            date = next
            let offset = Int64(zone.secondsFromGMT(for: next))
            // Only the name of the time or its being summer time changed.
            if offset == offsets[offsets.count - 1] { continue }
            precondition(starts.count < Self.changesMax, "\(name) changes too often")
            starts.append(Int64(next.timeIntervalSince1970))
            offsets.append(offset)
        }
    }

    func offset(atSecond second: Int64) -> Int64 { offsets[index(atSecond: second)] }

    /// The first second at which the clocks show `day` (days since 1970-01-01) or a later one.
    ///
    /// Not always 00:00: clocks that jump at midnight begin the day at 01:00, and a day that a zone
    /// skipped (Apia, 2011-12-30) begins when the next one does, that is, has no length.
    /// An hour that runs twice around midnight counts for the new day from its first run on.
    func start(ofDay day: Int64) -> Int64 {
        let midnight = day * Self.daySeconds
        // No zone is a day ahead: a day earlier its clocks showed an earlier day.
        var index = index(atSecond: midnight - Self.daySeconds)
        while true {
            let second = max(starts[index], midnight - offsets[index])
            index += 1
            if index == starts.count || second < starts[index] { return second }
        }
    }

    /// The day that has begun by `start(ofDay:)` and is not over.
    func day(atSecond second: Int64) -> Int64 {
        let local = second + offset(atSecond: second)
        var day = local.flooredQuotient(by: Self.daySeconds).quotient
        while start(ofDay: day + 1) <= second { day += 1 }
        return day
    }

    /// The last entry that begins at or before `second`.
    private func index(atSecond second: Int64) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= second { low = middle } else { high = middle }
        }
        return low
    }
}
