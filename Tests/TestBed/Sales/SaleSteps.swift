import Crypto
import EventLoop
import SQL
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Payments
@testable import Points
@testable import Seats
@testable import Shop

/// What tests of sales do again and again.
extension SaleBed {
    static let evening: PerformanceID = {
        guard let id = PerformanceID("evening") else { preconditionFailure("a name") }
        return id
    }()
    static let price: Int64 = 70_000

    /// A concert with one performance.
    func open(
        seats: Int = 50,
        room: RoomID? = nil,
        holdSeconds: Int64 = 300,
        maxSeatsPerUser: Int = 4,
        price: Int64 = SaleBed.price
    ) async throws {
        let concert = try #require(ConcertID("c1"))
        try await first.concerts.put(Concert(id: concert, title: "A night"))
        var change = PerformanceChange()
        change.concert = concert
        change.date = "2026-12-24"
        change.seats = seats
        change.price = price
        change.room = .some(room)
        change.holdSeconds = holdSeconds
        change.maxSeatsPerUser = maxSeatsPerUser
        guard case .put = try await first.concerts.put(change, of: Self.evening) else {
            Issue.record("the performance was not put")
            return
        }
    }

    func attempt(_ user: UserID, _ key: String, body: String = "") -> Attempt {
        let fingerprint = Base64URL.encodeString(SHA256.hash(Array((key + body).utf8)))
        return Attempt(user: user, key: key, fingerprint: fingerprint)
    }

    func charge(_ user: UserID, _ amount: Int64, key: String = "charge") async throws {
        let outcome = try await first.points.charge(amount, by: attempt(user, key))
        guard case .done = outcome else {
            Issue.record("charge: \(outcome)")
            return
        }
    }

    func hold(_ seats: [Int], for user: UserID, by side: Int = 0) async throws -> Hold {
        let outcome = try await at(side).seats.hold(seats, of: Self.evening, for: user)
        guard case .held(let hold) = outcome else { throw Unexpected(what: "\(outcome)") }
        return hold
    }

    func pay(
        _ hold: Hold,
        _ user: UserID,
        key: String = "pay",
        coupon: CouponID? = nil,
        by side: Int = 0
    ) async throws -> AttemptOutcome<PaymentReceipt, PaymentRefusal> {
        let attempt = attempt(user, key, body: hold.token + (coupon?.raw ?? ""))
        return try await at(side).payments.pay(hold.token, coupon: coupon, by: attempt)
    }

    func receipt(_ hold: Hold, _ user: UserID, key: String = "pay", by side: Int = 0)
        async throws -> PaymentReceipt
    {
        let outcome = try await pay(hold, user, key: key, by: side)
        guard case .done(let receipt) = outcome else { throw Unexpected(what: "\(outcome)") }
        return receipt
    }

    func cancel(_ payment: String, _ user: UserID, key: String, by side: Int = 0)
        async throws -> AttemptOutcome<CancelReceipt, CancelRefusal>
    {
        try await at(side).payments.cancel(payment, by: attempt(user, key, body: payment))
    }

    /// `f`, `h`, `s` for the seats from 1 up.
    func map(by side: Int = 0) async throws -> String {
        let outcome = try await at(side).seats.map(Self.evening, knownVersion: nil)
        guard case .map(let map) = outcome else { throw Unexpected(what: "\(outcome)") }
        return String(decoding: map.states, as: UTF8.self)
    }

    func number(_ statement: SQL) async throws -> Int64 {
        try await sides[0].database.rows(statement)[0].integer(0)
    }

    /// Every promise of the ledger that does not hold.
    func broken() async -> [AuditLine] {
        await LedgerAudit(sides[0].database).lines(LedgerCheck.all).filter { $0.finding != .kept }
    }

    struct Unexpected: Error { let what: String }
}

extension PaymentLedger {
    /// Takes a payment back in the ledger only.
    func take(
        _ payment: PaymentRow,
        from user: UserID,
        _ canceller: Canceller,
        atMs: Int64 = 1,
        on loop: EventLoop
    ) async throws(StoreError) -> Result<Int64, CancelObstacle> {
        let entry = cancel(payment, of: user, by: canceller, atMs: atMs)
        return try await Cancels(database, on: loop)
            .commit(entry, of: payment.id, user, by: canceller, atMs: atMs)
    }
}

extension ShopLedger {
    /// Takes an order back in the ledger only.
    func take(
        _ order: Order,
        from user: UserID,
        _ canceller: Canceller,
        atMs: Int64 = 1,
        on loop: EventLoop
    ) async throws(StoreError) -> Result<Int64, CancelObstacle> {
        let entry = cancel(order, of: user, by: canceller, atMs: atMs)
        return try await Cancels(database, on: loop)
            .commit(entry, of: order.id, user, by: canceller, atMs: atMs)
    }
}

extension Cancels {
    fileprivate init(_ database: any Database, on loop: EventLoop) {
        self.init(
            points: PointLedger(database),
            attempts: Attempts(database, inFlight: AttemptsInFlight(), on: loop)
        )
    }
}
