import Testing
import Values

@testable import Rankings
@testable import TestKit

/// Proof 8 of the design: what the calendar says against what the C library says.
@Suite struct BoardCalendarProofTests {
    /// An instant, and the name of the period that the calendar has it in.
    private struct Claim {
        var second: Int64
        var window: BoardWindow
        var name: String
    }

    private static let windows: [BoardWindow] = [.daily, .weekly, .monthly]

    /// The first and last second of every period that begins in the years, checked to follow each
    /// other.
    private func edges(
        _ calendar: BoardCalendar,
        _ window: BoardWindow,
        years: ClosedRange<Int>
    ) throws -> [Claim] {
        let end = try #require(Timestamp(rfc3339: "\(years.upperBound)-12-31T00:00:00Z"))
        var claims: [Claim] = []
        let start = try #require(Timestamp(rfc3339: "\(years.lowerBound)-01-02T00:00:00Z"))
        var period = calendar.period(window, at: start.milliseconds)
        while period.startMs < end.milliseconds {
            try #require(period.startMs % 1000 == 0 && period.startMs < period.endMs)
            for second in [period.startMs / 1000, period.endMs / 1000 - 1] {
                claims.append(Claim(second: second, window: window, name: period.name))
            }
            let next = calendar.following(period)
            try #require(next.startMs == period.endMs && next.name != period.name)
            try #require(calendar.preceding(next) == period)
            try #require(calendar.period(window, named: period.name) == period)
            period = next
        }
        return claims
    }

    private func agree(_ claims: [Claim], zone: String, _ comment: String) throws {
        let names = try CalendarOracle.names(claims.map(\.second), zone: zone)
        let wrong = zip(claims, names).filter { $0.name != $1.name($0.window) }
        let first = wrong.first.map { "@\($0.0.second): \($0.0.name), not \($0.1)" } ?? ""
        #expect(wrong.isEmpty, "\(zone) \(comment): \(wrong.count) differ, \(first)")
    }

    /// Mondays, month ends, ISO years and days of 23 and 25 hours: the zones of the design, in the
    /// past and under the rules of today.
    @Test(arguments: ["Asia/Seoul", "America/New_York", "Asia/Kathmandu", "Europe/London", "UTC"])
    func everyEdgeOfEveryPeriod(zone: String) throws {
        let calendar = try #require(BoardCalendar(timeZone: zone))
        try agree(edges(calendar, .daily, years: 1984...1990), zone: zone, "days")
        try agree(edges(calendar, .daily, years: 2018...2030), zone: zone, "days")
        try agree(edges(calendar, .weekly, years: 1971...2098), zone: zone, "weeks")
        try agree(edges(calendar, .monthly, years: 1971...2098), zone: zone, "months")
    }

    /// Clocks that jump at midnight, by half an hour, by two hours, over a whole day, in Ramadan.
    /// Years that are over: what these countries decide next, two databases learn on two days.
    @Test(
        arguments: [
            "America/Santiago", "America/Sao_Paulo", "America/Havana", "America/Asuncion",
            "Asia/Beirut", "Asia/Tehran", "Asia/Amman", "Africa/Cairo", "Africa/Casablanca",
            "Atlantic/Azores", "Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Apia",
            "Pacific/Kiritimati",
        ]
    )
    func everyDayWhereClocksJumpAtMidnight(zone: String) throws {
        let calendar = try #require(BoardCalendar(timeZone: zone))
        try agree(edges(calendar, .daily, years: 2008...2021), zone: zone, "days")
        try agree(edges(calendar, .weekly, years: 2008...2021), zone: zone, "weeks")
    }

    @Test(arguments: ["Asia/Seoul", "America/New_York", "Asia/Kathmandu", "America/Santiago"])
    func anyInstant(zone: String) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("\(zone): seed \(seed)")
        var random = SeededRandom(seed)
        let calendar = try #require(BoardCalendar(timeZone: zone))
        let claims = Self.windows.flatMap { window in
            (0..<4_000).map { _ in
                let ms = Int64.random(in: 0...1_640_995_200_000, using: &random)
                let period = calendar.period(window, at: ms)
                #expect(period.startMs <= ms && ms < period.endMs, "seed \(seed)")
                return Claim(second: ms / 1000, window: window, name: period.name)
            }
        }
        try agree(claims, zone: zone, "seed \(seed)")
        for _ in 0..<4_000 {
            let ms = Int64.random(in: 0...1_640_995_200_000, using: &random)
            let day = calendar.period(.daily, at: ms)
            #expect(calendar.nextMidnight(after: ms) == day.endMs, "seed \(seed)")
        }
    }

    /// The control: the comparison sees days that are taken for 24 hours.
    @Test func daysOf24HoursAreSeenToBeWrong() throws {
        let york = try #require(BoardCalendar(timeZone: "America/New_York"))
        let first = try #require(york.period(.daily, named: "2026-01-01")).startMs / 1000
        let starts = (0..<365).map { first + $0 * 86_400 }
        let names = try CalendarOracle.names(starts, zone: "America/New_York")
        let before = try CalendarOracle.names(starts.map { $0 - 1 }, zone: "America/New_York")
        let wrong = zip(names, before).filter { $0.day == $1.day }
        // They begin at 01:00 from March 9th to November 1st.
        #expect(wrong.count == 238)
    }
}
