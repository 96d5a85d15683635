import Crypto
import EventLoop
import Redis
import SQL
import Synchronization
import TestRedis
import Testing
import Values

@testable import Coupons
@testable import Engines
@testable import Ledger
@testable import Payments
@testable import Points
@testable import Rankings
@testable import Rooms
@testable import Seats
@testable import Shop
@testable import TestKit
@testable import TestLedger

/// Two onsale processes' worth of sales on one Redis and one ledger: each side has its own loop,
/// Redis connection and memory; on PostgreSQL its own database connections too.
final class SaleBed: Sendable {
    struct Side: Sendable {
        let loop: EventLoop
        let redis: RedisConnection
        let database: any Database
        let keeper: RoomKeeper
        let rooms: RoomStore
        let seats: SeatStore
        let concerts: ConcertStore
        let payments: PaymentStore
        let points: PointStore
        let shop: ShopStore
        let book: BoardBook

        var roomSettings: RoomSettingsStore { RoomSettingsStore(rooms) }
    }

    let engine: Engine
    let server: TestRedis
    let sides: [Side]
    private let ledger: TestLedger
    /// Of the wall clock and of Redis's, when the bed's time is its own.
    private let virtualMs: Mutex<Int64>
    private let isVirtual: Bool

    static let startMs = VirtualTime.startMs

    init(
        _ engine: Engine,
        sides count: Int = 2,
        virtualTime: Bool = false,
        edit: @escaping @Sendable (String) -> String = { $0 }
    ) async throws {
        self.engine = engine
        isVirtual = virtualTime
        server = try TestRedis()
        ledger = try await TestLedger(engine)
        let time = VirtualTime()
        virtualMs = Mutex(Self.startMs)
        var made: [Side] = []
        for _ in 0..<count {
            made.append(
                try await Self.side(
                    server,
                    ledger,
                    virtualTime ? time : nil,
                    edit: { edit(virtualTime ? RedisClock.clocked($0) : $0) }
                )
            )
        }
        sides = made
        self.time = time
        if virtualTime { try await set(clockMs: Self.startMs) }
    }

    private let time: VirtualTime

    private static func side(
        _ server: TestRedis,
        _ ledger: TestLedger,
        _ time: VirtualTime?,
        edit: @escaping @Sendable (String) -> String
    ) async throws -> Side {
        let loop = EventLoop.start(clock: time.map { $0.clock } ?? .system)
        let scripts = RoomScripts(edit: edit)
        let seatScripts = SeatScripts(edit: edit)
        let redis = try await server.connection(scripts.all + seatScripts.all, on: loop)
        let database = try await ledger.open(on: loop)
        let credentials = TicketCredentials(
            ticketKey: [UInt8](repeating: 7, count: 32),
            passKey: SigningKey(seed: [UInt8](repeating: 9, count: 32)),
            issuer: "test"
        )
        let keeper = RoomKeeper(
            redis: redis,
            registry: try await RoomRegistry(ledger: RoomLedger(database)),
            scripts: scripts,
            on: loop
        )
        let rooms = RoomStore(
            redis: redis,
            keeper: keeper,
            credentials: credentials,
            waitingMax: 1_000_000,
            scripts: scripts,
            on: loop
        )
        await rooms.start()
        return Side(loop, redis, database, keeper, rooms, credentials, seatScripts)
    }

    /// Where PostgreSQL has the ledger; nil: it is a file.
    var ledgerURL: String? { ledger.url }
    var first: Side { sides[0] }
    /// Sides in turn: the same question must not care who is asked.
    func at(_ index: Int) -> Side { sides[index % sides.count] }

    func set(clockMs ms: Int64) async throws {
        time.set(ms)
        try await RedisClock.set(ms, in: sides[0].redis)
    }

    func stop() async {
        for side in sides {
            await side.keeper.stop()
            await side.redis.close()
            await side.database.close()
            side.loop.stop()
        }
        server.stop()
        await ledger.remove()
    }

    /// A bed for `body`, taken down after it.
    static func with<Value: Sendable>(
        _ engine: Engine,
        sides: Int = 2,
        virtualTime: Bool = false,
        edit: @escaping @Sendable (String) -> String = { $0 },
        _ body: @Sendable (SaleBed) async throws -> Value
    ) async throws -> Value {
        let bed = try await SaleBed(engine, sides: sides, virtualTime: virtualTime, edit: edit)
        do {
            let value = try await body(bed)
            await bed.stop()
            return value
        } catch {
            await bed.stop()
            throw error
        }
    }
}

extension SaleBed.Side {
    /// Its stores, on a ledger that may be another than the side's.
    init(
        _ loop: EventLoop,
        _ redis: RedisConnection,
        _ database: any Database,
        _ keeper: RoomKeeper,
        _ rooms: RoomStore,
        _ credentials: TicketCredentials,
        _ scripts: SeatScripts
    ) {
        let ledger = SeatLedger(database)
        let directory = PerformanceDirectory(ledger: ledger, on: loop)
        let attempts = Attempts(database, inFlight: AttemptsInFlight(), on: loop)
        let coupons = CouponDirectory(ledger: CouponLedger(database), on: loop)
        let seats = SeatStore(
            redis: redis,
            holdKey: credentials.ticketKey,
            source: SeatSource(ledger: ledger, directory: directory),
            scripts: scripts,
            on: loop
        )
        let concerts = ConcertStore(
            ledger: ledger,
            directory: directory,
            seats: seats,
            keeper: keeper,
            committed: {},
            on: loop
        )
        self.init(
            loop: loop,
            redis: redis,
            database: database,
            keeper: keeper,
            rooms: rooms,
            seats: seats,
            concerts: concerts,
            payments: PaymentStore(
                ledger: PaymentLedger(ledger),
                attempts: attempts,
                concerts: concerts,
                seats: seats,
                rooms: rooms,
                coupons: coupons,
                committed: {},
                on: loop
            ),
            points: PointStore(ledger: PointLedger(database), attempts: attempts, on: loop),
            shop: ShopStore(
                ledger: ShopLedger(database),
                attempts: attempts,
                coupons: coupons,
                committed: {},
                on: loop
            ),
            book: Self.book(redis, database, on: loop)
        )
    }

    private static func book(
        _ redis: RedisConnection,
        _ database: any Database,
        on loop: EventLoop
    ) -> BoardBook {
        let ledger = RankingLedger(database)
        let settings = BoardDirectory(ledger: ledger, on: loop)
        let boards = BoardStore(
            redis: redis,
            settings: settings,
            source: BoardSource(ledger: ledger),
            on: loop
        )
        return BoardBook(
            ledger: ledger,
            settings: settings,
            lists: BoardLists(boards: boards, ledger: ledger, on: loop),
            committed: {},
            on: loop
        )
    }

}

extension LedgerCheck {
    static let all = seats + points + outbox + shop + coupons + rankings + lanes
}
