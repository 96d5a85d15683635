import JSON

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
