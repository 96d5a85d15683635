import Engines
import EventLoop
import Redis
import Values

/// What visitors do in rooms, for one loop: every call is one script on the loop's own connection.
///
/// Enters of one turn of the loop are folded into one script call a room (`TurnBatch`). Status
/// checks are answered from a copy of the line that one call a turn brings up to date (`Line/`).
/// Everything else is a call of its own.
package actor RoomStore: ComparesWithLedger, @preconcurrency CalledHere {
    package nonisolated let loop: EventLoop
    package let redis: RedisConnection
    let scripts: RoomScripts
    let registry: RoomRegistry
    let keeper: RoomKeeper
    let codes: LaneCodes
    nonisolated let seal: TicketSeal
    let passes: PassDesk
    var openedTickets = OpenedTickets()
    /// Visitors in one room's line before newcomers are refused (`room_full`).
    let waitingMax: Int
    var enters = TurnBatch<RoomID, VisitQuery>()
    var statuses = TurnBatch<RoomID, VisitQuery>()
    var lines: [RoomID: LineReader] = [:]
    var lineStatistics = LineStatistics()
    /// When this loop told of a room last.
    var announced = Bounded<RoomID, UInt64>(RoomRegistry.roomsMax)
    package var comparisons = Comparisons<RoomID>()
    package let comparing: SharedWork<RoomID, Void>
    private var keys = Bounded<RoomID, RoomKeys>(keysMax)
    /// The store remembers the key names of so many rooms.
    private static let keysMax = 4_096

    init(
        redis: RedisConnection,
        keeper: RoomKeeper,
        credentials: TicketCredentials,
        waitingMax: Int,
        scripts: RoomScripts = RoomScripts(),
        on loop: EventLoop
    ) {
        self.loop = loop
        self.redis = redis
        self.scripts = scripts
        self.registry = keeper.registry
        self.keeper = keeper
        codes = LaneCodes(ledger: keeper.registry.ledger, on: loop)
        self.waitingMax = waitingMax
        seal = TicketSeal(key: credentials.ticketKey)
        passes = PassDesk(credentials: credentials)
        comparing = SharedWork(on: loop)
    }

    /// Sends what a turn of the loop has gathered at its end. Once, on the loop, which may outlive
    /// the store: a start that fails lets its stores go while the loop turns on.
    func start() {
        loop.onTurnEnd { [weak self] in
            self?.assumeIsolated { $0.flush() } ?? false
        }
    }

    func keys(of room: RoomID) -> [String] { keys.value(room) { RoomKeys(room) }.all }

    func run(_ script: RedisScript, _ room: RoomID, _ arguments: [RedisArgument] = [])
        async throws(StoreError) -> ReplyReader
    {
        announce(room)
        if !comparisons.has(room, in: redis.openings), registry.room(room) != nil {
            try await compareOnce(room)
        }
        return try await redis.reply(to: script, keys: keys(of: room), arguments)
    }

    /// Nobody is told of a past of the room, and it knows what is left of its performances.
    package func compare(_ room: RoomID) async throws(StoreError) {
        try await keeper.compare(room)
    }

    /// The door opens without the ledger; whoever buys needs it.
    package func goesWithoutLedger(_ room: RoomID) -> Bool { true }

    /// Runs a script whose reply may be that Redis has lost the room; then the room is brought back
    /// and the script runs once more. Nil: nobody knows the room.
    func runKnowing(_ script: RedisScript, _ room: RoomID, _ arguments: [RedisArgument] = [])
        async throws(StoreError) -> ReplyReader?
    {
        let reply = try await run(script, room, arguments)
        if try reply.integer(0) == 1 { return reply }
        guard try await keeper.recover(room, above: 0) else { return nil }
        let second = try await run(script, room, arguments)
        return try second.integer(0) == 1 ? second : nil
    }
}
