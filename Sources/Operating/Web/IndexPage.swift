import Assets
public import Onsale
import Values

/// What there is, at `/`: performances, the shop and its coupons, rankings, and rooms.
public struct IndexPage: Sendable {
    public struct Room: Equatable, Sendable {
        public let name: String
        public let state: RoomState
        public let waiting: Int
        public let inside: Int

        public init(name: String, state: RoomState, waiting: Int, inside: Int) {
            self.name = name
            self.state = state
            self.waiting = waiting
            self.inside = inside
        }
    }

    /// A performance under its concert's title.
    public struct Offer: Equatable, Sendable {
        public let title: String
        public let listing: PerformanceListing

        public init(title: String, listing: PerformanceListing) {
            self.title = title
            self.listing = listing
        }
    }

    /// The shop, and coupons to get.
    public struct Shop: Sendable {
        public var products: Int
        public var coupons: [Coupon]

        public init(products: Int = 0, coupons: [Coupon] = []) {
            self.products = products
            self.coupons = coupons
        }
    }

    public let rooms: [Room]
    /// Pages after the first list rooms only.
    public let isFirst: Bool
    /// There are rooms behind the last of these.
    public let hasMore: Bool
    /// Nil while the ledger cannot be read.
    public let offers: [Offer]?
    /// Empty also while it cannot be read: the performances tell of that.
    public let shop: Shop
    public let language: Language
    public let isDemo: Bool

    /// Rooms of a page: a card each.
    static let roomsMax = 50
    /// Concerts whose performances are listed: each costs the ledger a look.
    static let concertsMax = 20
    /// Coupons that are listed: a line each.
    static let couponsMax = 20
    /// The shop's link tells how many products there are, up to this.
    static let productsCounted = 10_000

    public init(
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
    public func render() -> [UInt8] {
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
