import Testing

@testable import Web

@Suite struct PagesRoomTests {
    static let opening = "2026-12-24T01:00:00.000Z"
    static let waiting = RoomPage.View.waiting(
        position: 1_234,
        ahead: 1_233,
        estimate: WaitEstimate(minSeconds: 300, maxSeconds: 480),
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
        .notOpenYet(opening: opening, isDraw: false, refreshSeconds: 30),
        .notOpenYet(opening: opening, isDraw: true, refreshSeconds: 30),
        waiting,
        hiddenPlace,
        .admitted(sessionExpiresAt: opening),
        .ended(.done),
        .ended(.left),
        .ended(.expired),
        .closed,
        .soldOut,
        .full,
        .ticketInvalid,
        .unavailable(retryAfterSeconds: 5),
    ]

    @Test(arguments: views, Language.allCases)
    func everyViewIsACompletePage(view: RoomPage.View, language: Language) {
        let page = RoomPage(room: "demo", language: language, view: view)
        let html = html(page)
        let heading = Phrases.of(language).heading(page.name)
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"\(language.rawValue)\">"))
        #expect(html.contains("<main id=\"room\""))
        #expect(html.contains("role=\"status\" aria-live=\"polite\""))
        #expect(html.contains("<h1 id=\"headline\">\(heading.headline)</h1>"))
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
            case .waiting, .notOpenYet, .unavailable: true
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

    @Test(arguments: views)
    func joiningAndLeavingAreOfferedWhereTheyHelp(view: RoomPage.View) {
        let page = RoomPage(room: "demo", language: .en, view: view)
        let html = html(page)
        let joinable: [ViewName] = [.notInLine, .left, .expired, .full, .ticketInvalid]
        let leavable: [ViewName] = [.notOpenYet, .notOpenYetDraw, .waiting, .returned]
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
        #expect(!html.contains(" on" + "click"))
        let scripts = html.components(of: "<script")
        #expect(scripts == html.components(of: "<script src=\"/assets/") + 1)
        #expect(html.contains("<script type=\"application/json\" id=\"phrases\">"))
    }
}

@Suite struct PagesEscapingTests {
    private let hostile = "\"><script>alert('&')</script>"

    @Test func aHostileRoomNameStaysText() {
        for view in PagesRoomTests.views {
            let html = html(RoomPage(room: hostile, language: .en, view: view))
            #expect(!html.contains("<script>"))
            #expect(html.contains("&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"))
            #expect(html.contains("action=\"/rooms/%22%3E%3Cscript%3Ealert%28%27%26%27%29"))
        }
    }

    @Test func aHostileContinuePathStaysAnAddress() {
        let path = ContinuePath("/buy?a=\"><b>'&c=1")
        let view = RoomPage.View.admitted(sessionExpiresAt: PagesRoomTests.opening)
        let html = html(RoomPage(room: "demo", language: .en, view: view, continuePath: path))
        #expect(path != nil)
        #expect(!html.contains("<b>"))
        #expect(html.contains("href=\"/buy?a=&quot;&gt;&lt;b&gt;&#39;&amp;c=1\" >"))
        #expect(html.contains("join?continue=%2Fbuy%3Fa%3D%22%3E%3Cb%3E%27%26c%3D1\""))
    }

    @Test func aHostileOpeningStaysText() {
        let view = RoomPage.View.notInLine(waiting: 1, opening: hostile)
        #expect(!html(RoomPage(room: "demo", language: .en, view: view)).contains("<script>"))
    }

    @Test func noPhraseCanEndItsScriptElement() {
        #expect(
            Phrases.quoted("</script>&\"\\\n\u{2028}")
                == #""\u003c/script\u003e\u0026\"\\\u000a\u2028""#
        )
        for language in Language.allCases {
            let block = Phrases.of(language).scriptBlock(language)
            #expect(!block.bytes.contains(UInt8(ascii: "<")))
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\/evil.example",
        "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " /seats",
        "javascript:alert(1)",
        "", "seats", "/a b", "/a\\b", "/a\u{7F}", "/" + String(repeating: "a", count: 2_048),
    ])
    func aContinueToElsewhereIsRefused(raw: String) {
        #expect(ContinuePath(raw) == nil)
    }

    @Test(arguments: ["/", "/seats", "/seats?day=1&row=2#map", "/a//b", "/공연/1"])
    func aPathOfThisOriginIsAccepted(raw: String) {
        #expect(ContinuePath(raw)?.path == raw)
    }

    @Test func theLinkIsShownOnlyToTheAdmitted() {
        let path = ContinuePath("/seats")
        for view in PagesRoomTests.views {
            let page = RoomPage(room: "demo", language: .en, view: view, continuePath: path)
            #expect(html(page).contains("href=\"/seats\" >") == (page.name == .admitted))
        }
        #expect(ContinuePath(nil) == nil)
    }
}

@Suite struct PagesIndexTests {
    private let rooms = [
        IndexPage.Room(name: "demo", state: .open, waiting: 12_345, inside: 100),
        IndexPage.Room(name: "<i>&\"", state: .soldOut, waiting: 0, inside: 0),
    ]

    @Test(arguments: Language.allCases)
    func roomsAreListedWithTheirStateAndNumbers(language: Language) {
        let html = html(IndexPage(rooms: rooms, language: language, isDemo: true))
        let phrases = Phrases.of(language).index
        #expect(html.contains("<html lang=\"\(language.rawValue)\">"))
        #expect(html.contains("<main>"))
        #expect(html.contains("<a href=\"/rooms/demo\">demo</a>"))
        #expect(html.contains("12,345"))
        #expect(html.contains("<a href=\"/rooms/%3Ci%3E%26%22\">&lt;i&gt;&amp;&quot;</a>"))
        #expect(html.contains(phrases.states[.soldOut] ?? "-"))
        #expect(html.contains("<p class=\"notice\" >\(phrases.demo)</p>"))
        #expect(!html.contains("{{"))
    }

    @Test func anEmptyHouseSaysSo() {
        let html = html(IndexPage(rooms: [], language: .en, isDemo: false))
        #expect(html.contains("<p class=\"card\" >There are no rooms yet.</p>"))
        #expect(html.contains("<ul class=\"rooms\" hidden>"))
        #expect(html.contains("<p class=\"notice\" hidden>"))
    }
}

@Suite struct PagesAssetTests {
    @Test func everyAssetHasItsOwnAddressTypeAndTag() {
        #expect(Set(PageAsset.all.map(\.path)).count == PageAsset.all.count)
        #expect(Set(PageAsset.all.map(\.entityTag)).count == PageAsset.all.count)
        for asset in PageAsset.all {
            #expect(!asset.bytes.isEmpty)
            #expect(asset.entityTag.hasPrefix("\"") && asset.entityTag.hasSuffix("\""))
            #expect(asset.address.hasPrefix(asset.path + "?v="))
        }
    }

    @Test func aPageAsksForTheAssetsByTheirMarks() {
        let html = html(RoomPage(room: "demo", language: .en, view: .closed))
        for asset in PageAsset.all { #expect(html.contains("\"\(asset.address)\"")) }
    }

    @Test func everyElementTheScriptNamesIsOnThePage() {
        let html = html(RoomPage(room: "demo", language: .en, view: .closed))
        let scripts = PageAsset.all.filter { $0.path.hasSuffix(".js") }
            .map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        let calls = ["byId(\"", "say(\"", "isShown(\"", "getElementById(\""]
        var ids: Set<String> = []
        for call in calls {
            for rest in scripts.pieces(after: call) {
                ids.insert(String(rest.prefix { $0 != "\"" }))
            }
        }
        #expect(ids.count > 15)
        for id in ids { #expect(html.contains("id=\"\(id)\""), "\(id)") }
    }
}

private func html(_ page: RoomPage) -> String { String(decoding: page.render(), as: UTF8.self) }

private func html(_ page: IndexPage) -> String { String(decoding: page.render(), as: UTF8.self) }

extension String {
    fileprivate func components(of text: String) -> Int { pieces(after: text).count }

    /// What follows each occurrence of `text`.
    fileprivate func pieces(after text: String) -> [Substring] {
        var found: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            rest = rest[range.upperBound...]
            found.append(rest)
        }
        return found
    }
}
