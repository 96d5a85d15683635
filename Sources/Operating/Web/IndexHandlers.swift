import Capability
import Coupons
import Engines
import HTTP
import Rooms
import Seats
import Shop
import Site
import Values

/// The page that leads to everything.
package final class IndexHandlers: Capability {
    package let site: Site
    let isDemo: Bool
    /// What the first page offers.
    let indexOffers: SecondOld<IndexOffers>
    /// Its rooms, behind the name that a reader has come to.
    let indexRooms: Reads<String, [(room: RoomID, report: RoomReport)]>

    package init(in context: LoopContext) {
        let concerts = context[SeatHandlers.self].concertStore
        let shop = context[ShopHandlers.self].shopStore
        let coupons = context[CouponHandlers.self].coupons
        let keeper = context[RoomHandlers.self].keeper
        site = context.site
        isDemo = context.process.isDemo
        indexOffers = .single(on: context.loop) { await IndexOffers(concerts, shop, coupons) }
        indexRooms = .secondOld(on: context.loop) { after in
            await keeper.rooms(after: after, max: IndexPage.roomsMax + 1)
        }
    }
}

extension IndexHandlers {
    /// Every path that it answers.
    package static let table: [Route<IndexHandlers>] = [
        Route(.get, "/") { $0.indexPage }
    ]

    /// `GET /`: what there is. `?after=ROOM` goes on in the list of rooms.
    func indexPage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        // No room has a longer name.
        let after = String((request.query("after") ?? "").prefix(128))
        let found = try await stored { () async throws(StoreError) in
            try await self.indexRooms.value(after)
        }
        let rooms = found.prefix(IndexPage.roomsMax).map { room, report in
            IndexPage.Room(
                name: room.raw,
                state: report.state,
                waiting: Int(report.waiting),
                inside: Int(report.inside)
            )
        }
        let offers = try await stored { () async throws(StoreError) in
            try await self.indexOffers.value(.only)
        }
        let page = IndexPage(
            rooms: rooms,
            isFirst: after.isEmpty,
            hasMore: found.count > rooms.count,
            offers: offers.performances,
            shop: offers.shop,
            language: language(request),
            isDemo: isDemo
        )
        return .page(200, page.render())
    }
}

/// What is for sale, as the first page lists it.
struct IndexOffers: Sendable {
    /// Nil while the ledger cannot be read.
    let performances: [IndexPage.Offer]?
    /// Empty while the ledger cannot be read.
    let shop: IndexPage.Shop

    init(
        _ concertStore: ConcertStore,
        _ shopStore: ShopStore,
        _ coupons: CouponStore
    ) async {
        do throws(StoreError) {
            performances = try await Self.performances(concertStore)
        } catch {
            performances = nil
        }
        do throws(StoreError) {
            shop = IndexPage.Shop(
                products: try await shopStore.productCount(max: IndexPage.productsCounted),
                coupons: try await coupons.openCoupons(max: IndexPage.couponsMax)
            )
        } catch {
            shop = IndexPage.Shop()
        }
    }

    private static func performances(_ concertStore: ConcertStore) async throws(StoreError)
        -> [IndexPage.Offer]
    {
        var offers: [IndexPage.Offer] = []
        let concerts = try await concertStore.concerts(PageRequest(limit: IndexPage.concertsMax))
        for concert in concerts.entries {
            for listing in try await concertStore.performances(of: concert.id)?.entries ?? [] {
                offers.append(IndexPage.Offer(title: concert.title, listing: listing))
            }
        }
        return offers
    }
}
