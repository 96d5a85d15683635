import Testing
import Values

@testable import Rankings
@testable import Site
@testable import TestPages

@Suite struct PagesRankingsTests {
    private static var empty: RankingsPage {
        let none = PopularList(days: 1, refreshedAt: Ranked.popular.refreshedAt, products: [])
        return RankingsPage(language: .en, concerts: [], popular: none)
    }

    private static let away = RankingsPage(language: .en, concerts: nil, popular: nil)

    private static let views: [RankingsPage] = [
        Ranked.page(), Ranked.traced, empty, away,
    ]

    @Test(arguments: Self.views.indices, Language.allCases)
    func everyViewIsACompletePage(view: Int, language: Language) {
        var page = Self.views[view]
        page.language = language
        let html = html(page)
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"\(language.rawValue)\">"))
        #expect(html.contains("<h1>\(Words.rankings[language]["labels.title"])</h1>"))
        #expect(html.components(of: "role=\"status\" aria-live=\"polite\"") == 1)
        #expect(!html.contains("{{"))
        #expect(!html.contains("style=\"") && !html.contains(" onclick"))
        #expect(tagsAreBalanced(html))
        expectLabelledFieldsAndOwnIds(html)
        for asset in PageAsset.ofRankingsPage { #expect(html.contains("\"\(asset.address)\"")) }
    }

    @Test func aConcertHasItsRankItsTitleItsSeatsAndItsBadge() {
        let html = html(Ranked.page())
        let rows = html.pieces(after: "<li class=\"ranked\"")
        // Both lists, and the empty row of the script.
        #expect(rows.count == 9)
        let first = rows[0]
        #expect(first.contains("data-member=\"eve\" data-concert=\"c-eve\""))
        #expect(first.contains("data-name=\"Winter, 2026-12-24\"\n        data-rank=\"1\""))
        #expect(first.contains("<p class=\"rank\">1</p>"))
        #expect(first.contains("<a class=\"title\" href=\"/performances/eve\">Winter</a>"))
        #expect(first.contains("<p class=\"sold\">2026-12-24 · 1,200 seats sold</p>"))
        #expect(first.contains("href=\"/rankings?board=concerts&amp;member=eve#plot\""))
        #expect(html.contains("class=\"badge\" >90 % in 4:51, sold out in 20:18</p>"))
        #expect(html.contains("class=\"badge\" >about 12:30 to 90 %</p>"))
        #expect(rows[3].contains("class=\"badge\" hidden></p>"))
        // Nobody knows where it was before this page was opened.
        #expect(rows[0].contains("data-move=\"\""))
    }

    @Test func aProductHasItsUnitsAndWhereItWasBefore() {
        let html = html(Ranked.page())
        #expect(html.contains("<a class=\"title\" href=\"/shop\">CAP</a>"))
        #expect(html.contains("<p class=\"sold\">1,234 sold</p>"))
        #expect(html.contains("What was sold in the last 3 days."))
        for (move, mark, text) in [
            ("up", "▲ 2", "up 2 places"), ("down", "▼ 1", "down 1 place"),
            ("same", "–", "unchanged"), ("new", "New", "New"),
        ] {
            let markup =
                "<p class=\"move\" data-move=\"\(move)\"><span class=\"mark\" aria-hidden=\"true\">"
                + "\(mark)</span><span class=\"unseen said\">\(text)</span></p>"
            #expect(html.components(of: markup) == 1, "\(move)")
        }
        #expect(html.contains("<time id=\"refreshed\" datetime=\"2026-"))
    }

    @Test(arguments: [
        (
            Ranked.entry(1, "p", t90Ms: 291_000, t100Ms: 1_218_000, isSoldOut: true),
            "90 % in 4:51, sold out in 20:18"
        ),
        (
            Ranked.entry(1, "p", t90Ms: 291_000, t100Ms: 1_218_000),
            "90 % in 4:51, sold out in 20:18; some seats came back"
        ),
        (Ranked.entry(1, "p", t90Ms: 3_600_000), "90 % in 1:00:00"),
        (Ranked.entry(1, "p", t90Ms: 0, isSoldOut: true), "90 % in 0:00, sold out"),
        (Ranked.entry(1, "p", t100Ms: 59_999, isSoldOut: true), "sold out in 0:59"),
        (Ranked.entry(1, "p", isSoldOut: true), "sold out"),
        (Ranked.entry(1, "p", projectedT90Ms: 360_000_000), "about 100:00:00 to 90 %"),
        (Ranked.entry(1, "p"), ""),
    ])
    func aBadgeTellsHowFastItSold(entry: SelloutEntry, text: String) {
        #expect(RankingBadge.text(entry, .usual, .en) == text)
    }

    @Test func aBadgeNamesTheShareThatIsSet() throws {
        let entry = Ranked.entry(1, "p", t90Ms: 291_000)
        #expect(RankingBadge.text(entry, .strict, .ko) == "4:51 만에 100% 판매")
        var page = Ranked.page()
        page.fraction = try #require(SelloutFraction("0.995"))
        #expect(html(page).contains("99.5 % in 4:51"))
        #expect(html(page).contains("data-percent=\"99.5\""))
    }

    @Test func aConcertWithoutATitleAndAProductWithoutANameAreNamedAllTheSame() {
        var page = Ranked.page()
        page.titles = [:]
        page.popular?.products[0].name = ""
        let html = html(page)
        #expect(html.contains("href=\"/performances/eve\">eve</a>"))
        #expect(html.contains("href=\"/shop\">cap</a>"))
    }

    @Test func emptyListsSaySoAndUnreadOnesSayThat() {
        let empty = html(Self.empty)
        #expect(empty.contains("class=\"card\" >No concert is ranked yet.</p>"))
        #expect(empty.contains("class=\"card\" >Nothing has been sold in these days yet.</p>"))
        #expect(empty.contains("<p id=\"connection\" class=\"notice\" hidden></p>"))
        let away = html(Self.away)
        #expect(away.contains("class=\"notice\" >The lists cannot be reached right now."))
        #expect(away.components(of: "class=\"card\" hidden>") == 2)
    }

    @Test func aListOfTheLedgerSaysSo() {
        var page = Ranked.page()
        #expect(html(page).contains("hidden>Counted directly from the sales records"))
        page.popular?.isFromLedger = true
        #expect(html(page).contains(">Counted directly from the sales records"))
        #expect(!html(page).contains("hidden>Counted directly from the sales records"))
    }

    @Test func aRankOverTimeIsDrawnAndSaid() {
        let html = html(Ranked.traced)
        #expect(html.contains("tabindex=\"-1\">Winter, 2026-12-24: rank over time</h2>"))
        #expect(html.contains("aria-labelledby=\"plot-title\" >"))
        #expect(html.contains("class=\"line\" d=\"M32 128H172V41H312V70H312\""))
        #expect(html.contains("<dd id=\"plot-now\">3</dd>"))
        #expect(html.contains("<dd id=\"plot-best\">2</dd>"))
        #expect(html.contains("<dd id=\"plot-first\">5</dd>"))
        #expect(html.contains("class=\"text\" >The rank by seats sold.</p>"))
        #expect(!RankingsTests.html(Ranked.page()).contains("aria-labelledby=\"plot-title\" >"))
    }

    @Test func nothingToDrawIsSaidToo() {
        var page = Ranked.traced
        page.traced?.points = []
        #expect(html(page).contains("class=\"notice\" >No ranks have been recorded yet.</p>"))
        page.traced?.points = nil
        #expect(html(page).contains("class=\"notice\" >The ranks of the past cannot be reached"))
        #expect(html(page).contains("<div id=\"plot-figure\" hidden>"))
    }

    @Test func aPlotOfOnePointIsALineAndOneOfManyIsTheNewest() throws {
        let one = try #require(RankPlot([Ranked.point(0, 1)]))
        #expect(one.line == "M32 12H312" && one.lowest == 2)
        let many = (0..<1_500).map { Ranked.point(Int64($0), 1_500 - $0) }
        let plot = try #require(RankPlot(many))
        #expect(plot.first.rank == 1_000 && plot.last.rank == 1)
        #expect(plot.line.components(of: "V") == RankPlot.pointsMax - 1)
    }

    @Test func hostileTextsStayText() {
        let hostile = Ranked.hostile
        var page = Ranked.traced
        page.titles = [Ranked.concerts[0].concert: hostile]
        page.popular?.products[0].name = hostile
        page.traced?.member = hostile
        page.concerts?[0].concertDate = hostile
        let html = html(page)
        #expect(!html.contains("<script>"))
        // The concert's name twice, title and date in it; its title; its date. The product's name,
        // title and link. The plot's title.
        #expect(html.components(of: "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)") == 10)
    }
}
