import EventLoop

/// Reads the map and every buyer's account once all is over.
struct LastReader {
    /// What the ledger knows may take this long to show in the map after an engine was away.
    private static let settleMs = 5_000
    private static let retryMs = 250

    let caller: PatientClient
    let addresses: ShopAddresses
    let options: RehearsalOptions

    func read(_ books: Books) async -> FinalLook {
        var look = FinalLook()
        let visitors = books.shoppers.indices.filter { books.shoppers[$0].hasCome }
        look.accounts = await accounts(visitors)
        let untilNs = caller.loop.clock.monotonicNs() + UInt64(Self.settleMs) * 1_000_000
        while true {
            look.view = await map()
            let owned = look.ownedSeats(of: books.terms.performance)
            let isSettled = look.view.map { $0.sold - books.terms.soldBefore == owned } ?? false
            guard !isSettled, caller.loop.clock.monotonicNs() < untilNs else { return look }
            await caller.loop.sleep(ms: Self.retryMs)
        }
    }

    private func map() async -> SeatView? {
        let responses = await caller.answers([addresses.request(.look, user: options.user(0))])
        return responses.first.flatMap { SeatView($0.body) }
    }

    private func accounts(_ visitors: [Int]) async -> [Int: FinalLook.Account] {
        let users = visitors.map { options.user($0) }
        let points = await caller.answers(users.map { addresses.request(.balance, user: $0) })
        let lists = await caller.answers(users.map { addresses.payments(user: $0) })
        var accounts: [Int: FinalLook.Account] = [:]
        for (place, visitor) in visitors.enumerated() {
            accounts[visitor] = FinalLook.Account(
                balance: JSONFields(points[place].body)?.whole("balance"),
                payments: lists[place].status == 200 ? ListedPayment.read(lists[place].body) : nil
            )
        }
        return accounts
    }
}

extension FinalLook {
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
