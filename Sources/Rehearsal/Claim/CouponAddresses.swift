/// The requests of the contract for one coupon.
struct CouponAddresses: Sendable {
    let coupon: String
    private let api: String
    private let settings: String
    private let operatorHeader: [String]

    init(url: String, coupon: String, adminKey: String?) {
        self.coupon = coupon
        api = url + "/api/v1"
        settings = "\(url)/admin/v1/coupons/\(coupon)"
        operatorHeader = adminKey.map { ["Authorization: Bearer " + $0] } ?? []
    }

    var document: Request { Request(method: .get, url: "\(api)/coupons/\(coupon)") }

    func claim(user: String, hangUpMs: Int? = nil) -> Request {
        var request = Request(
            method: .post,
            url: "\(api)/coupons/\(coupon)/claims",
            headers: ["X-User-Id: " + user]
        )
        request.hangUpMs = hangUpMs
        return request
    }

    func lie(_ lie: ClaimLie, user: String) -> Request {
        switch lie {
        case .unknownCoupon:
            // The user's name is in it: nobody can have made a coupon of that name.
            Request(
                method: .post,
                url: "\(api)/coupons/no-such-\(user)/claims",
                headers: ["X-User-Id: " + user]
            )
        case .nobody: Request(method: .post, url: "\(api)/coupons/\(coupon)/claims")
        }
    }

    func owned(user: String) -> Request {
        Request(
            method: .get,
            url: api + "/users/me/coupons?limit=200",
            headers: ["X-User-Id: " + user]
        )
    }

    /// Makes the coupon. Its discount is the least there is: what it is worth is not rehearsed.
    func make(quantity: Int) -> Request {
        var text = JSONText()
        text.object { text in
            text.add("name", coupon)
            text.add("quantity", quantity)
            text.add("discountAmount", 1)
        }
        return Request(method: .put, url: settings, headers: operatorHeader, body: text.bytes)
    }
}
