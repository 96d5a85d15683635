import Coupons
import Engines
import EventLoop
import Events
import HTTP
import Operating
import Payments
import Points
import Rankings
import Rooms
import Seats
import Shop
import Site

/// The handlers of one loop, of all capabilities.
struct LoopHandlers: Sendable {
    let site: Site
    private let all: [any Handlers]

    /// Throws what is wrong with the key file of the callers.
    init(
        _ context: ServerContext,
        _ status: ServerStatus,
        _ stores: LoopStores,
        on loop: EventLoop
    ) throws {
        site = try Site(
            listTurns: context.listTurns,
            auth: context.secrets.auth,
            visitorKey: context.secrets.credentials.ticketKey,
            rates: context.configuration.rates,
            hasSecureCookies: context.configuration.hasSecureCookies,
            adminKey: context.secrets.adminKey,
            on: loop
        )
        let coupons = stores.coupons
        let (concerts, points) = (stores.concerts, stores.points)
        let rooms = RoomHandlers(site: site, store: stores.rooms, draws: context.draws.book)
        let seats = SeatHandlers(
            site: site,
            rooms: rooms,
            concertStore: concerts,
            seatStore: stores.seats
        ) { user async throws(StoreError) in try await points.balance(of: user) }
        let rankings = RankingHandlers(
            site: site,
            boardBook: stores.boardBook,
            popular: stores.popular,
            sellouts: stores.sellouts,
            relay: context.relay
        ) { ids async throws(StoreError) in try await concerts.titles(of: ids) }
        all = [
            SiteHandlers(site: site), rooms, seats, PointHandlers(site: site, pointStore: points),
            PaymentHandlers(
                site: site,
                seats: seats,
                paymentStore: stores.payments,
                pointStore: points
            ),
            ShopHandlers(
                site: site,
                shopStore: stores.shop,
                pointStore: points,
                coupons: coupons
            ),
            CouponHandlers(site: site, coupons: coupons), rankings,
            EventHandlers(site: site, outbox: stores.events),
            IndexHandlers(
                site: site,
                status: status,
                concertStore: concerts,
                shopStore: stores.shop,
                coupons: coupons
            ),
            OperatingHandlers(site: site, status: status),
        ]
        let types = all.map { ObjectIdentifier(type(of: $0)) }
        precondition(types == Capabilities.handlers.map { ObjectIdentifier($0) }, "not as listed")
    }

    func start() async {
        for handlers in all { await handlers.start() }
    }

    var routes: [HTTPRoute] { all.flatMap(\.routes) }
}
