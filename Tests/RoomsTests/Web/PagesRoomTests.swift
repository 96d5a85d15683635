import Testing
import Values

@testable import Rooms
@testable import Site
@testable import TestPages

@Suite struct PagesRoomTests {
    static let opening = "2026-12-24T01:00:00.000Z"
    static let waiting = RoomPage.View.waiting(
        position: 1_234,
        ahead: 1_233,
        estimate: WaitEstimate(min: 300, max: 480),
        refreshSeconds: 15,
        returned: false
    )
    static let hiddenPlace = RoomPage.View.waiting(
        position: nil,
        ahead: nil,
        estimate: nil,
        refreshSeconds: 15,
        returned: true
    )
    static let views: [RoomPage.View] = [
        .notInLine(waiting: 3, opening: nil),
        .notInLine(waiting: 0, opening: opening),
        .notOpenYet(opening: opening, isDraw: false, position: 12, refreshSeconds: 30),
        .notOpenYet(opening: opening, isDraw: true, position: nil, refreshSeconds: 30),
        waiting,
        hiddenPlace,
        .admitted(sessionExpiresAt: opening),
        .ended(.done),
        .ended(.left),
        .ended(.expired),
        .closed,
        .soldOut,
        .soldOutInLine(refreshSeconds: 30),
        .full,
        .ticketInvalid,
        .unavailable(retryAfterSeconds: 5),
    ]

    @Test(arguments: views, Language.allCases)
    func everyViewIsACompletePage(view: RoomPage.View, language: Language) {
        let page = RoomPage(room: "demo", language: language, view: view)
        let html = html(page)
        let headline = Words.rooms[language]["views.\(page.name.rawValue).headline"]
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"\(language.rawValue)\">"))
        #expect(html.contains("<main id=\"room\""))
        #expect(html.contains("role=\"status\" aria-live=\"polite\""))
        #expect(html.contains("<h1 id=\"headline\">\(headline)</h1>"))
        #expect(html.contains("<title>"))
        #expect(!html.contains("{{"))
    }

    @Test func everyViewNameIsReached() {
        let names = Self.views.map { RoomPage(room: "demo", language: .en, view: $0).name }
        #expect(Set(names) == Set(ViewName.allCases))
    }

    @Test(arguments: views)
    func onlyAPageThatChangesByItselfAsksAgainWithoutAScript(view: RoomPage.View) {
        let html = html(RoomPage(room: "demo", language: .en, view: view))
        let changes =
            switch view {
            case .waiting, .notOpenYet, .unavailable, .soldOutInLine: true
            default: false
            }
        #expect(html.contains("<noscript><meta http-equiv=\"refresh\"") == changes)
        // Never outside of noscript, where it would reload under the script.
        #expect(html.components(of: "http-equiv") == (changes ? 1 : 0))
    }

    @Test func aRefreshIsNeverFasterThanItsLimit() {
        let view = RoomPage.View.unavailable(retryAfterSeconds: -3)
        let html = html(RoomPage(room: "demo", language: .en, view: view))
        #expect(html.contains("content=\"\(RoomPage.refreshSecondsMin)\""))
    }

    @Test func theTitleCarriesThePosition() {
        let titles = Language.allCases.map { language in
            html(RoomPage(room: "demo", language: language, view: Self.waiting))
        }
        #expect(titles[0].contains("<title>No. 1,234 in line · demo</title>"))
        #expect(titles[1].contains("<title>대기 1,234번 · demo</title>"))
        #expect(titles[2].contains("<title>1,234番目 · demo</title>"))
    }

    @Test func aHiddenPlaceShowsNoNumber() {
        let html = html(RoomPage(room: "demo", language: .en, view: Self.hiddenPlace))
        #expect(html.contains("aria-labelledby=\"place-label\" hidden>"))
        #expect(html.contains("<p id=\"position\" class=\"number\"></p>"))
        #expect(html.contains("Not known yet"))
    }

    @Test(arguments: Language.allCases, EstimateReason.allCases)
    func aLongerWaitIsExplained(language: Language, reason: EstimateReason) {
        func page(_ reason: EstimateReason?) -> String {
            let view = Self.waiting
            return html(RoomPage(room: "demo", language: language, view: view, reason: reason))
        }
        let text = Words.rooms[language]["reasons.\(reason.rawValue)"]
        #expect(page(reason).contains("<dd id=\"estimate-reason\" >\(text)</dd>"))
        #expect(page(nil).contains("<dd id=\"estimate-reason\" hidden></dd>"))
        // For the script.
        #expect(page(nil).contains("\"\(reason.rawValue)\":"))
    }

    @Test(arguments: views)
    func joiningAndLeavingAreOfferedWhereTheyHelp(view: RoomPage.View) {
        let page = RoomPage(room: "demo", language: .en, view: view)
        let html = html(page)
        let joinable: [ViewName] = [.notInLine, .left, .expired, .full, .ticketInvalid]
        let leavable: [ViewName] = [
            .notOpenYet, .notOpenYetDraw, .waiting, .returned, .soldOutInLine,
        ]
        let join = "action=\"/rooms/demo/join\" "
        let leave = "action=\"/rooms/demo/leave\" "
        #expect(html.contains(join + ">") == joinable.contains(page.name))
        #expect(html.contains(join + "hidden>") == !joinable.contains(page.name))
        #expect(html.contains(leave + ">") == leavable.contains(page.name))
        #expect(html.contains(leave + "hidden>") == !leavable.contains(page.name))
    }

    @Test func nothingOnThePageNeedsInlineScriptOrStyle() {
        let html = html(RoomPage(room: "demo", language: .en, view: Self.waiting))
        #expect(!html.contains("style=\""))
        #expect(!html.contains("<style"))
        #expect(!html.contains(" onclick"))
        let scripts = html.components(of: "<script")
        #expect(scripts == html.components(of: "<script src=\"/assets/") + 1)
        #expect(html.contains("<script type=\"application/json\" id=\"phrases\">"))
    }
}

func html(_ page: RoomPage) -> String { String(decoding: page.render(), as: UTF8.self) }
