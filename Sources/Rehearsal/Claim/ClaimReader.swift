import EventLoop

/// What the server shows once all is over.
struct ClaimLook: Sendable {
    var view: CouponView?
    /// The coupon's numbers in the visitors' own lists; a visitor whose list could not be read, or
    /// was not looked at, is missing.
    var owned: [Int: [Int]] = [:]
    var unread = 0
    /// Visitors whose lists were not looked at: all of them were refused.
    var skipped = 0

    /// Visitors who have the coupon now and did not have it before.
    func newOwners(_ terms: ClaimBooks.Terms) -> Int {
        owned.count { !$0.value.isEmpty && terms.hadBefore[$0.key] == nil }
    }
}

/// Reads the coupon and the visitors' lists before and after.
struct ClaimReader {
    /// Lists of refused visitors that are looked at, at most: 2 s or so of a server's time. Those
    /// who were told of a coupon, or lost an answer, are all looked at.
    static let refusedMax = 20_000

    let caller: PatientClient
    let addresses: CouponAddresses
    let options: RehearsalOptions
    var settleMs = PatientClient.settleMs

    func read(_ books: ClaimBooks) async -> ClaimLook {
        let visitors = Self.visitors(books, seed: options.seed)
        var look = ClaimLook()
        look.owned = await lists(visitors)
        look.unread = visitors.count - look.owned.count
        look.skipped = books.claimants.count - visitors.count
        await caller.keepTrying(forMs: settleMs, everyMs: 250) {
            let document = await caller.answer(addresses.document)
            look.view = document.status == 200 ? document.object.flatMap(CouponView.init) : nil
            let issued = look.view.map { $0.issued - books.terms.issuedBefore }
            return issued == look.newOwners(books.terms)
        }
        return look
    }

    /// The coupon's numbers by visitor, of those whose list can be read.
    func lists(_ visitors: [Int]) async -> [Int: [Int]] {
        let requests = visitors.map { addresses.owned(user: options.user($0)) }
        var owned: [Int: [Int]] = [:]
        for (visitor, response) in zip(visitors, await caller.answers(requests)) {
            guard response.status == 200 else { continue }
            owned[visitor] = OwnedList.sequences(response.body, of: addresses.coupon)
        }
        return owned
    }

    /// All visitors that may have a coupon, and of the others as many as the limit allows.
    static func visitors(
        _ books: ClaimBooks,
        seed: UInt64,
        refusedMax: Int = refusedMax
    ) -> [Int] {
        let all = books.claimants.indices
        let mayHave = { (visitor: Int) in
            books.claimants[visitor].knows || books.claimants[visitor].lost > 0
        }
        var refused = all.filter { !mayHave($0) && books.claimants[$0].claims > 0 }
        if refused.count > refusedMax {
            var random = SeededRandom(seed: seed)
            refused.shuffle(using: &random)
            refused.removeLast(refused.count - refusedMax)
        }
        return (all.filter(mayHave) + refused).sorted()
    }
}
