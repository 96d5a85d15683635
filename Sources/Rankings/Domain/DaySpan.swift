import Values

/// A day, ISO week or month as calendar dates, before any time zone.
struct DaySpan: Equatable {
    var window: BoardWindow
    /// Days since 1970-01-01: the first, and the first after it.
    var first: Int64
    var end: Int64
    /// `2026-05-01`, `2026-W18`, `2026-05`.
    var name: String

    init(_ window: BoardWindow, around day: Int64) {
        self.window = window
        switch window {
        case .daily:
            let date = Timestamp.civil(fromDays: day)
            first = day
            end = day + 1
            name = Self.name(date.year, "-", date.month, "-", date.day)
        case .weekly:
            // Day 0 was a Thursday: three days after a Monday.
            first = day - (day + 3).flooredQuotient(by: 7).remainder
            end = first + 7
            // ISO 8601: a week belongs to the year that has its Thursday.
            let thursday = first + 3
            let year = Timestamp.civil(fromDays: thursday).year
            let week = (thursday - Timestamp.days(year: year, month: 1, day: 1)) / 7 + 1
            name = Self.name(year, "-W", week)
        case .monthly:
            let date = Timestamp.civil(fromDays: day)
            first = day - (date.day - 1)
            end =
                date.month == 12
                ? Timestamp.days(year: date.year + 1, month: 1, day: 1)
                : Timestamp.days(year: date.year, month: date.month + 1, day: 1)
            name = Self.name(date.year, "-", date.month)
        case .realtime, .all:
            preconditionFailure("\(window) has no periods")
        }
    }

    /// Nil unless `name` is exactly the name of a span of that window.
    init?(_ window: BoardWindow, named name: String) {
        guard let day = Self.day(of: window, named: Array(name.utf8)) else { return nil }
        self.init(window, around: day)
        // A date that does not exist lands in another span: February 30th, week 53 of a short year.
        guard self.name == name else { return nil }
    }

    /// A day in the span, if the digits are where that window's names have them.
    private static func day(of window: BoardWindow, named name: [UInt8]) -> Int64? {
        func number(_ start: Int, _ count: Int) -> Int64? {
            guard start + count <= name.count else { return nil }
            return name[start..<start + count].reduce(0) { value, byte in
                guard let value, (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= byte else { return nil }
                return value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
        }
        guard let year = number(0, 4), BoardCalendar.namedYears ~= year else { return nil }
        switch window {
        case .daily:
            guard let month = number(5, 2), 1...12 ~= month, let day = number(8, 2) else {
                return nil
            }
            return Timestamp.days(year: year, month: month, day: day)
        case .weekly:
            guard let week = number(6, 2) else { return nil }
            // January 4th is always in week 1.
            return Timestamp.days(year: year, month: 1, day: 4) + (week - 1) * 7
        case .monthly:
            guard let month = number(5, 2), 1...12 ~= month else { return nil }
            return Timestamp.days(year: year, month: month, day: 1)
        case .realtime, .all: return nil
        }
    }

    /// At most 15 bytes, which a `String` holds without an allocation.
    private static func name(
        _ year: Int64,
        _ mark: String,
        _ part: Int64,
        _ secondMark: String = "",
        _ day: Int64? = nil
    ) -> String {
        var name = String(year)
        while name.utf8.count < 4 { name = "0" + name }
        name += mark
        name += twoDigits(part)
        guard let day else { return name }
        name += secondMark
        name += twoDigits(day)
        return name
    }

    private static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
