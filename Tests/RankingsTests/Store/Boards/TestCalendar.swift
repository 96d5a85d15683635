import Values

@testable import Rankings

/// Days, weeks and months of 2028 to 2032, by counting them: in UTC, and in a zone whose clocks go
/// back on the 27th of October 2030 and forward on the 30th of March 2031.
struct TestCalendar: Sendable {
    static let utc = TestCalendar(startMs: firstMs, short: nil, long: nil)
    static let summer = TestCalendar(
        startMs: firstMs - 3_600_000,
        short: "2031-03-30",
        long: "2030-10-27"
    )

    static func period(_ window: BoardWindow, _ ms: Int64, _ zone: String) -> Period {
        (zone == "UTC" ? utc : summer).period(window, ms)
    }

    /// 2028-01-01 in UTC.
    private static let firstMs: Int64 = 1_830_297_600_000
    private var periods: [BoardWindow: [Period]] = [:]

    private init(startMs: Int64, short: String?, long: String?) {
        var ms = startMs
        // A Saturday, in the last week of the year before.
        var weekday = 5
        var week = (year: 2027, number: 52)
        for year in 2028...2032 {
            for month in 1...12 {
                let days = Self.days(of: month, in: year)
                for day in 1...days {
                    let name = "\(year)-\(Self.two(month))-\(Self.two(day))"
                    var length: Int64 = 86_400_000
                    if name == short { length -= 3_600_000 }
                    if name == long { length += 3_600_000 }
                    if weekday == 0 {
                        // The year of a week is that of its Thursday.
                        let isLast = month == 12 && day >= 29
                        let isFirst = isLast || month == 1 && day <= 4
                        week.number = isFirst ? 1 : week.number + 1
                        if isFirst { week.year = isLast ? year + 1 : year }
                    }
                    add(.daily, name, ms, length)
                    add(.weekly, "\(week.year)-W\(Self.two(week.number))", ms, length)
                    add(.monthly, "\(year)-\(Self.two(month))", ms, length)
                    ms += length
                    weekday = (weekday + 1) % 7
                }
            }
        }
    }

    private mutating func add(_ window: BoardWindow, _ name: String, _ ms: Int64, _ length: Int64) {
        var all = periods[window] ?? []
        if all.last?.name == name {
            all[all.count - 1].endMs = ms + length
        } else {
            all.append(Period(window: window, name: name, startMs: ms, endMs: ms + length))
        }
        periods[window] = all
    }

    private static func days(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    func period(_ window: BoardWindow, _ ms: Int64) -> Period {
        let all = periods[window] ?? []
        // What is before or after is one long period: nothing of it is looked at.
        guard let first = all.first, let last = all.last else { preconditionFailure("no periods") }
        if ms < first.startMs {
            return Period(window: window, name: "before", startMs: 0, endMs: first.startMs)
        }
        precondition(ms < last.endMs, "after the last day")
        var low = 0
        var high = all.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if all[middle].startMs <= ms { low = middle } else { high = middle - 1 }
        }
        return all[low]
    }
}
