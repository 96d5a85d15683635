import EventLoop
import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Payments
@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// The seats in Redis are what the ledger says, also where a process died before it could tell.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct OutboxSeatsTests {
    /// Pays in the ledger only.
    private func payUntold(_ seats: [Int], _ name: String, in bed: SaleBed) async throws {
        let buyer = try user(name)
        try await bed.charge(buyer, 1_000_000)
        let ledger = PaymentLedger(SeatLedger(bed.sides[0].database))
        let purchase = Purchase(
            payment: "p_" + name,
            holdNumber: "h_" + name,
            user: buyer,
            performance: SaleBed.evening,
            seats: seats,
            amount: SaleBed.price * Int64(seats.count),
            atMs: SaleBed.startMs
        )
        let outcome = try await ledger.pay(purchase, by: bed.attempt(buyer, "pay-" + name))
        guard case .success = outcome else { throw SaleBed.Unexpected(what: "\(outcome)") }
    }

    private func relay(_ bed: SaleBed, side index: Int = 0) async -> OutboxRelay {
        let side = bed.sides[index]
        let ledger = SeatLedger(side.database)
        let relay = OutboxRelay(
            Outbox(side.database),
            consumers: [.seats(side.seats, ledger: ledger)],
            on: side.loop
        )
        await relay.start()
        return relay
    }

    private func caughtUp(_ relay: OutboxRelay) async throws {
        relay.nudge()
        let ledger = relay.position
        try await until("the relay is done") {
            let statistics = await relay.statistics()
            return statistics.latest > 0 && statistics.consumers[0].cursor == ledger.latest
        }
    }

    @Test(arguments: Engine.allCases)
    func aSaleThatNobodyToldIsTold(_ engine: Engine) async throws {
        try await SaleBed.with(engine, sides: 1) { bed in
            try await bed.open(seats: 10)
            #expect(try await bed.map() == "ffffffffff")
            try await payUntold([2, 3], "a", in: bed)
            #expect(try await bed.map() == "ffffffffff")
            let relay = await relay(bed)
            relay.nudge()
            try await until("they are sold") { try await bed.map() == "fssfffffff" }

            // A cancel that nobody told: as the ledger has it, not Redis.
            let buyer = try user("a")
            let ledger = PaymentLedger(SeatLedger(bed.sides[0].database))
            let row = try #require(try await ledger.payment("p_a"))
            let cancel = bed.attempt(buyer, "cancel")
            let back = try await ledger.take(row, from: buyer, .buyer(cancel), on: bed.first.loop)
            guard case .success = back else {
                throw SaleBed.Unexpected(what: "not cancelled")
            }
            relay.nudge()
            try await until("they are free") { try await bed.map() == "ffffffffff" }
            await relay.stop()
        }
    }

    @Test(arguments: Engine.allCases)
    func whatWasToldAlreadyChangesNothing(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.open(seats: 10)
            let buyer = try user("a")
            try await bed.charge(buyer, 1_000_000)
            let hold = try await bed.hold([1, 2], for: buyer)
            let receipt = try await bed.receipt(hold, buyer)
            _ = try await bed.cancel(receipt.payment.id, buyer, key: "cancel")
            let again = try await bed.hold([1], for: buyer)
            _ = try await bed.receipt(again, buyer, key: "again")
            let map = try await bed.map()
            #expect(map == "sfffffffff")
            // Two processes give all of it to Redis once more.
            let relays = [await relay(bed, side: 0), await relay(bed, side: 1)]
            for relay in relays { try await caughtUp(relay) }
            #expect(try await bed.map() == map)
            for relay in relays { await relay.stop() }
        }
    }

    @Test(arguments: Engine.allCases)
    func aChangeThatNobodyToldIsTold(_ engine: Engine) async throws {
        try await SaleBed.with(engine, sides: 1) { bed in
            try await bed.open(seats: 5)
            #expect(try await bed.map() == "fffff")
            let ledger = SeatLedger(bed.sides[0].database)
            let former = try #require(try await ledger.performance(SaleBed.evening))
            var performance = former.performance
            performance.seats = 8
            #expect(try await ledger.put(performance, former: former, atMs: 1) == .put(revision: 2))
            let relay = await relay(bed)
            relay.nudge()
            try await until("they are there") { try await bed.map() == "ffffffff" }
            // More, and a sale among them.
            let grown = try #require(try await ledger.performance(SaleBed.evening))
            performance.seats = 10
            #expect(try await ledger.put(performance, former: grown, atMs: 1) == .put(revision: 3))
            try await payUntold([9], "a", in: bed)
            relay.nudge()
            try await until("it is sold") { try await bed.map() == "ffffffffsf" }
            await relay.stop()
        }
    }

    @Test func anEventThatNobodyKnowsIsPassedOver() async throws {
        try await SaleBed.with(.sqlite, sides: 1) { bed in
            try await bed.open(seats: 3)
            let database = bed.sides[0].database
            _ = try await database.commit([OutboxBed.event("evening"), OutboxBed.event("?!")])
            try await payUntold([1], "a", in: bed)
            let relay = await relay(bed)
            relay.nudge()
            try await until("it is sold") { try await bed.map() == "sff" }
            await relay.stop()
        }
    }
}
