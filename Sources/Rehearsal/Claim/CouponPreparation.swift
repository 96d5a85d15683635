/// Makes the coupon if it is missing, and looks at it before the first visitor comes.
struct CouponPreparation {
    let caller: PatientClient
    let options: RehearsalOptions
    let addresses: CouponAddresses

    /// What is known of the coupon, or why it cannot be used.
    func run() async throws(SetupProblem) -> ClaimBooks.Terms {
        var document = await caller.answer(addresses.document)
        if document.status == 404, options.adminKeyFile != nil {
            let quantity = options.claims.quantity ?? ClaimOptions.quantityDefault
            let make = addresses.make(quantity: quantity)
            _ = try await caller.require(make, "making the coupon") { $0 }
            // A process may remember for a second that there is none.
            await caller.keepTrying {
                document = await caller.answer(addresses.document)
                return document.status != 404
            }
        }
        guard document.status == 200, let view = document.object.flatMap(CouponView.init) else {
            throw SetupProblem("reading the coupon", document)
        }
        var terms = ClaimBooks.Terms(
            coupon: addresses.coupon,
            quantity: view.quantity,
            issuedBefore: view.issued
        )
        // A seed that is used again meets the visitors it left there.
        guard view.issued > 0 else { return terms }
        let reader = ClaimReader(caller: caller, addresses: addresses, options: options)
        let lists = await reader.lists(Array(0..<options.visitors))
        guard lists.count == options.visitors else {
            let unread = options.visitors - lists.count
            throw SetupProblem(line: "reading the visitors' coupons: \(unread) failed")
        }
        terms.hadBefore = lists.compactMapValues(\.first)
        return terms
    }
}
