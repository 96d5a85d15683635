import Synchronization
import TestGate
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// A year of sales through everything that is real: SQL, the relay of two processes, Redis. Every
/// window of every board is what a straightforward recomputation of the test says.
@Suite(.sideBySide, .timeLimit(.minutes(8))) struct YearTests {
    @Test(arguments: Engine.allCases)
    func aYear(_ engine: Engine) async throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        try await RankingBed.with(engine, Self.options(seed: seed)) { bed in
            let history = YearHistory(bed, seed: seed)
            do {
                try await history.year()
            } catch {
                Issue.record(error, "\(engine), seed \(seed), at \(bed.nowMs)")
            }
            let fault = await history.faults.first
            #expect(fault == nil, "\(engine), seed \(seed)")
            #expect(await bed.bed.broken() == [], "\(engine), seed \(seed)")
            print(
                """
                a year on \(engine): seed \(seed), \(await history.book.count) changes, \
                \(await history.compared) comparisons, \(await history.mishaps) mishaps
                """
            )
        }
    }

    /// What the recomputation is worth: with a guard off it disagrees.
    @Test(arguments: [BoardGuard.cursor, .over, .swept])
    func aYearWithout(_ missing: BoardGuard) async throws {
        for seed in UInt64(1)...5 {
            var options = Self.options(seed: seed)
            options.withoutBoards = [missing]
            if try await isNoticed(options, seed) { return }
        }
        Issue.record("nobody misses \(missing)")
    }

    /// As a program that counts a refund on the day on which it is made.
    @Test func aYearOfRefundsOnTheWrongDay() async throws {
        var options = Self.options(seed: 1)
        options.consumer = { boards in
            OutboxConsumer(OutboxConsumer.boardsName) { events throws(StoreError) in
                var scores = try ScoreEvent.all(of: events)
                for index in scores.indices { scores[index].countsAtMs = scores[index].atMs }
                guard let first = events.first, let last = events.last else { return }
                try await boards.apply(
                    scores,
                    after: first.number - 1,
                    through: last.number,
                    atMs: last.atMs
                )
            }
        }
        #expect(try await isNoticed(options, 1))
    }

    private func isNoticed(_ options: RankingBed.Options, _ seed: UInt64) async throws -> Bool {
        try await RankingBed.with(.sqlite, options) { bed in
            let history = YearHistory(bed, seed: seed)
            try await history.year()
            return await !history.faults.isEmpty
        }
    }

    /// A relay that is given everything more than once, and now and then dies before it has
    /// recorded what it did.
    private static func options(seed: UInt64) -> RankingBed.Options {
        let random = Mutex(SeededRandom(seed &+ 1))
        @Sendable func below(_ limit: Int) -> Int {
            random.withLock { Int.random(in: 0..<limit, using: &$0) }
        }
        var options = RankingBed.Options()
        options.consumer = { boards in
            let real = OutboxConsumer.boards(boards)
            return OutboxConsumer(OutboxConsumer.boardsName) { events throws(StoreError) in
                for time in 0...below(3) {
                    let part = time == 0 ? events : Array(events.dropFirst(below(events.count)))
                    try await real.apply(part)
                }
                if below(40) == 0 { throw .unavailable("died before it was recorded") }
            }
        }
        return options
    }
}
