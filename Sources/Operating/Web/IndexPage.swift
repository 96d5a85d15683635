import Assets
import Coupons
import Rankings
import Rooms
import Seats
import Shop
import Site

/// What there is, at `/`: performances, the shop and its coupons, rankings, and rooms.
struct IndexPage: Sendable {
    struct Room: Equatable, Sendable {
        let name: String
        let state: RoomState
        let waiting: Int
        let inside: Int
    }

    /// A performance under its concert's title.
    struct Offer: Equatable, Sendable {
        let title: String
        let listing: PerformanceListing
    }

    /// The shop, and coupons to get.
    struct Shop: Sendable {
        var products: Int = 0
        var coupons: [Coupon] = []
    }

    let rooms: [Room]
    /// Pages after the first list rooms only.
    let isFirst: Bool
    /// There are rooms behind the last of these.
    let hasMore: Bool
    /// Nil while the ledger cannot be read.
    let offers: [Offer]?
    /// Empty also while it cannot be read: the performances tell of that.
    let shop: Shop
    let language: Language
    let isDemo: Bool

    /// Rooms of a page: a card each.
    static let roomsMax = 50
    /// Concerts whose performances are listed: each costs the ledger a look.
    static let concertsMax = 20
    /// Coupons that are listed: a line each.
    static let couponsMax = 20
    /// The shop's link tells how many products there are, up to this.
    static let productsCounted = 10_000

    init(
        rooms: [Room],
        isFirst: Bool = true,
        hasMore: Bool = false,
        offers: [Offer]?,
        shop: Shop = Shop(),
        language: Language,
        isDemo: Bool
    ) {
        self.rooms = rooms
        self.isFirst = isFirst
        self.hasMore = hasMore
        self.offers = offers
        self.shop = shop
        self.language = language
        self.isDemo = isDemo
    }

    /// `text/html; charset=utf-8`.
    func render() -> [UInt8] {
        let offers = self.offers ?? []
        let links = links
        return Template.index[language].render([
            "language": .text(language.rawValue),
            "style": .text(PageAsset.style.address),
            "shop": .markup(Template.Markup(joining: links)),
            "hide_shop": hidden(unless: isFirst && !links.isEmpty),
            "rankings_label": .text(Words.rankings[language]["labels.title"]),
            "rankings": .markup(rankings),
            "hide_rankings": hidden(
                unless: isFirst && (!offers.isEmpty || shop.products > 0)
            ),
            "hide_demo": hidden(unless: isDemo),
            "hide_performances": hidden(unless: isFirst && self.offers?.isEmpty != true),
            "hide_unread": hidden(unless: self.offers == nil),
            "hide_empty": hidden(unless: isFirst && rooms.isEmpty),
            "more": .text("/?after=\(percentEncoded(rooms.last?.name ?? ""))"),
            "hide_more": hidden(unless: hasMore),
            "hide_start": hidden(unless: !isFirst),
            "hide_rooms": hidden(unless: !rooms.isEmpty),
            "performances": .markup(
                Template.Markup(joining: offers.map(card))
            ),
            "rooms": .markup(Template.Markup(joining: rooms.map(row))),
        ]).bytes
    }

    private var words: Words { Words.operating[language] }

    private func card(_ offer: Offer) -> Template.Markup {
        let performance = offer.listing.performance
        let seats = SeatPage.address(performance.id)
        return Template.indexPerformance[language].render([
            "path": .text(SeatPage.roomLink(performance) ?? seats),
            "title": .text(offer.title),
            "date": .text(performance.date),
            "available": .text(Words.number(offer.listing.available)),
            "price": .text(words.count("points", Int(performance.price))),
            "seats_path": .text(seats),
        ])
    }

    private var links: [Template.Markup] {
        let shopWords = Words.shop[language]
        var links: [Template.Markup] = []
        if shop.products > 0 {
            let products = shopWords.count("products", shop.products)
            links.append(link(ShopPage.address, shopWords["labels.title"], products))
        }
        return links
            + shop.coupons.map { coupon in
                let discount = CouponPage.text(coupon.discount, language)
                return link(CouponPage.address(coupon.id), coupon.name, discount)
            }
    }

    private var rankings: Template.Markup {
        let rankingsWords = Words.rankings[language]
        let lists = [rankingsWords["labels.concerts"], rankingsWords["labels.products"]]
        let title = lists.joined(separator: " · ")
        return link(RankingsPage.address, title, rankingsWords["labels.lead"])
    }

    private func link(_ path: String, _ title: String, _ text: String) -> Template.Markup {
        Template.indexLink.render([
            "path": .text(path), "title": .text(title), "text": .text(text),
        ])
    }

    private func row(_ room: Room) -> Template.Markup {
        Template.indexRoom[language].render([
            "path": .text("/rooms/\(percentEncoded(room.name))"),
            "room": .text(room.name),
            "state": .text(room.state.rawValue),
            "state_label": .text(words["states.\(room.state.rawValue)"]),
            "waiting": .text(Words.number(room.waiting)),
            "inside": .text(Words.number(room.inside)),
        ])
    }

    private func hidden(unless isShown: Bool) -> Template.Value { .text(isShown ? "" : "hidden") }
}

extension Template {
    static let index = inEachLanguage("Operating/pages/index.html", Words.operating)
    static let indexLink = Template(Asset.bytes("Operating/pages/index-link.html"))
    static let indexPerformance = inEachLanguage(
        "Operating/pages/index-performance.html",
        Words.operating
    )
    static let indexRoom = inEachLanguage("Operating/pages/index-room.html", Words.operating)
}

extension Words {
    static let operating = files("Operating")
}
