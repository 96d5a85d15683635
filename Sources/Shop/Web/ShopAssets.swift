import Assets
import Coupons
import Site

/// The files of its pages.
extension PageAsset {
    static let shopRules = script("Shop/pages/shop-rules.js")
    static let shopScript = script("Shop/pages/shop.js")

    static let ofShop = [
        shopRules, shopScript,
    ]
    static let ofShopPage = [
        words, callsRules, calls, parts, shopRules, shopScript, style, shopStyle,
    ]
}

extension Template {
    static let shop = inEachLanguage("Shop/pages/shop.html", Words.shop)
    static let shopProduct = Template(Asset.bytes("Shop/pages/shop-product.html"))
    static let shopCoupon = Template(Asset.bytes("Shop/pages/shop-coupon.html"))
}

extension Words {
    package static let shop = files(
        "Shop",
        shared: [
            "points", "notices.balanceLimit", "notices.badAmount", "notices.charged",
            "notices.failed",
        ]
    )
}
