import EventLoop

/// Makes the coupon if it is missing, and looks at it before the first visitor comes.
struct CouponPreparation {
    let caller: PatientClient
    let options: RehearsalOptions
    let addresses: CouponAddresses

    /// Answers what is known of the coupon, or why it cannot be used.
    func run() async -> Result<ClaimBooks.Terms, SetupProblem> {
        var document = await caller.answer(addresses.document)
        if document.status == 404, options.adminKeyFile != nil {
            let quantity = options.claims.quantity ?? ClaimOptions.quantityDefault
            let made = await caller.answer(addresses.make(quantity: quantity))
            guard made.status == 200 else {
                return .failure(SetupProblem("making the coupon", made))
            }
            document = await appearing()
        }
        guard document.status == 200, let view = CouponView(document.body) else {
            return .failure(SetupProblem("reading the coupon", document))
        }
        var terms = ClaimBooks.Terms(
            coupon: addresses.coupon,
            quantity: view.quantity,
            issuedBefore: view.issued
        )
        // A seed that is used again meets the visitors it left there.
        guard view.issued > 0 else { return .success(terms) }
        let reader = ClaimReader(caller: caller, addresses: addresses, options: options)
        let lists = await reader.lists(Array(0..<options.visitors))
        guard lists.count == options.visitors else {
            let unread = options.visitors - lists.count
            return .failure(SetupProblem(line: "reading the visitors' coupons: \(unread) failed"))
        }
        terms.hadBefore = lists.compactMapValues(\.first)
        return .success(terms)
    }

    /// The document once it shows the new coupon: a process may remember for a second that there
    /// is none.
    private func appearing() async -> Response {
        let untilNs = caller.loop.clock.monotonicNs() + UInt64(PatientClient.patienceMs) * 1_000_000
        while true {
            let document = await caller.answer(addresses.document)
            guard document.status == 404, caller.loop.clock.monotonicNs() < untilNs else {
                return document
            }
            await caller.loop.sleep(ms: PatientClient.retryMs)
        }
    }
}
