import Onsale
import SQL
import Testing

@testable import Store

/// What the outbox tells boards.
@Suite struct ScoreEventTests {
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
    func rowsOfOtherKindsAreReadAndGiveNone(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.write(["x", "y"])
            try await bed.open(seats: 9)
            try await bed.sell([1], as: "a", atMs: 1)
            try await bed.write(["z"])
            _ = try await bed.ledger.numberOutbox()
            let first = try await bed.ledger.scoreEvents(after: 0, limit: 3)
            #expect(first == ScoreEvents(events: [], readTo: 3, isMore: true))
            let rest = try await bed.ledger.scoreEvents(after: 3, limit: 3)
            #expect(rest.events.map(\.number) == [4])
            #expect((rest.readTo, rest.isMore) == (5, false))
            let none = try await bed.ledger.scoreEvents(after: 5, limit: 3)
            #expect(none == ScoreEvents(events: [], readTo: 5, isMore: false))
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
