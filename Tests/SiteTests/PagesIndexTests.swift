import Testing
import Values

@testable import Coupons
@testable import Operating
@testable import Rankings
@testable import Rooms
@testable import Seats
@testable import Shop
@testable import Site
@testable import TestPages

@Suite struct PagesIndexTests {
    private let rooms = [
        IndexPage.Room(name: "demo", state: .open, waiting: 12_345, inside: 100),
        IndexPage.Room(name: "<i>&\"", state: .soldOut, waiting: 0, inside: 0),
    ]

    @Test(arguments: Language.allCases)
    func roomsAreListedWithTheirStateAndNumbers(language: Language) {
        let html = html(IndexPage(rooms: rooms, offers: [], language: language, isDemo: true))
        let words = Words.operating[language]
        #expect(html.contains("<html lang=\"\(language.rawValue)\">"))
        #expect(html.contains("<main>"))
        #expect(html.contains("<a href=\"/rooms/demo\">demo</a>"))
        #expect(html.contains("12,345"))
        #expect(html.contains("<a href=\"/rooms/%3Ci%3E%26%22\">&lt;i&gt;&amp;&quot;</a>"))
        #expect(html.contains(words["states.sold_out"]))
        #expect(html.contains("<p class=\"notice\" >\(words["labels.demo"])</p>"))
        #expect(!html.contains("{{"))
    }

    /// Fifty rooms a page; those after the first list rooms and nothing else.
    @Test(arguments: Language.allCases)
    func roomsAreListedInPages(language: Language) {
        let words = Words.operating[language]
        let first = html(
            IndexPage(rooms: rooms, hasMore: true, offers: nil, language: language, isDemo: true)
        )
        let more = words["labels.moreRooms"]
        let link = "<p ><a href=\"/?after=%3Ci%3E%26%22\" rel=\"next\">\(more)</a></p>"
        #expect(first.contains(link))
        #expect(first.contains("<p hidden><a href=\"/\">\(words["labels.firstPage"])</a></p>"))
        let last = html(
            IndexPage(rooms: rooms, isFirst: false, offers: nil, language: language, isDemo: true)
        )
        #expect(last.contains("<p hidden><a href=\"/?after="))
        #expect(last.contains("<p ><a href=\"/\">\(words["labels.firstPage"])</a></p>"))
        for section in ["performances", "shop", "rankings"] {
            #expect(last.contains("<section aria-labelledby=\"\(section)\" hidden>"))
        }
        #expect(!last.contains("{{"))
    }

    @Test func anEmptyHouseSaysSo() {
        let html = html(IndexPage(rooms: [], offers: [], language: .en, isDemo: false))
        #expect(html.contains("<p class=\"card\" >There are no rooms yet.</p>"))
        #expect(html.contains("<section aria-labelledby=\"rooms\" hidden>"))
        #expect(html.contains("<p class=\"notice\" hidden>"))
    }

    @Test(arguments: Language.allCases)
    func performancesAreListedWithTheWayToThem(language: Language) throws {
        let open = Performance(
            id: try #require(PerformanceID("p:1")),
            concert: try #require(ConcertID("night")),
            date: "2026-12-24",
            seats: 4,
            price: 70_000
        )
        var behind = open
        behind.room = RoomID("demo")
        let offers = [open, behind].map { performance in
            IndexPage.Offer(
                title: "<b>Night",
                listing: PerformanceListing(performance: performance, available: 1_234)
            )
        }
        let page = IndexPage(rooms: [], offers: offers, language: language, isDemo: false)
        let html = html(page)
        let words = Words.operating[language]
        #expect(html.contains("<h2><a href=\"/performances/p:1\">&lt;b&gt;Night</a></h2>"))
        let room = "/rooms/demo?continue=%2Fperformances%2Fp%3A1"
        #expect(html.contains("<h2><a href=\"\(room)\">&lt;b&gt;Night</a></h2>"))
        #expect(
            html.components(of: "<a href=\"/performances/p:1\">\(words["labels.seeSeats"])</a>")
                == 2
        )
        #expect(html.components(of: "<dd>1,234</dd>") == 2)
        #expect(html.components(of: "2026-12-24") == 2)
        #expect(!html.contains("{{"))
    }

    @Test(arguments: Language.allCases)
    func theShopAndCouponsAreListed(language: Language) throws {
        let coupon = Coupon(
            id: try #require(CouponID("c:1")),
            name: "<b>Hello",
            quantity: 1_000,
            discount: .percent(20)
        )
        let page = IndexPage(
            rooms: [],
            offers: [],
            shop: IndexPage.Shop(products: 1_234, coupons: [coupon]),
            language: language,
            isDemo: false
        )
        let html = html(page)
        let words = Words.shop[language]
        #expect(html.contains("<section aria-labelledby=\"shop\" >"))
        #expect(html.contains("<a href=\"/shop\">\(words["labels.title"])</a>"))
        #expect(html.contains(words.count("products", 1_234)))
        #expect(html.contains("<a href=\"/coupons/c:1\">&lt;b&gt;Hello</a>"))
        #expect(html.contains(CouponPage.text(coupon.discount, language)))
        #expect(!html.contains("{{"))
        let none = IndexPage(rooms: [], offers: [], language: language, isDemo: false)
        #expect(SiteTests.html(none).contains("<section aria-labelledby=\"shop\" hidden>"))
        // Where nothing is sold nothing is ranked.
        let lists = Words.rankings[language]
        let title = "\(lists["labels.concerts"]) · \(lists["labels.products"])"
        #expect(html.contains("<a href=\"/rankings\">\(title)</a>"))
        #expect(html.contains("<section aria-labelledby=\"rankings\" >"))
        #expect(SiteTests.html(none).contains("<section aria-labelledby=\"rankings\" hidden>"))
    }

    @Test func aLedgerThatIsAwayIsSaid() {
        let away = html(IndexPage(rooms: rooms, offers: nil, language: .en, isDemo: false))
        #expect(
            away.contains("<p class=\"notice\" >The performances cannot be read right now.</p>")
        )
        let none = html(IndexPage(rooms: rooms, offers: [], language: .en, isDemo: false))
        #expect(none.contains("<section aria-labelledby=\"performances\" hidden>"))
    }
}

func html(_ page: IndexPage) -> String { String(decoding: page.render(), as: UTF8.self) }
