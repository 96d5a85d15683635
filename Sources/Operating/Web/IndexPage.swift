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
        let phrases = Phrases.of(language).index
        let offers = self.offers ?? []
        let links = links
        return Template.index.render([
            "language": .text(language.rawValue),
            "style": .text(PageAsset.style.address),
            "title": .text(phrases.heading.headline),
            "lead": .text(phrases.heading.lead),
            "demo": .text(phrases.demo),
            "empty": .text(phrases.empty),
            "rooms_label": .text(phrases.rooms),
            "performances_label": .text(phrases.performances),
            "unread": .text(phrases.noPerformances),
            "shop_label": .text(phrases.shop),
            "shop": .markup(Template.Markup(joining: links)),
            "hide_shop": hidden(unless: isFirst && !links.isEmpty),
            "rankings_label": .text(Phrases.of(language).rankings.labels.title),
            "rankings": .markup(rankings),
            "hide_rankings": hidden(
                unless: isFirst && (!offers.isEmpty || shop.products > 0)
            ),
            "hide_demo": hidden(unless: isDemo),
            "hide_performances": hidden(unless: isFirst && self.offers?.isEmpty != true),
            "hide_unread": hidden(unless: self.offers == nil),
            "hide_empty": hidden(unless: isFirst && rooms.isEmpty),
            "more": .text("/?after=\(percentEncoded(rooms.last?.name ?? ""))"),
            "more_label": .text(phrases.moreRooms),
            "hide_more": hidden(unless: hasMore),
            "start_label": .text(phrases.firstPage),
            "hide_start": hidden(unless: !isFirst),
            "hide_rooms": hidden(unless: !rooms.isEmpty),
            "performances": .markup(
                Template.Markup(joining: offers.map { card($0, phrases) })
            ),
            "rooms": .markup(Template.Markup(joining: rooms.map { row($0, phrases) })),
        ]).bytes
    }

    private func card(_ offer: Offer, _ phrases: Phrases.Index) -> Template.Markup {
        let performance = offer.listing.performance
        let seats = SeatPage.address(performance.id)
        let points = Phrases.of(language).points
        return Template.indexPerformance.render([
            "path": .text(SeatPage.roomLink(performance) ?? seats),
            "title": .text(offer.title),
            "date": .text(performance.date),
            "available_label": .text(phrases.available),
            "available": .text(Phrases.number(offer.listing.available)),
            "price_label": .text(phrases.price),
            "price": .text(Phrases.count(Int(performance.price), points)),
            "seats_path": .text(seats),
            "seats_label": .text(phrases.seeSeats),
        ])
    }

    private var links: [Template.Markup] {
        let phrases = Phrases.of(language)
        var links: [Template.Markup] = []
        if shop.products > 0 {
            let products = Phrases.count(shop.products, phrases.shop.products)
            links.append(link(ShopPage.address, phrases.shop.labels.title, products))
        }
        return links
            + shop.coupons.map { coupon in
                let discount = CouponPage.text(coupon.discount, language)
                return link(CouponPage.address(coupon.id), coupon.name, discount)
            }
    }

    private var rankings: Template.Markup {
        let labels = Phrases.of(language).rankings.labels
        let title = "\(labels.concerts) · \(labels.products)"
        return link(RankingsPage.address, title, labels.lead)
    }

    private func link(_ path: String, _ title: String, _ text: String) -> Template.Markup {
        Template.indexLink.render([
            "path": .text(path), "title": .text(title), "text": .text(text),
        ])
    }

    private func row(_ room: Room, _ phrases: Phrases.Index) -> Template.Markup {
        Template.indexRoom.render([
            "path": .text("/rooms/\(percentEncoded(room.name))"),
            "room": .text(room.name),
            "state": .text(room.state.rawValue),
            "state_label": .text(phrases.states[room.state] ?? room.state.rawValue),
            "waiting_label": .text(phrases.waiting),
            "waiting": .text(Phrases.number(room.waiting)),
            "inside_label": .text(phrases.inside),
            "inside": .text(Phrases.number(room.inside)),
        ])
    }

    private func hidden(unless isShown: Bool) -> Template.Value { .text(isShown ? "" : "hidden") }
}

extension Template {
    static let index = Template(Asset.bytes("Site/pages/index.html"))
    static let indexLink = Template(Asset.bytes("Site/pages/index-link.html"))
    static let indexPerformance = Template(Asset.bytes("Site/pages/index-performance.html"))
    static let indexRoom = Template(Asset.bytes("Site/pages/index-room.html"))
}
