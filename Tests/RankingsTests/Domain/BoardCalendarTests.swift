import Testing
import Values

@testable import Rankings

@Suite struct BoardCalendarTests {
    @Test func periodsHaveTheContractsNames() throws {
        let seoul = try #require(BoardCalendar(timeZone: "Asia/Seoul"))
        // Friday, May 1st, 00:00 in Seoul.
        let ms = try instant("2026-04-30T15:00:00Z")
        let day = seoul.period(.daily, at: ms)
        #expect(day.name == "2026-05-01" && day.key == "20260501" && day.startMs == ms)
        #expect(seoul.period(.daily, at: ms - 1).name == "2026-04-30")
        let week = seoul.period(.weekly, at: ms)
        #expect(week.name == "2026-W18" && week.key == "2026W18")
        #expect(try week.startMs == instant("2026-04-26T15:00:00Z"))
        let month = seoul.period(.monthly, at: ms)
        #expect(month.name == "2026-05" && month.key == "202605" && month.startMs == ms)
        #expect(try month.endMs == instant("2026-05-31T15:00:00Z"))
    }

    @Test func anHourMoreOrLessOnTheDaysTheClocksChange() throws {
        let york = try #require(BoardCalendar(timeZone: "America/New_York"))
        let hours = try ["2026-03-07", "2026-03-08", "2026-11-01", "2026-11-02"].map {
            let day = try #require(york.period(.daily, named: $0))
            return Double(day.endMs - day.startMs) / 3_600_000
        }
        #expect(hours == [24, 23, 25, 24])
        let howe = try #require(BoardCalendar(timeZone: "Australia/Lord_Howe"))
        let day = try #require(howe.period(.daily, named: "2026-04-05"))
        #expect(day.endMs - day.startMs == 24 * 3_600_000 + 1_800_000)
    }

    /// Santiago's clocks go from 24:00 to 01:00, and in autumn from 24:00 back to 23:00.
    @Test func clocksThatJumpAtMidnight() throws {
        let santiago = try #require(BoardCalendar(timeZone: "America/Santiago"))
        let spring = try #require(santiago.period(.daily, named: "2026-09-06"))
        #expect(try spring.startMs == instant("2026-09-06T04:00:00Z"))
        #expect(spring.endMs - spring.startMs == 23 * 3_600_000)
        let autumn = try #require(santiago.period(.daily, named: "2026-04-04"))
        #expect(try autumn.startMs == instant("2026-04-04T03:00:00Z"))
        #expect(autumn.endMs - autumn.startMs == 25 * 3_600_000)
    }

    /// Samoa went from the 29th to the 31st.
    @Test func aSkippedDayIsNoPeriod() throws {
        let apia = try #require(BoardCalendar(timeZone: "Pacific/Apia"))
        #expect(apia.period(.daily, named: "2011-12-30") == nil)
        let after = try #require(apia.period(.daily, named: "2011-12-31"))
        let before = apia.preceding(after)
        #expect(before.name == "2011-12-29" && before.endMs == after.startMs)
        #expect(apia.following(before) == after)
        #expect(apia.nextMidnight(after: before.startMs) == after.startMs)
        #expect(apia.nextMidnight(after: before.endMs - 1) == after.startMs)
    }

    /// Newfoundland's clocks went back at 00:01: the last hour but a minute of the day ran again.
    @Test func anHourThatRunsTwiceAcrossMidnightIsTheNewDays() throws {
        let johns = try #require(BoardCalendar(timeZone: "America/St_Johns"))
        let day = try #require(johns.period(.daily, named: "2010-11-07"))
        #expect(try day.startMs == instant("2010-11-07T02:30:00Z"))
        #expect(johns.period(.daily, at: day.startMs + 30 * 60_000) == day)
        #expect(johns.nextMidnight(after: day.startMs + 60_000) == day.endMs)
    }

    @Test(
        arguments: [
            ("2015-12-31", "2015-W53"), ("2018-12-30", "2018-W52"), ("2018-12-31", "2019-W01"),
            ("2021-01-03", "2020-W53"), ("2021-01-04", "2021-W01"), ("2023-01-01", "2022-W52"),
            ("2026-12-31", "2026-W53"), ("2027-01-04", "2027-W01"),
        ]
    )
    func weeksBelongToTheYearOfTheirThursday(_ day: String, _ week: String) throws {
        let utc = try #require(BoardCalendar(timeZone: "UTC"))
        let period = try #require(utc.period(.daily, named: day))
        #expect(utc.period(.weekly, at: period.startMs).name == week)
        #expect(utc.period(.weekly, at: period.endMs - 1).name == week)
    }

    @Test(arguments: BoardWindow.allCases)
    func whatIsNoPeriodsNameIsRefused(_ window: BoardWindow) throws {
        let utc = try #require(BoardCalendar(timeZone: "UTC"))
        let names = [
            "", "2026", "2026-00", "2026-13", "2026-5", "2026-05-", "2026-02-30", "2025-02-29",
            "2026-01-00", "2026-01-32", "2026-W00", "2027-W53", "2026-W54", "2026W18", "20260501",
            "2026-w18", "1969-12-31", "2100-01", "+026-01", "2026-01-01 ", "2026-W1８",
        ]
        for name in names { #expect(utc.period(window, named: name) == nil, "\(name)") }
        guard !window.hasPeriods else { return }
        for name in ["2026-05-01", "2026-W18", "2026-05"] {
            #expect(utc.period(window, named: name) == nil)
        }
    }

    @Test func onlyNamesOfTheZoneDatabase() {
        for name in ["UTC", "Asia/Kathmandu", "Europe/Kyiv", "Etc/GMT-14", "America/New_York"] {
            #expect(BoardCalendar(timeZone: name)?.timeZone == name)
        }
        let others = [
            "", "KST", "GMT+9", "GMT+0900", "UTC+3", "asia/seoul", "Asia/Busan", "../UTC",
        ]
        for name in others { #expect(BoardCalendar(timeZone: name) == nil, "\(name)") }
    }
}

/// Fails where the text is not RFC 3339.
private func instant(_ text: String) throws -> Int64 {
    try #require(Timestamp(rfc3339: text)).milliseconds
}
