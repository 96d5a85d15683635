public import EventLoop
public import Onsale
public import Redis

/// Moves the lines of all rooms by itself, follows who is inside, and brings rooms back that Redis
/// has lost. One a process, on its first loop; any number of processes may do the same work.
public actor RoomKeeper {
    public nonisolated let loop: EventLoop
    public nonisolated let registry: RoomRegistry
    let redis: RedisConnection
    let scripts: RoomScripts
    var kept: [RoomID: Kept] = [:]
    var recoveries: [RoomID: Task<Result<Bool, StoreError>, Never>] = [:]
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
        var revision: Int64 = -1
        var mirror = SessionMirror()
        var isMirrorLoaded = false
        /// The room's version up to which the mirror has followed the log.
        var followed: Int64 = -1
    }

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
    }

    /// Begins the rounds.
    public func start() {
        timer = LoopTimer(on: loop, afterMs: 0, repeatMs: Self.roundEveryMs) { [unowned self] in
            self.assumeIsolated { $0.round() }
        }
    }

    public func stop() {
        timer?.cancel()
        timer = nil
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

    /// Takes up rooms that only the registry's file or another process knows.
    private func discover() async {
        defer { isDiscovering = false }
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

    /// Keeps `room` from now on.
    func adopt(_ room: RoomID, _ report: RoomReport) async throws(StoreError) {
        var known = KnownRoom(report)
        let old = registry.room(room)
        if let old, old.generation == report.generation {
            known.sequence = old.sequence
        }
        try registry.keep(known, as: room)
        if kept[room] == nil { kept[room] = Kept() }
        kept[room]?.dueMs = 0
        // A new generation has a new log.
        if old?.generation != report.generation {
            kept[room]?.mirror.restart()
            kept[room]?.followed = -1
        }
        _ = try await redis.command("SADD", RoomKeys.rooms, room.raw)
    }

    private func tickAndPlan(_ room: RoomID) async {
        let startMs = Int64(loop.clock.monotonicNs() / 1_000_000)
        // Away or broken: the circuit and `/readyz` tell; the room is due again in a second.
        let delayMs = (try? await tick(room)) ?? Self.idleTickMs
        kept[room]?.isTicking = false
        kept[room]?.dueMs = startMs + max(0, min(delayMs, Self.idleTickMs))
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
