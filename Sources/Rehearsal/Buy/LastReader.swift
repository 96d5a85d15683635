internal import EventLoop

/// Reads the map and every buyer's account once all is over.
struct LastReader {
    /// What the ledger knows may take this long to show in the map after an engine was away.
    private static let settleMs = 5_000
    /// How long a server may be away at the end before its answer is missing.
    private static let patienceMs = 10_000
    private static let retryMs = 250

    let loop: EventLoop
    let client: CurlClient
    let addresses: ShopAddresses
    let options: RehearsalOptions

    func read(_ books: Books) async -> FinalLook {
        var look = FinalLook()
        let visitors = books.shoppers.indices.filter { books.shoppers[$0].hasCome }
        look.accounts = await accounts(visitors)
        let untilNs = loop.clock.monotonicNs() + UInt64(Self.settleMs) * 1_000_000
        while true {
            look.view = await map()
            let owned = look.ownedSeats(of: books.terms.performance)
            let isSettled = look.view.map { $0.sold - books.terms.soldBefore == owned } ?? false
            guard !isSettled, loop.clock.monotonicNs() < untilNs else { return look }
            await loop.sleep(ms: Self.retryMs)
        }
    }

    private func map() async -> SeatView? {
        let responses = await answers([addresses.request(.look, user: options.user(0))])
        return responses.first.flatMap { SeatView($0.body) }
    }

    private func accounts(_ visitors: [Int]) async -> [Int: FinalLook.Account] {
        let users = visitors.map { options.user($0) }
        let points = await answers(users.map { addresses.request(.balance, user: $0) })
        let lists = await answers(users.map { addresses.payments(user: $0) })
        var accounts: [Int: FinalLook.Account] = [:]
        for (place, visitor) in visitors.enumerated() {
            accounts[visitor] = FinalLook.Account(
                balance: JSONFields(points[place].body)?.whole("balance"),
                payments: lists[place].status == 200 ? ListedPayment.read(lists[place].body) : nil
            )
        }
        return accounts
    }

    /// All at once, as far as the client has connections; what failed again, as long as patience
    /// lasts.
    private func answers(_ requests: [Request]) async -> [Response] {
        let untilNs = loop.clock.monotonicNs() + UInt64(Self.patienceMs) * 1_000_000
        var responses = await once(requests)
        while true {
            let failed = responses.indices.filter {
                responses[$0].failure != nil || responses[$0].status == 429
                    || responses[$0].status >= 500
            }
            guard !failed.isEmpty, loop.clock.monotonicNs() < untilNs else { return responses }
            await loop.sleep(ms: Self.retryMs)
            let again = await once(failed.map { requests[$0] })
            for (place, response) in zip(failed, again) { responses[place] = response }
        }
    }

    private func once(_ requests: [Request]) async -> [Response] {
        guard !requests.isEmpty else { return [] }
        let basket = Basket(count: requests.count)
        unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            for (place, request) in requests.enumerated() {
                client.send(request) { response in
                    if basket.put(response, at: place) { unsafe continuation.resume() }
                }
            }
        }
        return basket.responses
    }

    /// Answers that come in any order.
    private final class Basket {
        private(set) var responses: [Response]
        private var missing: Int

        init(count: Int) {
            let none = Response(failure: .other, sentNs: 0, receivedNs: 0)
            responses = Array(repeating: none, count: count)
            missing = count
        }

        /// True with the last one.
        func put(_ response: Response, at place: Int) -> Bool {
            responses[place] = response
            missing -= 1
            return missing == 0
        }
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
