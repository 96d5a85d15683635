import Values

/// The days, ISO weeks and months of a board, turned by the midnights of its time zone.
///
/// Periods of a window follow each other without gap or overlap, whatever the clocks do: a day has
/// 23, 24 or 25 hours (24.5 on Lord Howe), and begins at the first instant that shows its date.
struct BoardCalendar: Equatable, Sendable {
    /// Years whose periods can be asked for by name.
    static let namedYears: ClosedRange<Int64> = 1970...2099

    let timeZone: String
    private let offsets: ZoneOffsets

    /// Nil when there is no zone of that name: `UTC`, or a name of the IANA database.
    ///
    /// Reads the zone's table, 1 to 5 ms: keep the value. A period then takes some 0.1 us.
    init?(timeZone: String) {
        guard let offsets = ZoneOffsets(name: timeZone) else { return nil }
        self.timeZone = timeZone
        self.offsets = offsets
    }

    static func == (left: BoardCalendar, right: BoardCalendar) -> Bool {
        left.timeZone == right.timeZone
    }

    /// The period that `ms` lies in. Only for windows that have periods.
    func period(_ window: BoardWindow, at ms: Int64) -> Period {
        let second = ms.flooredQuotient(by: 1000).quotient
        return period(DaySpan(window, around: offsets.day(atSecond: second)))
    }

    /// Nil when there is no such period: `2026-02-30`, `2026-W54`, another window's name, a day
    /// that the zone skipped, a year outside `namedYears`, or a window without periods.
    func period(_ window: BoardWindow, named name: String) -> Period? {
        guard let span = DaySpan(window, named: name) else { return nil }
        let period = period(span)
        return period.startMs < period.endMs ? period : nil
    }

    func preceding(_ period: Period) -> Period {
        self.period(period.window, at: period.startMs - 1)
    }

    func following(_ period: Period) -> Period {
        self.period(period.window, at: period.endMs)
    }

    /// The first instant after `ms` at which a day begins.
    func nextMidnight(after ms: Int64) -> Int64 {
        let second = ms.flooredQuotient(by: 1000).quotient
        return offsets.start(ofDay: offsets.day(atSecond: second) + 1) * 1000
    }

    private func period(_ span: DaySpan) -> Period {
        Period(
            window: span.window,
            name: span.name,
            startMs: offsets.start(ofDay: span.first) * 1000,
            endMs: offsets.start(ofDay: span.end) * 1000
        )
    }
}
