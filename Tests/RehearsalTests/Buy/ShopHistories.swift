@testable import Rehearsal

/// Builds what buyers would have been told, in milliseconds.
struct ShopHistory {
    var books: Books
    var last = FinalLook()
    var records: [VisitorRecord]
    var clock = ServerClock()
    var hadOutage = false
    private static let ms: Int64 = 1_000_000

    init(visitors: Int = 3, seats: Int = 10, limit: Int = 4, hasRoom: Bool = true) {
        books = Books(
            visitors: visitors,
            terms: SaleTerms(
                performance: "demo",
                room: hasRoom ? "demo" : nil,
                price: 10,
                seats: seats,
                limit: limit
            )
        )
        records = Array(repeating: VisitorRecord(), count: visitors)
        // The server's clock is the rehearsal's, as far as anybody can know.
        clock.note(serverMs: 0, sentNs: 0, receivedNs: 0)
        for visitor in 0..<visitors { books.admitted(visitor, atNs: 0) }
    }

    mutating func note(
        _ visitor: Int,
        _ errand: Errand,
        _ reply: ShopReply,
        subject: String = "",
        at sentMs: Int64,
        until receivedMs: Int64? = nil
    ) {
        let sentNs = sentMs * Self.ms
        books.sent(errand, subject: subject, by: visitor, atNs: sentNs)
        books.note(
            Deed(
                visitor: visitor,
                errand: errand,
                subject: subject,
                sentNs: sentNs,
                receivedNs: (receivedMs ?? sentMs + 1) * Self.ms,
                reply: reply
            ),
            clock: clock
        )
    }

    mutating func charge(_ visitor: Int, _ amount: Int, key: Int = 1, at ms: Int64 = 0) {
        note(visitor, .charge(amount, key: key), .balance(amount), at: ms)
    }

    mutating func hold(
        _ visitor: Int,
        _ token: String,
        _ seats: [Int],
        at ms: Int64,
        expiresMs: Int64 = 300_000
    ) {
        let held = HeldSeats(
            token: token,
            seats: seats,
            amount: 10 * seats.count,
            expiresAtMs: expiresMs
        )
        note(visitor, .hold(seats), .held(held), at: ms)
    }

    mutating func pay(
        _ visitor: Int,
        _ token: String,
        _ payment: String,
        _ seats: [Int],
        key: Int = 2,
        balance: Int = 0,
        at ms: Int64
    ) {
        let receipt = ReceiptAnswer(
            payment: payment,
            hold: token,
            seats: seats,
            amount: 10 * seats.count,
            balance: balance
        )
        note(visitor, .pay(key: key), .paid(receipt), subject: token, at: ms)
    }

    mutating func cancel(
        _ visitor: Int,
        _ payment: String,
        balance: Int,
        key: Int = 3,
        at ms: Int64
    ) {
        let reply = ShopReply.cancelled(payment: payment, balance: balance)
        note(visitor, .cancel(key: key), reply, subject: payment, at: ms)
    }

    mutating func map(_ visitor: Int, _ states: [SeatView.State], at ms: Int64) {
        note(visitor, .look, .map(SeatView(states: states, price: 10)), at: ms)
    }

    /// The last look of a server that kept every promise about what was told.
    mutating func lookHonestly() {
        var states = Array(repeating: SeatView.State.free, count: books.terms.seats)
        for sale in books.sales where !sale.isCancelled {
            for seat in sale.seats { states[seat - 1] = .sold }
        }
        last.view = SeatView(states: states, price: 10)
        for (visitor, shopper) in books.shoppers.enumerated() where shopper.hasCome {
            let payments = books.sales.filter { $0.visitor == visitor }.map { sale in
                var listed = ListedPayment(
                    payment: sale.payment,
                    performance: "demo",
                    seats: sale.seats,
                    amount: sale.amount
                )
                listed.hold = sale.hold
                listed.isCancelled = sale.isCancelled
                return listed
            }
            last.accounts[visitor] = FinalLook.Account(
                balance: shopper.balance,
                payments: payments
            )
        }
    }

    var promises: [Promise] {
        SeatPromises(books: books, last: last, hadOutage: hadOutage).all
            + PointPromises(books: books, last: last).all
            + DoorPromises(books: books, records: records, hadOutage: hadOutage).all
    }

    var broken: [String] { promises.filter { $0.verdict == .broken }.map(\.code) }

    func verdict(_ code: String) -> Promise.Verdict? {
        promises.first { $0.code == code }?.verdict
    }

    /// Visitor 0 buys seats 1 and 2, visitor 1 buys seat 3, and all is well.
    static var honest: ShopHistory {
        var history = ShopHistory()
        history.charge(0, 50)
        history.charge(1, 10)
        history.hold(0, "a", [2, 1], at: 10)
        history.hold(1, "b", [3], at: 10)
        history.pay(0, "a", "p", [1, 2], balance: 30, at: 20)
        history.pay(1, "b", "q", [3], balance: 0, at: 20)
        history.lookHonestly()
        return history
    }
}
