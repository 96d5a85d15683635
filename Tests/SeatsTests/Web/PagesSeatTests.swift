import Foundation
import Testing
import Values

@testable import Seats
@testable import Site
@testable import TestPages

@Suite struct PagesSeatTests {
    private static let views: [SeatPage] = [
        SeatPages.page(), SeatPages.held, SeatPages.paid, SeatPages.page(nil),
    ]

    @Test(arguments: Self.views.indices, Language.allCases)
    func everyViewIsACompletePage(view: Int, language: Language) throws {
        var page = Self.views[view]
        page.language = language
        let html = html(page)
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"\(language.rawValue)\">"))
        #expect(html.contains("<h1>Night Songs</h1>"))
        #expect(html.contains("role=\"status\" aria-live=\"polite\""))
        #expect(html.contains(">\(Words.seats[language]["labels.hold"])</button>"))
        #expect(!html.contains("{{"))
        #expect(tagsAreBalanced(html))
    }

    @Test func aSeatSaysItsStateInWordsAndFreeOnesCanBeChosen() {
        let html = html(SeatPages.page("fhs"))
        #expect(html.contains("name=\"seat\" value=\"1\" aria-label=\"Seat 1, free\">1</label>"))
        #expect(
            html.contains("seat held\" role=\"img\" aria-label=\"Seat 2, held by somebody\">2<")
        )
        #expect(html.contains("seat sold\" role=\"img\" aria-label=\"Seat 3, sold\">3<"))
        #expect(html.components(of: "type=\"checkbox\"") == 1)
        #expect(html.contains("<dd id=\"available\">1</dd>"))
    }

    @Test func seatsStandInRowsOfTwenty() {
        let html = html(SeatPages.page(String(repeating: "f", count: 45)))
        let rows = html.components(of: "class=\"row\" role=\"group\"")
        #expect(rows == 3)
        #expect(html.contains("aria-label=\"Row 3\">\n<label class=\"seat free\">"))
        #expect(html.components(of: "type=\"checkbox\"") == 45)
    }

    @Test func aLargeHouseIsShownInSections() {
        var page = SeatPages.page(
            String(repeating: "s", count: 500) + String(repeating: "f", count: 501)
        )
        #expect(page.sections.count == 3)
        #expect(page.sections.numbers(3) == 1_001...1_001)
        #expect(page.sections.section(of: 500) == 1 && page.sections.section(of: 501) == 2)
        #expect(html(page).contains("?section=1\" aria-current=\"true\">Seats 1 to 500<span>None"))
        page.section = 2
        let html = html(page)
        #expect(html.components(of: "type=\"checkbox\"") == 500)
        #expect(html.contains("value=\"501\"") && !html.contains("value=\"1001\""))
        #expect(html.contains("action=\"/performances/p:1/hold?section=2\""))
        #expect(html.contains("?section=3\">Seats 1,001 to 1,001<span>1 free</span>"))
        page.section = 99
        #expect(page.shownSection == 3)
        page.section = -1
        #expect(page.shownSection == 1)
    }

    @Test func aSmallHouseHasNoSections() {
        #expect(html(SeatPages.page()).contains("<nav id=\"sections\" aria-label=\"Parts of the"))
        #expect(html(SeatPages.page()).components(of: "?section=") == 0)
    }

    @Test func whatIsHeldCanBePaidAndGivenBack() {
        let page = SeatPages.held
        let html = html(page)
        #expect(
            html.contains("<section id=\"held\" class=\"card\" aria-labelledby=\"held-title\" >")
        )
        #expect(html.contains("<dd id=\"held-seats\">1, 4</dd>"))
        #expect(html.contains("<dd id=\"held-amount\">140,000 points</dd>"))
        #expect(html.components(of: "name=\"hold\" value=\"to~ken.1\"") == 2)
        #expect(html.contains("name=\"key\" value=\"\(page.keys.pay)\""))
        #expect(html.contains("aria-label=\"Seat 1, held for you\""))
        // One hold at a time: nothing else is chosen meanwhile.
        #expect(!html.contains("type=\"checkbox\""))
        #expect(html.contains("id=\"tally\" class=\"tally\" hidden>"))
        #expect(html.contains("<form id=\"charge\" method=\"post\" "))
        #expect(html.contains("/charge\" hidden>"))
    }

    @Test func whoLacksPointsIsOfferedToCharge() {
        var page = SeatPages.held
        page.balance = 100_000
        #expect(html(page).contains("/charge\" >"))
        #expect(html(page).contains("step=\"1\" value=\"40000\""))
        page.notice = .insufficientPoints(missing: 39_999)
        #expect(html(page).contains("You do not have enough points: 39,999 points are missing."))
        #expect(html(page).contains("step=\"1\" value=\"39999\""))
    }

    @Test func aReceiptShowsWhatWasBoughtAndNoMap() {
        let html = html(SeatPages.paid)
        #expect(html.contains("<dd id=\"payment\">pay-9</dd>"))
        #expect(html.contains("<dd id=\"paid-seats\">1, 4</dd>"))
        #expect(html.contains("<dd id=\"paid-amount\">140,000 points</dd>"))
        #expect(html.contains("<dd id=\"paid-balance\">860,000 points</dd>"))
        #expect(html.contains("aria-labelledby=\"map-title\" hidden>"))
        #expect(!html.contains("value=\"1\" aria-label"))
    }

    @Test func whileTheSeatsAreAwayAHoldCanStillBePaid() {
        var page = SeatPages.page(nil)
        let away = html(page)
        #expect(away.contains("class=\"notice\" >The seats cannot be reached right now"))
        #expect(away.contains("<noscript><meta http-equiv=\"refresh\""))
        #expect(away.contains("<a id=\"retry\" class=\"button\" href=\"\" >"))
        page.hold = SeatPages.hold(of: page.performance.id)
        let held = html(page)
        #expect(held.contains("aria-labelledby=\"held-title\" >"))
        // It would take the page away while somebody reads it.
        #expect(!held.contains("http-equiv"))
    }

    @Test func beforeTheOpeningThePageSaysWhen() {
        let page = SeatPages.page { performance in
            performance.opening = Timestamp(milliseconds: SeatPages.nowMs + 1)
        }
        #expect(html(page).contains("class=\"notice\" >Sales are not open yet."))
        #expect(html(page).contains("data-opening=\"2026-"))
        var later = page
        later.nowMs += 1
        #expect(!html(later).contains("<p id=\"notice\" class=\"notice\" >"))
        #expect(html(later).contains("data-opening=\"\""))
    }

    @Test func aSoldOutHouseSaysSo() {
        let html = html(SeatPages.page("sss"))
        #expect(html.contains("class=\"notice\" >Sold out: there are no seats left."))
        #expect(html.contains("id=\"tally\" class=\"tally\" hidden>"))
    }

    @Test func whoIsNotInsideIsLedToTheRoomAndBack() {
        var page = SeatPages.page { $0.room = RoomID("demo") }
        #expect(
            html(page).contains("<a id=\"to-room\" class=\"button\" href=\"/rooms/demo?continue=")
        )
        #expect(html(page).contains("continue=%2Fperformances%2Fp%3A1\" hidden>"))
        page.notice = .plain(.notAdmitted)
        #expect(html(page).contains("continue=%2Fperformances%2Fp%3A1\" >"))
        // Without a room there is nowhere to lead.
        var open = SeatPages.page()
        open.notice = .plain(.unauthenticated)
        #expect(html(open).contains("<a id=\"to-room\" class=\"button\" href=\"\" hidden>"))
    }

    @Test func everyNoticeIsShown() {
        for notice in SeatNotice.allCases {
            var page = SeatPages.page()
            page.notice = .plain(notice)
            let text = Words.seats[.en]["notices.\(notice.rawValue)"]
            #expect(html(page).contains("<p id=\"notice\" class=\"notice\" >\(text)</p>"))
        }
        var page = SeatPages.page()
        page.notice = .seatsTaken([3, 17])
        #expect(html(page).contains("No longer free: 3, 17."))
        page.notice = .seatLimit(4)
        #expect(html(page).contains("One person can have 4 seats at the most."))
    }

    @Test func hostileTextsStayText() {
        let hostile = "\"><script>alert('&')</script>"
        var page = SeatPages.page(title: hostile)
        page.hold = SeatPages.hold(of: page.performance.id)
        page.hold?.token = hostile
        page.map?.version = hostile
        let html = html(page)
        #expect(!html.contains("<script>"))
        #expect(html.components(of: "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)") == 5)
    }

    @Test func nothingOnThePageNeedsInlineScriptOrStyle() {
        let html = html(SeatPages.held)
        #expect(!html.contains("style=\"") && !html.contains("<style"))
        #expect(!html.contains(" onclick"))
        let blocks = html.components(of: "<script type=\"application/json\"")
        #expect(html.components(of: "<script") == html.components(of: "<script src=\"/assets/") + 2)
        #expect(blocks == 2)
        for asset in PageAsset.ofSeatPage { #expect(html.contains("\"\(asset.address)\"")) }
    }

    @Test func everyFieldOfAFormHasALabelAndEveryIdIsUsedOnce() {
        let html = html(SeatPages.page("ff"))
        expectLabelledFieldsAndOwnIds(html)
    }

    @Test func theLargestHouseStaysAPageThatAPhoneCanLoad() {
        let seats = 50_000
        let html = html(SeatPages.page(String(repeating: "f", count: seats)))
        #expect(html.components(of: "type=\"checkbox\"") == SeatPage.sectionSeats)
        // 50 kB of states, ~70 kB of seats, ~15 kB of sections and phrases.
        #expect(html.utf8.count < 200_000)
    }
}
