import Assets
import Site

/// The files of its pages.
extension PageAsset {
    static let couponRules = script("Coupons/pages/coupon-rules.js")
    static let couponScript = script("Coupons/pages/coupon.js")
    /// The shop's pages look the same.
    package static let shopStyle = sheet("Shop/pages/shop.css")

    static let ofCoupons = [
        couponRules, couponScript, shopStyle,
    ]
    static let ofCouponPage = [
        words, callsRules, calls, parts, couponRules, couponScript, style, shopStyle,
    ]
}

extension Template {
    static let coupon = inEachLanguage("Coupons/pages/coupon.html", Words.coupons)
}

extension Words {
    static let coupons = files("Coupons", shared: ["notices.failed"])
}
