public import EventLoop
public import Onsale
public import Redis

/// Moves the lines of all rooms by itself, writes down who is inside, and brings rooms back that
/// Redis has lost. One a process, on its first loop; any number of processes may do the same work.
public actor RoomKeeper {
    public nonisolated let loop: EventLoop
    public nonisolated let registry: RoomRegistry
    let redis: RedisConnection
    let scripts: RoomScripts
    var kept: [RoomID: Kept] = [:]
    let recoveries: SharedWork<RoomID, Bool>
    let writings: SharedWork<RoomID, Void>
    var statistics = RoomLogStatistics()
    /// The latest time of Redis that a room has told.
    var redisNowMs: Int64 = 0
    /// The page of the ledger's rooms that is looked at next: after this name.
    private var ledgerPage = ""
    private var pruneAtMs: Int64 = 0
    private var timer: LoopTimer?
    private var discoverAtMs: Int64 = 0
    private var isDiscovering = false

    /// How often the keeper looks whether a room is due; a slot that frees by time waits no longer.
    private static let roundEveryMs = 10
    /// A room where nothing is expected is still looked at this often.
    static let idleTickMs: Int64 = 1_000
    /// And one where something has changed: so old is what is known of a room that Redis loses.
    static let busyTickMs: Int64 = 100
    /// How often rooms made by other processes are looked for.
    private static let discoverEveryMs: Int64 = 2_000

    /// What the keeper remembers of one room.
    struct Kept {
        var dueMs: Int64 = 0
        var isTicking = false
        /// The room's version up to which its journal was read.
        var followed: Int64 = -1
        var log = RoomLog()
        /// What the last look has told.
        var seen: Seen?
        /// What the ledger is known to have.
        var recorded: Recorded?
        /// Sequences that this process has leased and not told Redis.
        var lease: Int64 = 0
        /// The journal in Redis ends before what the ledger has of it.
        var isOlderThanLedger = false
        var isInUpkeep = false
        /// Not before then is the ledger asked again, after it failed.
        var ledgerDueMs: Int64 = 0

        struct Seen: Equatable {
            var nowMs: Int64
            var generation: Int64
            var sequence: Int64
            var lease: Int64
        }

        struct Recorded: Equatable {
            var revision: Int64
            var generation: Int64

            init(_ known: KnownRoom) {
                revision = known.revision
                generation = known.generation
            }
        }
    }

    /// Told of a room that this process has brought back, before its line has settled.
    var restored: (@Sendable (RoomID) async -> Void)?

    var ledger: RoomLedger { registry.ledger }

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    public init(
        redis: RedisConnection,
        registry: RoomRegistry,
        scripts: RoomScripts = RoomScripts(),
        on loop: EventLoop
    ) {
        self.loop = loop
        self.redis = redis
        self.registry = registry
        self.scripts = scripts
        recoveries = SharedWork(on: loop)
        writings = SharedWork(on: loop)
    }

    /// Calls `body` with each room that this process brings back: nobody is admitted before its
    /// line has settled, two seconds at least.
    public func onRestored(_ body: @escaping @Sendable (RoomID) async -> Void) { restored = body }

    /// Begins the rounds.
    public func start() {
        timer = LoopTimer(on: loop, afterMs: 0, repeatMs: Self.roundEveryMs) { [unowned self] in
            self.assumeIsolated { $0.round() }
        }
    }

    /// Ends the rounds and writes down what was read; a ledger that is away is not waited for.
    public func stop() async {
        timer?.cancel()
        timer = nil
        for room in kept.keys {
            guard (try? await flush(room)) != nil else { return }
        }
    }

    private func round() {
        guard redis.assumeIsolated({ $0.isAvailable }) else { return }
        let nowMs = Int64(loop.clock.monotonicNs() / 1_000_000)
        if nowMs >= discoverAtMs, !isDiscovering {
            isDiscovering = true
            discoverAtMs = nowMs + Self.discoverEveryMs
            Task(executorPreference: loop) { await self.discover() }
        }
        for (room, state) in kept where state.dueMs <= nowMs && !state.isTicking {
            kept[room]?.isTicking = true
            Task(executorPreference: loop) { await self.tickAndPlan(room) }
        }
    }

    /// Takes up rooms and changes that only the ledger or another process knows: of the ledger a
    /// page at a time, 1,000 rooms in 2 s.
    private func discover() async {
        defer { isDiscovering = false }
        await pruneWhenDue()
        // A failure now is tried again in the next round of discovery.
        if let page = try? await ledger.rooms(after: ledgerPage) {
            for row in page { registry.learn(row) }
            ledgerPage = page.count < RoomLedger.pageRows ? "" : page.last?.room.raw ?? ""
        }
        for room in registry.ids where kept[room] == nil { kept[room] = Kept() }
        guard case .array(let names) = try? await redis.send("SMEMBERS", RoomKeys.rooms) else {
            return
        }
        for name in names {
            guard let room = name.string.flatMap(RoomID.init), kept[room] == nil else { continue }
            // A failure now is tried again in the next round of discovery.
            guard let report = try? await report(room) else { continue }
            try? await adopt(room, report)
        }
    }

    private func pruneWhenDue() async {
        let nowMs = Int64(loop.clock.monotonicNs() / 1_000_000)
        guard nowMs >= pruneAtMs else { return }
        pruneAtMs = nowMs + Self.pruneEveryMs
        await prune()
    }

    /// Keeps `room` from now on.
    func adopt(_ room: RoomID, _ report: RoomReport) async throws(StoreError) {
        guard !report.isRestoring else { return }
        let old = registry.room(room)
        try registry.keep(KnownRoom(report), as: room)
        if kept[room] == nil { kept[room] = Kept() }
        kept[room]?.dueMs = 0
        // A new generation numbers its journal anew; the ledger says from where to read it.
        if old?.generation != report.generation {
            kept[room]?.log.readUpTo = nil
            kept[room]?.followed = -1
            kept[room]?.isOlderThanLedger = false
        }
        _ = try await redis.command("SADD", RoomKeys.rooms, room.raw)
    }

    private func tickAndPlan(_ room: RoomID) async {
        let startMs = Int64(loop.clock.monotonicNs() / 1_000_000)
        // Away or broken: the circuit and `/readyz` tell; the room is due again in a second.
        let delayMs = (try? await tick(room)) ?? Self.idleTickMs
        kept[room]?.isTicking = false
        kept[room]?.dueMs = startMs + max(0, min(delayMs, Self.idleTickMs))
        if hasNews(room), kept[room]?.isInUpkeep == false, kept[room]?.ledgerDueMs ?? 0 <= startMs {
            kept[room]?.isInUpkeep = true
            Task(executorPreference: loop) { await self.upkeepAndPlan(room) }
        }
    }

    /// Beside the ticks: they go on while the ledger takes its time.
    private func upkeepAndPlan(_ room: RoomID) async {
        do throws(StoreError) {
            try await upkeep(room)
        } catch {
            // What was read is kept, and what was not waits in Redis.
            statistics.failures += 1
            let nowMs = Int64(loop.clock.monotonicNs() / 1_000_000)
            kept[room]?.ledgerDueMs = nowMs + Self.ledgerRestMs
        }
        kept[room]?.isInUpkeep = false
    }

    func report(_ room: RoomID) async throws(StoreError) -> RoomReport? {
        let reply = try await run(scripts.report, room)
        return try reply.integer(0) == 1 ? RoomFields.report(reply) : nil
    }

    /// All rooms with their counters, for `/metrics`; at most `max`.
    public func reports(max: Int) async -> [(room: RoomID, report: RoomReport)] {
        var all: [(RoomID, RoomReport)] = []
        for room in kept.keys.sorted(by: { $0.raw < $1.raw }).prefix(max) {
            // A room that cannot be read now is left out.
            if let report = try? await report(room) { all.append((room, report)) }
        }
        return all
    }

    func run(_ script: RedisScript, _ room: RoomID, _ arguments: [RedisArgument] = [])
        async throws(StoreError) -> ReplyReader
    {
        try await redis.reply(to: script, keys: RoomKeys(room).all, arguments)
    }
}
