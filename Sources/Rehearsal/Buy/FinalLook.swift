import JSON

/// What the server shows when all is over.
struct FinalLook: Equatable, Sendable {
    var view: SeatView?
    /// By visitor; a visitor who never came to the shop has none.
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

/// Reads the map and every account.
struct LastReader {
    let caller: PatientClient
    let addresses: ShopAddresses
    let options: RehearsalOptions

    func read(_ books: Books) async -> FinalLook {
        var look = FinalLook()
        let visitors = books.shoppers.indices.filter { books.shoppers[$0].hasCome }
        look.accounts = await accounts(visitors)
        await caller.keepTrying(forMs: PatientClient.settleMs, everyMs: 250) {
            let map = await caller.answer(addresses.request(.look, user: options.user(0)))
            look.view = SeatView(map.body)
            let owned = look.ownedSeats(of: books.terms.performance)
            return look.view.map { $0.sold - books.terms.soldBefore == owned } ?? false
        }
        return look
    }

    private func accounts(_ visitors: [Int]) async -> [Int: FinalLook.Account] {
        let users = visitors.map { options.user($0) }
        let points = await caller.answers(users.map { addresses.request(.balance, user: $0) })
        let lists = await caller.answers(users.map { addresses.payments(user: $0) })
        var accounts: [Int: FinalLook.Account] = [:]
        for (place, visitor) in visitors.enumerated() {
            accounts[visitor] = FinalLook.Account(
                balance: points[place].object?.whole("balance"),
                payments: lists[place].status == 200 ? ListedPayment.read(lists[place].body) : nil
            )
        }
        return accounts
    }
}
