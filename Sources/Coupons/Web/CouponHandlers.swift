import HTTP
import Site

/// Coupons over HTTP.
package final class CouponHandlers: Handlers {
    package let site: Site
    package let coupons: CouponStore

    init(site: Site, coupons: CouponStore) {
        self.site = site
        self.coupons = coupons
    }
}

extension CouponHandlers {
    /// Every path that it answers.
    package static let table: [Route<CouponHandlers>] = [
        // Programs
        Route(.get, "/api/v1/coupons/{coupon}") { $0.coupon },
        Route(.post, "/api/v1/coupons/{coupon}/claims") { $0.claim },
        Route(.get, "/api/v1/users/me/coupons") { $0.ownCoupons }.counted(as: .list),

        // The operator
        Route(.put, "/admin/v1/coupons/{coupon}") { $0.putCoupon },
        Route(.get, "/admin/v1/coupons/{coupon}") { $0.adminCoupon },

        // Pages
        Route(.get, "/coupons/{coupon}") { $0.couponPage },
        Route(.post, "/coupons/{coupon}/claim") { $0.claimForm },
    ]
    package static let openAPI: String? = "Coupons/openapi.json"

    package static var assets: [PageAsset] { PageAsset.ofCoupons }
}
