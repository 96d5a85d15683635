import Redis
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Rankings

/// Proof 6: an event counts once, however often and in whatever order the outbox brings it.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct BoardDeliveryTests {
    private static func write(_ bed: BoardBed) {
        for (index, name) in ["ann", "bob", "cat", "ann", "dan", "bob", "ann"].enumerated() {
            bed.log.skip()
            bed.add(name, Int64(index + 1), afterMs: Int64(index) * 1_000)
        }
    }
    private static let right = "ann 12, bob 8, dan 5, cat 3"

    @Test(arguments: [0, 1, 2, 100])
    func deliveredSoOften(_ times: Int) async throws {
        try await BoardBed.with { bed in
            Self.write(bed)
            for side in 0..<times { try await bed.deliver(by: side) }
            // Not delivered at all: who reads finds that Redis has no board, and it is built.
            for list in try bed.lists() {
                #expect(try await bed.listWhenBuilt(list) == Self.right, "\(list)")
            }
        }
    }

    @Test func withoutTheCursorRepeatsCount() async throws {
        try await BoardBed.with(without: [.cursor]) { bed in
            Self.write(bed)
            for _ in 0..<2 { try await bed.deliver() }
            for list in try bed.lists() {
                // The first delivery built the board and applied the batch to it as well.
                #expect(try await bed.list(list) != Self.right)
            }
        }
    }

    @Test(arguments: [false, true])
    func outOfOrder(_ isGuardOff: Bool) async throws {
        let lists = try await BoardBed.with(without: isGuardOff ? [.gap] : []) { bed in
            // The board is there, and empty.
            try await bed.store().sweep(BoardBed.board)
            Self.write(bed)
            bed.restart()
            for (after, through) in [(10, 14), (4, 10), (0, 4), (0, 14), (12, 13)] {
                try await bed.deliver(after: Int64(after), through: Int64(through), by: after)
            }
            var lists: [String] = []
            for list in try bed.lists() { lists.append(try await bed.list(list)) }
            return lists
        }
        for list in lists { #expect((list == Self.right) == !isGuardOff, "\(list)") }
    }

    @Test(arguments: [1, 3, 400])
    func inSlicesOfAnySize(_ slice: Int) async throws {
        try await BoardBed.with(slice: slice) { bed in
            Self.write(bed)
            try await bed.deliver()
            for list in try bed.lists() { #expect(try await bed.list(list) == Self.right) }
        }
    }

    /// Another process was ahead with some of what this one adds up.
    @Test(arguments: [nil, BoardGuard.torn])
    func whatCountsInPartIsNotAddedUp(_ missing: BoardGuard?) async throws {
        try await BoardBed.with(without: missing.map { [$0] } ?? []) { bed in
            // The board is there, and empty.
            try await bed.store().sweep(BoardBed.board)
            Self.write(bed)
            try await bed.deliver(through: 9, by: 1)
            try await bed.deliver()
            for list in try bed.lists() {
                #expect((try await bed.list(list) == Self.right) == (missing == nil))
            }
        }
    }

    /// Few members change often: a call has each of them once.
    @Test func whatFewAreGivenLeavesAsSums() async throws {
        try await BoardBed.with { bed in
            for index in 0..<1_000 { bed.add("m\(index % 100)", 1 + Int64(index % 3)) }
            try await bed.store().sweep(BoardBed.board)
            _ = try await bed.redis.send("CONFIG", "RESETSTAT")
            try await bed.deliver()
            let info = try await bed.redis.send("INFO", "commandstats").string ?? ""
            // A short one, as nobody knows the lengths yet; then the rest.
            #expect(info.contains("cmdstat_fcall:calls=2,"), "\(info)")
            let oracle = BoardOracle(events: bed.log.events, nowMs: bed.nowMs)
            for list in try bed.lists() {
                let page = try await bed.store().page(BoardBed.board, list, limit: 1_000)
                #expect(page?.entries == oracle.list(list))
            }
        }
    }

    /// A process that has just started, and one that goes on, do not read the outbox for a board
    /// that is up to date.
    @Test func whatIsCompleteIsNotLookedFor() async throws {
        try await BoardBed.with { bed in
            Self.write(bed)
            try await bed.deliver()
            let reads = bed.log.reads
            for step in 1...20 {
                let after = bed.log.latest
                if step % 3 == 0 { bed.add("eve", 1) } else { bed.log.skip() }
                try await bed.deliver(after: after)
            }
            #expect(bed.log.reads == reads)
            #expect(try await bed.list() == "ann 12, bob 8, eve 6, dan 5, cat 3")
        }
    }

    @Test func theConsumerFindsScoresAmongOtherEvents() async throws {
        try await BoardBed.with { bed in
            let consumer = OutboxConsumer.boards(bed.store())
            let events = (1...6).map { number in
                OutboxEvent(
                    number: Int64(number),
                    kind: number % 2 == 0 ? "score.changed" : "other",
                    subject: BoardBed.board.raw,
                    payload: #"{"member":"\#(number > 4 ? "bob" : "ann")","add":1}"#,
                    atMs: bed.nowMs
                )
            }
            // The board is there, and empty: these events are not in the log.
            try await bed.store().sweep(BoardBed.board)
            for _ in 0..<2 { try await consumer.apply(events) }
            try await consumer.apply([])
            #expect(try await bed.list() == "ann 2, bob 1")
        }
    }
}
