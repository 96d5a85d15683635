import JSON

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
        operatorHeader = Request.operatorHeader(adminKey)
    }

    var document: Request { Request(.get, "\(api)/coupons/\(coupon)") }

    func claim(user: String, hangUpMs: Int? = nil) -> Request {
        var request = Request(.post, "\(api)/coupons/\(coupon)/claims", Request.userHeader(user))
        request.hangUpMs = hangUpMs
        return request
    }

    func lie(_ lie: ClaimLie, user: String) -> Request {
        switch lie {
        case .unknownCoupon:
            // The user's name is in it: nobody can have made a coupon of that name.
            Request(.post, "\(api)/coupons/no-such-\(user)/claims", Request.userHeader(user))
        case .nobody: Request(.post, "\(api)/coupons/\(coupon)/claims")
        }
    }

    func owned(user: String) -> Request {
        Request(.get, api + "/users/me/coupons?limit=200", Request.userHeader(user))
    }

    /// Makes the coupon. Its discount is the least there is: what it is worth is not rehearsed.
    func make(quantity: Int) -> Request {
        let body = JSONWriter.object { json in
            json.field("name", coupon)
            json.field("quantity", quantity)
            json.field("discountAmount", 1)
        }
        return Request(.put, settings, operatorHeader, body: body)
    }
}
