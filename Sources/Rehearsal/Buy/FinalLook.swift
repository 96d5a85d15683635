import JSON

/// What the server shows when all is over.
struct FinalLook: Equatable, Sendable {
    var view: SeatView?
    /// By visitor; who never came to the shop has none.
    var accounts: [Int: Account] = [:]

    struct Account: Equatable, Sendable {
        var balance: Int?
        var payments: [ListedPayment]?
    }

    /// Seats of the performance that buyers have by their own lists.
    func ownedSeats(of performance: String) -> Int {
        accounts.values.reduce(0) { sum, account in
            let standing = (account.payments ?? []).filter {
                !$0.isCancelled && $0.performance == performance
            }
            return standing.reduce(sum) { $0 + $1.seats.count }
        }
    }
}

/// One payment as its buyer's list shows it.
struct ListedPayment: Equatable, Sendable {
    var payment: String
    /// Empty if the list does not say.
    var hold = ""
    var performance: String
    /// Ascending.
    var seats: [Int]
    var amount: Int
    var isCancelled = false
}

extension ListedPayment {
    /// All of a list's, whether it stands alone or in an object's `payments`; nil if one cannot be
    /// read.
    static func read(_ bytes: [UInt8]) -> [ListedPayment]? {
        guard let value = try? JSONValue.parse(bytes),
            let items = value.array ?? value["payments"]?.array
        else { return nil }
        let payments = items.compactMap { ListedPayment($0) }
        return payments.count == items.count ? payments : nil
    }

    private init?(_ value: JSONValue) {
        guard let payment = value.string("payment"), let performance = value.string("performance"),
            let seats = value.wholes("seats"), let amount = value.whole("amount"),
            let state = value.string("state")
        else { return nil }
        self.init(
            payment: payment,
            hold: value.string("hold") ?? "",
            performance: performance,
            seats: seats.sorted(),
            amount: amount,
            isCancelled: state == "cancelled"
        )
    }
}
