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

/// How often best sellers are counted, and how long what was counted is shown.
struct PopularLimits: Sendable {
    /// From one count of a list to the next: 5 min.
    var everyMs: Int64 = 300_000
    /// How long a list stays: two counts may fail and the third has a minute, 3 x 5 + 1 min.
    var keptMs: Int64 = 960_000
    /// A list that nobody asked for so long, an hour, is no longer counted by schedule.
    var askedMs: Int64 = 3_600_000
    /// How long one may count, 10 s: 6 days of 100,000 products are 1,200 short calls of Redis.
    /// After that another may, and what this one has is not kept.
    var countMs: Int64 = 10_000
    /// Who finds another counting looks again so often, with so long in between: 2 s, and then
    /// counts for itself.
    var looksMax = 100
    var lookEveryMs = 20
    /// How long a count that somebody waits for waits for what was committed before.
    var settleMs = 500

    init() {}
}

extension Rounds {
    /// How much later than it is due a list is counted, at most: 5 s of 5 min.
    private static let countEveryMs = 5_000

    /// Has the best sellers counted anew by schedule. One a process, on its first loop: whichever
    /// process comes first counts.
    static func popular(_ popular: PopularStore, on loop: EventLoop) -> Rounds {
        Rounds(everyMs: countEveryMs, on: loop) {
            // What could not be counted is due in the next round, and shown as it was meanwhile.
            await Background.popular.attempt { try await popular.refresh() }
        }
    }
}
