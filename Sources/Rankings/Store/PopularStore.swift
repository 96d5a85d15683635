import Engines
import EventLoop
import Ledger
import Redis

/// The best sellers of the last days, as one loop sees them.
///
/// Counted from the board of products by one at a time, whatever the number of processes, and kept
/// in Redis for all: by a schedule (`Rounds.popular`), and by whoever finds none. While Redis is
/// away the ledger counts, by the same order.
actor PopularStore: OnLoop {
    nonisolated let loop: EventLoop
    let redis: RedisConnection
    let boards: BoardStore
    let ledger: SumLedger
    private let settled: @Sendable (_ withinMs: Int) async -> Bool
    let limits: PopularLimits
    let scripts: PopularScripts
    /// Lists that this one has counted from the board.
    var counts = 0

    /// `boards` are the loop's. `settled` waits until everything that was committed before is on
    /// the boards; false: it is not within that time.
    init(
        redis: RedisConnection,
        boards: BoardStore,
        ledger: RankingLedger,
        settled: @escaping @Sendable (_ withinMs: Int) async -> Bool,
        limits: PopularLimits = .init(),
        scripts: PopularScripts = PopularScripts(),
        on loop: EventLoop
    ) {
        self.loop = loop
        self.redis = redis
        self.boards = boards
        self.ledger = ledger.sums
        self.settled = settled
        self.limits = limits
        self.scripts = scripts
    }

    /// As a process has it: `relay` brings to the boards what was committed.
    init(
        redis: RedisConnection,
        boards: BoardStore,
        ledger: RankingLedger,
        relay: OutboxRelay,
        on loop: EventLoop
    ) {
        self.init(
            redis: redis,
            boards: boards,
            ledger: ledger,
            settled: { await relay.delivered(OutboxConsumer.boardsName, withinMs: $0) },
            on: loop
        )
    }

    /// The list of `days`, one of `PopularList.daysRange`: as it was counted at most
    /// `PopularLimits.keptMs` ago, `PopularLimits.everyMs` in general.
    func list(_ days: Int) async throws(StoreError) -> PopularList {
        precondition(PopularList.daysRange.contains(days), "\(days) days")
        do throws(StoreError) {
            if let list = try await shared(days) { return list }
        } catch .unavailable {
            // Redis is away, or the board is being built: the ledger knows as well.
        }
        return try await countLedger(days, atMs: loop.clock.wallMs())
    }

    /// Counts anew what is due, unless another does.
    func refresh() async throws(StoreError) {
        let reply = try await redis.reply(
            to: scripts[.due],
            keys: [PopularKeys.asked],
            [.int(limits.askedMs), .int(limits.everyMs), .int(PopularList.daysUsual)]
        )
        for index in 1..<reply.count {
            let days = Int(try reply.integer(index))
            guard PopularList.daysRange.contains(days) else { continue }
            let turn = Turn(days: days)
            guard case .count(let atMs) = try await look(turn, dueMs: limits.everyMs) else {
                continue
            }
            _ = try await count(turn, atMs: atMs)
        }
    }

    /// The list that Redis keeps, or that is counted now. Nil: the board does not keep days.
    private func shared(_ days: Int) async throws(StoreError) -> PopularList? {
        let turn = Turn(days: days)
        var nowMs: Int64 = 0
        for _ in 0..<limits.looksMax {
            switch try await look(turn) {
            case .kept(let list): return list
            case .count(let atMs):
                // False: some of it is missing, which the next list has.
                _ = await settled(limits.settleMs)
                return try await count(turn, atMs: atMs)
            case .wait(let ms): nowMs = ms
            case .notDue: throw .broken("a list that somebody wants is not due")
            }
            await loop.sleep(ms: limits.lookEveryMs)
        }
        // Whoever counts is slow or dead: not everybody shall wait for that.
        return try await countBoard(days, atMs: nowMs)
    }
}
