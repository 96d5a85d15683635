import Engines
import EventLoop
import Redis
import Values

/// Moves the lines of rooms by itself, writes down who is inside, and brings rooms back that Redis
/// has lost. One a process, on its first loop; any number of processes may do the same work.
///
/// A room is looked at when something is due in it, each second while somebody waits in it, and for
/// a while after it was used, through whichever process (`RoomActivity`). One where nothing is
/// expected costs nothing.
package actor RoomKeeper: ComparesWithLedger {
    package nonisolated let loop: EventLoop
    nonisolated let registry: RoomRegistry
    package let redis: RedisConnection
    let calls: RoomCalls
    /// How long a room where nothing is expected stays in Redis; 0: for good.
    let retainMs: Int64
    /// A room that was used is looked at each second for this long.
    let awakeMs: Int64
    var kept: [RoomID: Kept] = [:]
    /// The same rooms in the order of their names.
    var names: [RoomID] = []
    private var due = Deadlines<RoomID>()
    let recoveries: SharedWork<RoomID, Bool>
    let writings: SharedWork<RoomID, Void>
    let leases: SharedWork<RoomID, Int64>
    var statistics = RoomLogStatistics()
    /// The latest time of Redis that a room has told.
    var redisNowMs: Int64 = 0
    /// The last entry of the stream of activity that was read; nil: none yet, or it was lost.
    var heardUpTo: String?
    /// Whether names that only Redis knows were read since `heardUpTo` began.
    var hasLooked = false
    /// The page of the ledger's rooms that is looked at next: after this name.
    var ledgerPage = ""
    var pruneAtMs: Int64 = 0
    private var timer: LoopTimer?
    private var listenAtMs: Int64 = 0
    private var isListening = false
    private var discoverAtMs: Int64 = 0
    var isDiscovering = false
    /// Rooms whose last look failed, and since when.
    private var failingSinceMs: [RoomID: Int64] = [:]
    private var looks = 0
    private var upkeeps = 0

    /// How often the keeper looks whether a room is due; a slot that frees by time waits no longer.
    private static let roundEveryMs = 10
    /// A room where somebody waits is looked at this often, whatever is expected.
    static let idleTickMs: Int64 = 1_000
    /// And one where something has changed: so old is what is known of a room that Redis loses.
    static let busyTickMs: Int64 = 100
    /// Five times as long as a loop may be silent about a room that it uses (`RoomActivity`).
    static let usualAwakeMs: Int64 = 10_000
    /// How often the keeper reads which rooms were used.
    private static let listenEveryMs: Int64 = 100
    /// How often changes are looked for that only the ledger knows.
    private static let discoverEveryMs: Int64 = 2_000
    /// Looks at once: at 50 us each they keep Redis for 6 ms.
    private static let looksMax = 128
    /// Rooms whose ledger side is worked on at once; those beyond it wait for a second.
    private static let upkeepsMax = 128

    private lazy var pasts = Reads<RoomID, Void>(askedOf: loop) {
        [weak self] room throws(StoreError) in try await self?.comparePast(of: room)
    }
    /// Compares the stock that a room in Redis knows with the ledger.
    private var stock: Reads<RoomID, Void>?
    package var comparisons = Comparisons<RoomID>()
    package let comparing: SharedWork<RoomID, Void>

    /// So long a room's looks may fail before `/readyz` says so: five looks.
    static let failingMs: Int64 = 5_000

    var ledger: RoomLedger { registry.ledger }

    /// Whether some room cannot be looked at, for longer than a hiccup lasts.
    var isFailing: Bool {
        failingSinceMs.values.contains { nowMs - $0 > Self.failingMs }
    }

    init(
        redis: RedisConnection,
        registry: RoomRegistry,
        scripts: RoomScripts = RoomScripts(),
        retainMs: Int64 = 0,
        awakeMs: Int64? = nil,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.redis = redis
        self.registry = registry
        calls = RoomCalls(redis: redis, scripts: scripts)
        self.retainMs = retainMs
        self.awakeMs = awakeMs ?? Self.usualAwakeMs
        recoveries = SharedWork(on: loop)
        writings = SharedWork(on: loop)
        leases = SharedWork(on: loop)
        comparing = SharedWork(on: loop)
    }

    /// `body` brings what a room in Redis knows of the performances behind it to what the ledger
    /// says. It is called before anybody is let in after Redis was lost, and for each room that
    /// this process brings back.
    package func onStock(_ body: @escaping @Sendable (RoomID) async throws(StoreError) -> Void) {
        stock = Reads(askedOf: loop, read: body)
    }

    /// Holds a room in Redis against the ledger, before it is used after Redis became usable. For
    /// all who ask at once; it begins after the call.
    package func compare(_ room: RoomID) async throws(StoreError) {
        try await pasts.value(room)
        try await compareStock(of: room)
    }

    /// The line moves without the ledger; whoever buys needs it.
    package func goesWithoutLedger(_ room: RoomID) -> Bool { true }

    func compareStock(of room: RoomID) async throws(StoreError) {
        try await stock?.value(room)
    }

    /// Begins the rounds.
    func start() {
        timer = LoopTimer(on: loop, afterMs: 0, repeatMs: Self.roundEveryMs) { [unowned self] in
            self.assumeIsolated { $0.round() }
        }
    }

    /// Ends the rounds and writes down what was read; a ledger that is away is not waited for.
    func stop() async {
        timer?.cancel()
        timer = nil
        for room in kept.filter({ !$0.value.log.pending.isEmpty }).keys {
            let written: Void? = await Background.tick.attempt(about: ("room", room.raw)) {
                try await flush(room)
            }
            guard written != nil else { return }
        }
    }

    // MARK: Which room is looked at when

    var nowMs: Int64 { Int64(loop.clock.monotonicNs() / 1_000_000) }

    private func round() {
        guard redis.assumeIsolated({ $0.isAvailable }) else { return }
        let nowMs = nowMs
        if nowMs >= listenAtMs, !isListening {
            isListening = true
            listenAtMs = nowMs + Self.listenEveryMs
            Task(executorPreference: loop) { await self.listenOnce() }
        }
        if nowMs >= discoverAtMs, !isDiscovering {
            isDiscovering = true
            discoverAtMs = nowMs + Self.discoverEveryMs
            Task(executorPreference: loop) { await self.discover() }
        }
        beginLooks()
    }

    private func listenOnce() async {
        await listen()
        isListening = false
    }

    private func beginLooks() {
        while looks < Self.looksMax, let room = due.takeFirst(atMs: nowMs) {
            looks += 1
            kept[room]?.isTicking = true
            Task(executorPreference: loop) { await self.tickAndPlan(room) }
        }
    }

    /// Remembers `room` from now on, and looks at it.
    func keep(_ room: RoomID) {
        guard kept[room] == nil else { return }
        kept[room] = Kept()
        names.insert(room, at: names.place(after: room.raw))
        wake(room)
    }

    /// Looks at `room` at once.
    func wake(_ room: RoomID) {
        if kept[room]?.isTicking == true {
            kept[room]?.isWanted = true
        } else {
            due.set(room, dueMs: nowMs)
        }
    }

    /// Those first that were in use: Redis may have lost them.
    func lookAtAll() {
        for room in registry.ids where kept[room] == nil { kept[room] = Kept() }
        names = kept.keys.sorted { $0.raw < $1.raw }
        for (room, state) in kept {
            if state.isTicking {
                kept[room]?.isWanted = true
            } else {
                due.set(room, dueMs: state.seen?.isResting == false ? nowMs - 1 : nowMs)
            }
        }
    }

    /// Whether a look at `room` is planned or under way.
    func isExpected(_ room: RoomID) -> Bool {
        due.contains(room) || kept[room]?.isTicking == true
    }

    /// Rooms that are looked at: those in which somebody waits or is, and that were used lately.
    /// For callers on the loop.
    nonisolated var inUse: [RoomID] {
        assumeIsolated { keeper in
            Array(keeper.due.keys) + keeper.kept.filter { $0.value.isTicking }.keys
        }
    }

    func isAwake(_ room: RoomID) -> Bool { kept[room].map { nowMs < $0.awakeUntilMs } ?? false }

    private func tickAndPlan(_ room: RoomID) async {
        let startMs = nowMs
        // One that nobody used comes back when somebody asks for it.
        let bringsBack = kept[room]?.seen?.isResting == false || isAwake(room)
        var delayMs: Int64?
        do throws(StoreError) {
            delayMs = try await tick(room, bringsBack: bringsBack)
            failingSinceMs[room] = nil
        } catch {
            Background.tick.failed(error, about: ("room", room.raw))
            failingSinceMs[room] = failingSinceMs[room] ?? startMs
            delayMs = Self.idleTickMs
        }
        looks -= 1
        kept[room]?.isTicking = false
        let hasNews = hasNews(room)
        if kept[room]?.isWanted == true {
            kept[room]?.isWanted = false
            delayMs = 0
        } else if hasNews || isAwake(room) {
            delayMs = min(delayMs ?? Self.idleTickMs, Self.idleTickMs)
        }
        if let delayMs { due.set(room, dueMs: startMs + max(0, delayMs)) }
        if hasNews, upkeeps < Self.upkeepsMax, kept[room]?.isInUpkeep == false,
            kept[room]?.ledgerDueMs ?? 0 <= startMs
        {
            upkeeps += 1
            kept[room]?.isInUpkeep = true
            Task(executorPreference: loop) { await self.upkeepAndPlan(room) }
        }
        beginLooks()
    }

    /// Beside the ticks: they go on while the ledger takes its time.
    private func upkeepAndPlan(_ room: RoomID) async {
        do throws(StoreError) {
            try await upkeep(room)
        } catch {
            // What was read is kept, and what was not waits in Redis.
            Background.tick.failed(error, about: ("room", room.raw))
            statistics.failures += 1
            kept[room]?.ledgerDueMs = nowMs + Self.ledgerRestMs
        }
        upkeeps -= 1
        kept[room]?.isInUpkeep = false
    }
}
