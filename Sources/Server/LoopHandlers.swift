import EventLoop
import HTTP
import Store
import Web

/// The handlers of one loop, of all capabilities.
struct LoopHandlers: Sendable {
    let site: Site
    private let all: [any Handlers]

    /// Throws what is wrong with the key file of the callers.
    init(_ trunk: Branch.Trunk, _ stores: BranchStores, on loop: EventLoop) throws {
        site = try Site(
            listTurns: trunk.listTurns,
            auth: trunk.secrets.auth,
            visitorKey: trunk.secrets.credentials.ticketKey,
            rates: trunk.configuration.rates,
            hasSecureCookies: trunk.configuration.hasSecureCookies,
            adminKey: trunk.secrets.adminKey,
            on: loop
        )
        let sales = stores.sales, coupons = stores.coupons, status = trunk.status
        let rooms = RoomHandlers(site: site, store: stores.rooms, draws: trunk.draws)
        let seats = SeatHandlers(site: site, rooms: rooms, sales: sales) {
            user async throws(StoreError) in
            try await sales.balance(of: user)
        }
        let rankings = RankingHandlers(
            site: site,
            sales: sales,
            boardBook: stores.boardBook,
            popular: stores.popular,
            sellouts: stores.sellouts,
            relay: trunk.relay
        ) { concerts async throws(StoreError) in try await sales.titles(of: concerts) }
        all = [
            SiteHandlers(site: site), rooms, seats, PointHandlers(site: site, sales: sales),
            PaymentHandlers(site: site, seats: seats, sales: sales),
            ShopHandlers(site: site, sales: sales, coupons: coupons),
            CouponHandlers(site: site, coupons: coupons), rankings,
            EventHandlers(site: site, outbox: stores.events),
            IndexHandlers(site: site, status: status, sales: sales, coupons: coupons),
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
