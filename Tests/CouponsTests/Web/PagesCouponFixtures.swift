import Values

@testable import Coupons
@testable import Site

/// Coupon pages for tests.
enum CouponOffer {
    private static let nowMs: Int64 = 1_780_000_000_000
    private static let visitor = UserID("web-ann").map { PageVisitor(user: $0, newToken: nil) }
    private static let id: CouponID = {
        guard let id = CouponID("c:1") else { preconditionFailure("a name") }
        return id
    }()

    static func page(
        issued: Int64 = 963,
        discount: Discount = .percent(20),
        name: String = "Welcome",
        startsInMs: Int64? = nil,
        endsInMs: Int64? = nil,
        language: Language = .en
    ) -> CouponPage {
        CouponPage(
            standing: CouponStanding(
                coupon: Coupon(
                    id: id,
                    name: name,
                    quantity: 1_000,
                    discount: discount,
                    startsAt: startsInMs.map { Timestamp(milliseconds: nowMs + $0) },
                    endsAt: endsInMs.map { Timestamp(milliseconds: nowMs + $0) }
                ),
                issued: issued
            ),
            atMs: nowMs,
            language: language,
            visitor: visitor
        )
    }
}

func html(_ page: CouponPage) -> String { String(decoding: page.render(), as: UTF8.self) }
