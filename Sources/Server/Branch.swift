import EventLoop
import HTTP
import Redis
import SQL
import Store
import Web

/// What each loop has of its own.
struct Branch: Sendable {
    let loop: EventLoop
    let redis: RedisConnection
    let rooms: RoomStore
    let sales: SaleStore
    let coupons: CouponStore
    let boards: BoardStore
    let server: HTTPServer
    /// What this loop has answered.
    let counts: Counter

    /// What all branches of a process share.
    struct Trunk: Sendable {
        let configuration: Configuration
        let secrets: Secrets
        let site: Site
        let keeper: RoomKeeper
        let attempts: AttemptsInFlight
        /// Told after every commit that wrote into the outbox.
        let relay: OutboxRelay
        /// How fast performances sell.
        let sellouts: SelloutBook
    }

    /// Builds a loop's stores, routes and server, which listens from now on; `port` becomes the one
    /// that was taken.
    static func start(
        _ trunk: Trunk,
        redis: RedisConnection,
        database: any Database,
        port: inout UInt16,
        isFirst: Bool,
        on loop: EventLoop
    ) async throws(StartError) -> Branch {
        let rooms = RoomStore(
            redis: redis,
            keeper: trunk.keeper,
            credentials: trunk.secrets.credentials,
            waitingMax: trunk.configuration.waitingMax,
            on: loop
        )
        await rooms.start()
        let ledger = SaleLedger(database, sellout: trunk.configuration.selloutFraction)
        let couponNames = CouponDirectory(ledger: ledger, on: loop)
        let boardSettings = BoardDirectory(ledger: ledger, on: loop)
        let sales = sales(trunk, rooms, redis, ledger, couponNames, boardSettings, on: loop)
        let boards = BoardStore(
            redis: redis,
            settings: boardSettings,
            source: BoardSource(ledger: ledger),
            on: loop
        )
        let coupons = CouponStore(
            redis: redis,
            ledger: ledger,
            names: couponNames,
            committed: { trunk.relay.nudge() },
            on: loop
        )
        await coupons.start()
        let events = OutboxEvents(ledger: ledger, position: trunk.relay.position)
        let popular = popular(trunk, redis, boards, ledger, on: loop)
        let sellouts = sellouts(trunk, ledger, boards, boardSettings, on: loop)
        let web = try web(trunk, rooms, sales, coupons, boards, popular, sellouts, events, on: loop)
        await web.start()
        let server = HTTPServer(
            http(trunk.configuration, port: port, isFirst: isFirst),
            routes: web.routes,
            on: loop
        )
        do {
            port = try await server.start()
        } catch {
            throw StartError(line: "\(error)")
        }
        return Branch(
            loop: loop,
            redis: redis,
            rooms: rooms,
            sales: sales,
            coupons: coupons,
            boards: boards,
            server: server,
            counts: web.counts
        )
    }

    private static func sales(
        _ trunk: Trunk,
        _ rooms: RoomStore,
        _ redis: RedisConnection,
        _ ledger: SaleLedger,
        _ coupons: CouponDirectory,
        _ boards: BoardDirectory,
        on loop: EventLoop
    ) -> SaleStore {
        let directory = PerformanceDirectory(ledger: ledger, on: loop)
        let seats = SeatStore(
            redis: redis,
            holdKey: trunk.secrets.credentials.ticketKey,
            source: SeatSource(ledger: ledger, directory: directory),
            on: loop
        )
        return SaleStore(
            ledger: ledger,
            directory: directory,
            coupons: coupons,
            boards: boards,
            seats: seats,
            rooms: rooms,
            attempts: trunk.attempts,
            committed: { trunk.relay.nudge() },
            on: loop
        )
    }

    private static func popular(
        _ trunk: Trunk,
        _ redis: RedisConnection,
        _ boards: BoardStore,
        _ ledger: SaleLedger,
        on loop: EventLoop
    ) -> PopularStore {
        PopularStore(redis: redis, boards: boards, ledger: ledger, relay: trunk.relay, on: loop)
    }

    private static func sellouts(
        _ trunk: Trunk,
        _ ledger: SaleLedger,
        _ boards: BoardStore,
        _ settings: BoardDirectory,
        on loop: EventLoop
    ) -> SelloutLists {
        SelloutLists(
            ledger: ledger,
            boards: boards,
            settings: settings,
            book: trunk.sellouts,
            on: loop
        )
    }

    private static func web(
        _ trunk: Trunk,
        _ rooms: RoomStore,
        _ sales: SaleStore,
        _ coupons: CouponStore,
        _ boards: BoardStore,
        _ popular: PopularStore,
        _ sellouts: SelloutLists,
        _ events: OutboxEvents,
        on loop: EventLoop
    ) throws(StartError) -> Web {
        do {
            return try Web(
                store: rooms,
                sales: sales,
                coupons: coupons,
                boards: boards,
                popular: popular,
                sellouts: sellouts,
                relay: trunk.relay,
                events: events,
                auth: trunk.secrets.auth,
                adminKey: trunk.secrets.adminKey,
                site: trunk.site,
                on: loop
            )
        } catch {
            throw StartError(line: "--jwt-key: \(error)")
        }
    }

    private static func http(_ configuration: Configuration, port: UInt16, isFirst: Bool)
        -> HTTPConfiguration
    {
        var http = HTTPConfiguration(host: configuration.host, port: port)
        http.joinsPort = !isFirst
        http.connectionsMax = configuration.connectionsMax
        http.connectionsPerAddressMax = configuration.connectionsPerAddressMax
        return http
    }
}
