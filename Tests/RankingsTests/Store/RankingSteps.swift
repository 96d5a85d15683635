import SQL
import Testing
import Values

@testable import Ledger
@testable import Payments
@testable import Rankings
@testable import Seats
@testable import Shop
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// What tests of rankings do to a ledger again and again: no Redis, no points, any instant.
extension OutboxBed.Side {
    var ledger: RankingLedger { RankingLedger(database) }
}

extension OutboxBed {
    var ledger: RankingLedger { RankingLedger(database) }
    private var seatLedger: SeatLedger { SeatLedger(database) }
    private var payments: PaymentLedger { PaymentLedger(seatLedger) }
    private var shop: ShopLedger { ShopLedger(database) }

    /// A performance of a concert, made at `atMs`.
    func open(_ name: String = "evening", seats: Int, opening: Int64? = nil, atMs: Int64 = 0)
        async throws
    {
        let concert = try #require(ConcertID("c1"))
        try await seatLedger.put(Concert(id: concert, title: "A night"))
        let id = try performance(name)
        let former = try await seatLedger.performance(id)
        var evening = Performance(id: id, concert: concert, date: "2026", seats: seats, price: 0)
        evening.opening = opening.map { Timestamp(milliseconds: $0) }
        let revision = (former?.revision ?? 0) + 1
        let put = try await seatLedger.put(evening, former: former, atMs: atMs)
        #expect(put == .put(revision: revision))
    }

    /// Sells seats as payment `name`, by a ledger of a side, or another one.
    func sell(
        _ seats: [Int],
        of evening: String = "evening",
        as name: String,
        atMs: Int64,
        by other: PaymentLedger? = nil,
        side: Int = 0
    ) async throws {
        let buyer = try user("ann")
        let purchase = Purchase(
            payment: name,
            holdNumber: "hold of \(name)",
            user: buyer,
            performance: try performance(evening),
            seats: seats,
            amount: 0,
            atMs: atMs
        )
        let attempt = Attempt(user: buyer, key: name, fingerprint: "")
        let outcome = try await (other ?? PaymentLedger(SeatLedger(sides[side].database))).pay(
            purchase,
            by: attempt
        )
        #expect(outcome == .success(0), "\(name)")
    }

    /// A history has more of them than a buyer may ask for.
    private static let refunds = Canceller.theOperator(reason: "history")

    func refund(_ name: String, atMs: Int64) async throws {
        let payment = try #require(try await payments.payment(name))
        let buyer = try #require(UserID(payment.user))
        let back = try await payments.take(
            payment,
            from: buyer,
            Self.refunds,
            atMs: atMs,
            on: sides[0].loop
        )
        #expect(try back.get() == 0)
    }

    /// Orders so much of each, as order `name`.
    func order(_ wish: [String: Int64], as name: String, atMs: Int64) async throws -> Order {
        let lines = try wish.sorted { $0.key < $1.key }.map {
            Order.PaidLine(line: OrderLine(product: try product($0), quantity: $1), price: 0)
        }
        for paid in lines {
            var change = ProductChange()
            (change.name, change.price, change.stock) = ("It", 0, 1_000_000)
            _ = try await shop.put(change, of: paid.line.product)
        }
        let order = Order(
            id: name,
            lines: lines,
            amount: 0,
            coupon: nil,
            discount: 0,
            state: .paid,
            paidAt: Timestamp(milliseconds: atMs)
        )
        let attempt = Attempt(user: try user("ann"), key: name, fingerprint: "")
        #expect(try await shop.place(order, by: attempt) == .success(0))
        return order
    }

    func cancel(_ order: Order, atMs: Int64) async throws {
        let ann = try user("ann")
        let back = try await shop.take(
            order,
            from: ann,
            Self.refunds,
            atMs: atMs,
            on: sides[0].loop
        )
        #expect(try back.get() == 0)
    }

    func sellout(_ name: String = "evening") async throws -> SelloutRow {
        try #require(try await ledger.sellouts.sellouts(and: [performance(name)]).first)
    }

    /// T90 and T100.
    func crossings(_ name: String = "evening") async throws -> [Int64?] {
        let row = try await sellout(name)
        return [row.t90Ms, row.t100Ms]
    }

    /// Numbers what was committed and reads all that it did to scores.
    func scoreEvents() async throws -> [ScoreEvent] {
        while try await outbox.number().isMore {}
        var all: [ScoreEvent] = []
        var number: Int64 = 0
        while true {
            let part = try await outbox.events(after: number, limit: 100)
            guard let last = part.last else { return all }
            all += try ScoreEvent.all(of: part)
            number = last.number
        }
    }
}
