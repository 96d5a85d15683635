import Coupons
import HTTP
import Points
import Site

/// The shop over HTTP: products, orders and its page.
package final class ShopHandlers: Handlers {
    package let site: Site
    package let shopStore: ShopStore
    let pointStore: PointStore
    let coupons: CouponStore

    init(
        site: Site,
        shopStore: ShopStore,
        pointStore: PointStore,
        coupons: CouponStore
    ) {
        self.site = site
        self.shopStore = shopStore
        self.pointStore = pointStore
        self.coupons = coupons
    }
}

extension ShopHandlers {
    /// Every path that it answers.
    package static let table: [Route<ShopHandlers>] = [
        // Programs
        Route(.get, "/api/v1/products") { $0.products }.counted(as: .list),
        Route(.get, "/api/v1/products/{product}") { $0.product },
        Route(.post, "/api/v1/orders") { $0.order },
        Route(.post, "/api/v1/orders/{order}/cancel") { $0.cancelOrder },
        Route(.get, "/api/v1/users/me/orders") { $0.orders }.counted(as: .list),

        // The operator
        Route(.put, "/admin/v1/products/{product}") { $0.putProduct },
        Route(.patch, "/admin/v1/products/{product}") { $0.patchProduct },
        Route(.get, "/admin/v1/products/{product}") { $0.adminProduct },
        Route(.post, "/admin/v1/orders/{order}/cancel") { $0.cancelOrderOfUser },

        // Pages
        Route(.get, "/shop") { $0.shopPage },
        Route(.post, "/shop/order") { $0.orderForm },
        Route(.post, "/shop/charge") { $0.shopChargeForm },
    ]
    package static let openAPI: String? = "Shop/openapi.json"

    package static var assets: [PageAsset] { PageAsset.ofShop }
}
