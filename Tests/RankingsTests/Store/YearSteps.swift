import Testing
import Values

@testable import Ledger
@testable import Payments
@testable import Rankings
@testable import Seats
@testable import Shop
@testable import TestKit
@testable import TestSales

/// What happens in a year, by the ways that requests take; each is written into the book once.
extension YearHistory {
    func act() async throws {
        switch below(10) {
        case 0..<3: try await order()
        case 3..<5: try await sell()
        case 5: try await cancelOrder()
        case 6: try await cancelPayment()
        default: try await play()
        }
    }

    private func newUser() throws -> UserID {
        names += 1
        return try user("u\(names)")
    }

    /// Whether it is sent again, as by a browser that has not heard the answer.
    private var isRepeated: Bool { below(6) == 0 }

    private func order() async throws {
        let user = try newUser()
        var wish: [String: Int64] = [:]
        for _ in 0...below(3) { wish["t\(below(6))"] = Int64(1 + below(3)) }
        var receipts: [OrderReceipt] = []
        for _ in 0...(isRepeated ? 1 : 0) {
            let outcome = try await bed.bed.order(wish, user, by: below(2))
            guard case .done(let receipt) = outcome else {
                throw SaleBed.Unexpected(what: "\(outcome)")
            }
            receipts.append(receipt)
        }
        let order = receipts[0].order
        #expect(receipts.allSatisfy { $0.order.id == order.id })
        for (product, units) in wish {
            book.write(.products, product, .add(units), countsAtMs: bed.nowMs, atMs: bed.nowMs)
        }
        orders.append((order, user))
    }

    /// Mostly of the last days, sometimes of months ago.
    private func pick(of count: Int) -> Int? {
        guard count > 0 else { return nil }
        return below(4) == 0 ? below(count) : max(0, count - 1 - below(30))
    }

    private func cancelOrder() async throws {
        guard let index = pick(of: orders.count) else { return }
        let (order, user) = orders.remove(at: index)
        for time in 0...(isRepeated ? 1 : 0) {
            let outcome = try await bed.bed
                .cancel(order: order.id, user, key: "back \(time)", by: below(2))
            #expect(outcome.isDone, "\(outcome)")
        }
        for paid in order.lines {
            book.write(
                .products,
                paid.line.product.raw,
                .add(-paid.line.quantity),
                countsAtMs: order.paidAt.milliseconds,
                atMs: bed.nowMs
            )
        }
    }

    func open(_ id: PerformanceID, seats count: Int) async throws {
        let concert = try #require(ConcertID("c1"))
        let concerts = bed.bed.first.concerts
        try await concerts.put(Concert(id: concert, title: "A night"))
        var change = PerformanceChange()
        change.concert = concert
        change.date = "2027-12-24"
        change.seats = count
        change.price = 0
        guard case .put = try await concerts.put(change, of: id) else {
            throw SaleBed.Unexpected(what: "\(id) was not put")
        }
        let old = seats[id] ?? (0, [])
        seats[id] = (count, old.free + Array(old.count + 1...count))
    }

    /// Sales and refunds only, of the one performance.
    func trade() async throws {
        switch below(6) {
        case 0..<2: try await order()
        case 2..<4: try await sell(1 + below(4), of: performance("p0"), as: newUser())
        case 4: try await cancelOrder()
        default: try await cancelPayment()
        }
    }

    private func sell() async throws {
        let id = try performance("p\(below(4))")
        guard let known = seats[id] else { return }
        // More seats after the sell-out.
        guard !known.free.isEmpty else { return try await open(id, seats: known.count + 100) }
        try await sell(min(known.free.count, 1 + below(4)), of: id, as: newUser())
    }

    /// The last payment of somebody.
    func payment(of user: UserID) throws -> String {
        try #require(payments.last { $0.user == user }).payment.id
    }

    func free(_ numbers: [Int], of id: PerformanceID) { seats[id]?.free += numbers }

    /// Some of the free seats.
    func sell(_ count: Int, of id: PerformanceID, as user: UserID) async throws {
        guard let known = seats[id] else { return }
        let numbers = Array(known.free.prefix(count))
        let outcome = try await bed.bed.at(below(2)).seats.hold(numbers, of: id, for: user)
        guard case .held(let hold) = outcome else { throw SaleBed.Unexpected(what: "\(outcome)") }
        let receipt = try await bed.bed.receipt(hold, user, by: below(2))
        if isRepeated {
            let again = try await bed.bed.receipt(hold, user, by: below(2))
            #expect(again.payment.id == receipt.payment.id)
        }
        seats[id] = (known.count, Array(known.free.dropFirst(numbers.count)))
        book.write(
            .concerts,
            id.raw,
            .add(Int64(numbers.count)),
            countsAtMs: bed.nowMs,
            atMs: bed.nowMs
        )
        payments.append((receipt.payment, user))
    }

    private func cancelPayment() async throws {
        guard let index = pick(of: payments.count) else { return }
        let (payment, user) = payments.remove(at: index)
        for time in 0...(isRepeated ? 1 : 0) {
            let outcome = try await bed.bed
                .cancel(payment.id, user, key: "back \(time)", by: below(2))
            guard case .done = outcome else { throw SaleBed.Unexpected(what: "\(outcome)") }
        }
        seats[payment.performance]?.free += payment.seats
        book.write(
            .concerts,
            payment.performance.raw,
            .add(-Int64(payment.seats.count)),
            countsAtMs: payment.paidAt.milliseconds,
            atMs: bed.nowMs
        )
    }

    private func play() async throws {
        if let old = scoreIDs.last, isRepeated {
            let outcome = try await bed.bed.at(below(2)).book.change(old)
            guard case .repeated = outcome else { throw SaleBed.Unexpected(what: "\(outcome)") }
            return
        }
        names += 1
        let units = Int64(below(10)) - 3
        let change = ScoreChange(
            board: Self.game,
            member: try #require(MemberID("m\(below(8))")),
            change: below(4) == 0 ? .set(abs(units)) : .add(units),
            eventID: "e\(names)"
        )
        let outcome = try await bed.bed.at(below(2)).book.change(change)
        // Below nothing it does not go, and then nothing has happened.
        guard case .applied = outcome else { return }
        scoreIDs.append(change)
        let member = change.member.raw
        book.write(Self.game, member, change.change, countsAtMs: bed.nowMs, atMs: bed.nowMs)
    }
}
