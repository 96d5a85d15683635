import SQL
import TestGate
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestLedger

/// What the outbox tells boards.
@Suite(.sideBySide) struct ScoreEventTests {
    /// number, board, member, units, counts at, at.
    private func text(_ events: [ScoreEvent]) -> [String] {
        events.map { event in
            let change =
                switch event.change {
                case .add(let units): "add \(units)"
                case .set(let units): "set \(units)"
                }
            return "\(event.number) \(event.board) \(event.member) \(change) "
                + "\(event.countsAtMs) \(event.atMs)"
        }
    }

    @Test(arguments: Engine.allCases)
    func aRefundCountsForTheSale(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.open(seats: 9)
            try await bed.sell([1, 2, 3], as: "a", atMs: 1_000)
            try await bed.refund("a", atMs: 90_000_000)
            let order = try await bed.order(["tee": 4, "cap": 2], as: "o", atMs: 2_000)
            try await bed.cancel(order, atMs: 95_000_000)
            let events = try await bed.scoreEvents()
            #expect(
                text(events) == [
                    "2 concerts evening add 3 1000 1000",
                    "3 concerts evening add -3 1000 90000000",
                    "4 products cap add 2 2000 2000",
                    "5 products tee add 4 2000 2000",
                    "6 products cap add -2 2000 95000000",
                    "7 products tee add -4 2000 95000000",
                ]
            )
        }
    }

    @Test(arguments: Engine.allCases)
    func aBoardReadsItsOwn(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.write(["x", "y"])
            try await bed.open(seats: 9)
            try await bed.sell([1], as: "a", atMs: 1)
            try await bed.write(["z"])
            try await bed.sell([2], as: "b", atMs: 2)
            try await bed.sell([3], as: "c", atMs: 3)
            _ = try await bed.outbox.number()
            let ledger = bed.ledger
            let two = try await ledger.scoreEvents(of: .concerts, after: 0, limit: 2)
            #expect(two.map(\.number) == [4, 6])
            let rest = try await ledger.scoreEvents(of: .concerts, after: 6, limit: 3)
            #expect(rest.map(\.number) == [7])
            #expect(try await ledger.scoreEvents(of: .concerts, after: 7, limit: 3).isEmpty)
            #expect(try await ledger.scoreEvents(of: .products, after: 0, limit: 3).isEmpty)
            #expect(try await ledger.scoreEvents(of: board("game"), after: 0, limit: 3).isEmpty)
        }
    }

    @Test func anOldCancelCountsWhereItStands() throws {
        let row = OutboxEvent(
            number: 7,
            kind: "seats.freed",
            subject: "evening",
            payload:
                #"{"performance":"evening","payment":"p","user":"u","seats":[1,2],"amount":3}"#,
            atMs: 50
        )
        let event = try #require(try ScoreEvent(row))
        #expect(text([event]) == ["7 concerts evening add -2 50 50"])
    }

    @Test(arguments: [
        ("seats.sold", "{}"), ("product.sold", #"{"quantity":"2"}"#), ("score.changed", "{"),
        ("score.changed", #"{"member":"m"}"#), ("score.changed", #"{"add":1}"#),
    ])
    func whatCannotBeReadIsNotSkipped(_ kind: String, _ payload: String) throws {
        let row = OutboxEvent(number: 1, kind: kind, subject: "s", payload: payload, atMs: 1)
        #expect(throws: StoreError.self) { try ScoreEvent.all(of: [row]) }
    }
}
