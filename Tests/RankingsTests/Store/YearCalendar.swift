import Foundation
import Values

@testable import Rankings

/// Days, ISO weeks and months of a zone as Foundation tells them: another program, another reading
/// of the zones.
struct YearCalendar: Sendable {
    private let calendar: Calendar
    private let zone: TimeZone

    init?(_ name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = zone
        self.calendar = calendar
        self.zone = zone
    }

    func period(_ window: BoardWindow, at ms: Int64) -> Period? {
        let date = Self.date(ms)
        let unit: Calendar.Component =
            switch window {
            case .daily: .day
            case .weekly: .weekOfYear
            default: .month
            }
        guard let span = calendar.dateInterval(of: unit, for: date) else { return nil }
        let parts = calendar.dateComponents(
            [.year, .month, .day, .weekOfYear, .yearForWeekOfYear],
            from: span.start
        )
        guard let year = parts.year, let month = parts.month, let day = parts.day,
            let week = parts.weekOfYear, let weekYear = parts.yearForWeekOfYear
        else { return nil }
        let name =
            switch window {
            case .daily: "\(year)-\(Self.two(month))-\(Self.two(day))"
            case .weekly: "\(weekYear)-W\(Self.two(week))"
            default: "\(year)-\(Self.two(month))"
            }
        return Period(
            window: window,
            name: name,
            startMs: Self.ms(span.start),
            endMs: Self.ms(span.end)
        )
    }

    /// The days up to the one around `ms`, the last first.
    func lastDays(_ count: Int, until ms: Int64) -> [Period] {
        var days: [Period] = []
        while days.count < count, let day = period(.daily, at: (days.last?.startMs ?? ms + 1) - 1) {
            days.append(day)
        }
        return days
    }

    /// When its clocks are put forward or back.
    func turns(from ms: Int64, to endMs: Int64) -> [Int64] {
        var turns: [Int64] = []
        var date = Self.date(ms)
        while let next = zone.nextDaylightSavingTimeTransition(after: date), Self.ms(next) < endMs {
            turns.append(Self.ms(next))
            date = next
        }
        return turns
    }

    private static func date(_ ms: Int64) -> Date {
        Date(timeIntervalSince1970: Double(ms) / 1_000)
    }

    private static func ms(_ date: Date) -> Int64 {
        Int64((date.timeIntervalSince1970 * 1_000).rounded())
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
