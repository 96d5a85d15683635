import HTTP
import Ledger
import Logging
import Rankings
import Redis
import Rooms

/// What all loops of a process share.
struct ServerContext: Sendable {
    let configuration: Configuration
    let secrets: Secrets
    /// What waits for slow clients, over all loops.
    let buffered: BufferedBytes
    /// Nil: requests are not logged.
    let accessLog: AccessLog?
    let keeper: RoomKeeper
    let draws: DrawKeeper
    let attempts = AttemptsInFlight()
    let listTurns = ListTurns()
    /// Told after every commit that wrote into the outbox.
    let relay: OutboxRelay
    /// How fast performances sell; it reads while somebody asks.
    let sellouts: SelloutBook

    /// Keeper, draws and relay live on the first loop, with its connections; `Clockwork` starts
    /// them.
    init(
        _ configuration: Configuration,
        _ secrets: Secrets,
        _ open: OpenLedger,
        _ redis: RedisConnection
    ) async throws(StartError) {
        let database = open.database(0), loop = redis.loop
        let keeper = RoomKeeper(
            redis: redis,
            registry: try await Self.rooms(open),
            retainMs: configuration.retainMs,
            on: loop
        )
        self.configuration = configuration
        self.secrets = secrets
        buffered = BufferedBytes(
            max: configuration.bufferedMaxMiB << 20,
            loops: configuration.threads
        )
        accessLog = configuration.hasAccessLog ? AccessLog(configuration.logFormat) : nil
        self.keeper = keeper
        draws = DrawKeeper(
            redis: redis,
            registry: keeper.registry,
            credentials: secrets.credentials,
            inUse: { keeper.inUse },
            on: loop
        )
        relay = OutboxRelay(Outbox(database), on: loop)
        sellouts = SelloutBook(ledger: RankingLedger(database), on: loop)
    }

    /// The rooms that the ledger knows.
    private static func rooms(_ open: OpenLedger) async throws(StartError) -> RoomRegistry {
        do {
            return try await RoomRegistry(ledger: RoomLedger(open.database(0)))
        } catch {
            throw StartError(line: "the rooms cannot be read from the ledger: \(error)")
        }
    }
}
