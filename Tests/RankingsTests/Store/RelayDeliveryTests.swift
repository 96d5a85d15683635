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

/// Proof 6 of the design, through what is real, sales, SQL, the relay, Redis: what is delivered 0,
/// 1, 2, 100 times, out of order, and lost in the middle, counts once.
@Suite(.sideBySide, .timeLimit(.minutes(4))) struct RelayDeliveryTests {
    private typealias Bed = RankingBed

    /// What the relay gives a board again and again.
    enum Delivery: Sendable, CaseIterable {
        case never, once, twice, hundredTimes, outOfOrder, lostInTheMiddle

        var times: Int {
            switch self {
            case .never: 0
            case .once, .outOfOrder, .lostInTheMiddle: 1
            case .twice: 2
            case .hundredTimes: 100
            }
        }
    }

    @Test(arguments: Engine.allCases, Delivery.allCases)
    func eachEventCountsOnce(_ engine: Engine, _ delivery: Delivery) async throws {
        #expect(try await isRight(engine, delivery, without: []))
    }

    /// What is lost in the middle has its own, in `BoardLossTests`.
    @Test(arguments: [
        (Delivery.twice, BoardGuard.cursor), (.hundredTimes, .cursor), (.outOfOrder, .gap),
    ])
    func withoutItsGuardItDoesNot(_ delivery: Delivery, _ missing: BoardGuard) async throws {
        #expect(try await !isRight(.sqlite, delivery, without: [missing]))
    }

    /// Sales and refunds, brought by the relay in that way; whether every list is what the test
    /// has counted.
    private func isRight(_ engine: Engine, _ delivery: Delivery, without missing: [BoardGuard])
        async throws -> Bool
    {
        let courier = Courier(delivery)
        var options = Bed.Options()
        options.withoutBoards = missing
        options.consumer = { courier.consumer($0) }
        return try await Bed.with(engine, options) { bed in
            courier.bed = bed
            // The boards are there, and empty; but for one that nobody has told anything.
            if delivery != .never {
                for board in [BoardID.concerts, .products] {
                    try await bed.boards().sweep(board)
                }
            }
            let history = YearHistory(bed, seed: 6)
            try await history.open(performance("p0"), seats: 200)
            for index in 0..<6 { try await bed.bed.supply("t\(index)", 1_000, price: 0) }
            for board in [BoardID.concerts, .products] {
                try await history.put(board, "UTC")
            }
            for _ in 0..<12 {
                for _ in 0..<3 { try await history.trade() }
                try await bed.pass(10_000)
                try await bed.settle(1)
            }
            // What was held back comes at last.
            try await courier.finish()
            var isRight = true
            for board in [BoardID.concerts, .products] {
                let day = try #require(
                    YearCalendar("UTC")?.period(.daily, at: bed.nowMs)
                )
                for list in [BoardList.realtime, .period(day), .all] {
                    let page = try await bed.page(board, list)
                    let expected = await history.book.list(board, list, nowMs: bed.nowMs)
                    #expect(!expected.isEmpty)
                    if page.entries != expected { isRight = false }
                }
            }
            return isRight
        }
    }
}

/// Stands between the relay and a board, and delivers in its own way.
private final class Courier: Sendable {
    private struct State {
        var batches = 0
        /// Held back until the next one has been delivered.
        var held: (events: [OutboxEvent], to: OutboxConsumer)?
        weak var bed: RankingBed?
    }

    private let delivery: RelayDeliveryTests.Delivery
    private let state = Mutex(State())

    init(_ delivery: RelayDeliveryTests.Delivery) { self.delivery = delivery }

    var bed: RankingBed? {
        get { state.withLock { $0.bed } }
        set { state.withLock { $0.bed = newValue } }
    }

    func consumer(_ boards: BoardStore) -> OutboxConsumer {
        let real = OutboxConsumer.boards(boards)
        return OutboxConsumer(OutboxConsumer.boardsName) { events throws(StoreError) in
            try await self.deliver(events, to: real)
        }
    }

    private func deliver(_ events: [OutboxEvent], to real: OutboxConsumer) async throws(StoreError)
    {
        let batch = state.withLock { state in
            state.batches += 1
            return state.batches
        }
        if delivery == .outOfOrder, batch % 2 == 1 {
            return state.withLock { $0.held = (events, real) }
        }
        for _ in 0..<delivery.times { try await real.apply(events) }
        try await deliverHeld()
        if delivery == .lostInTheMiddle, batch == 6 {
            do { try await bed?.flush() } catch { throw .broken("\(error)") }
        }
    }

    private func deliverHeld() async throws(StoreError) {
        let held = state.withLock { state in
            defer { state.held = nil }
            return state.held
        }
        if let held { try await held.to.apply(held.events) }
    }

    func finish() async throws { try await deliverHeld() }
}
