import Coupons
import Engines
import HTTP
import Points
import Site
import Values

/// The shop page, complete without a script. What its forms do is in ShopForms.swift.
extension ShopHandlers {
    /// `GET /shop`
    func shopPage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        do throws(Refusal) {
            let visitor = try pageVisitor(request)
            let page = try await shopPage(visitor, request)
            return respond(page.render(), to: visitor, request)
        } catch {
            return try shopTroublePage(error, request)
        }
    }

    /// The page as things stand, without a notice.
    func shopPage(_ visitor: PageVisitor?, _ request: HTTPRequest)
        async throws(Refusal) -> ShopPage
    {
        let products = try await stored { () async throws(StoreError) in
            try await shopStore.products(PageRequest(limit: ShopPage.productsMax)).entries
        }
        var page = ShopPage(language: language(request), visitor: visitor, products: products)
        if let visitor {
            (page.balance, page.coupons) = try await stored { () async throws(StoreError) in
                (
                    try await pointStore.balance(of: visitor.user),
                    try await usableCoupons(of: visitor.user)
                )
            }
        }
        return page
    }

    /// The page when it has to tell of something that was done or sent: also while what else
    /// stands on it cannot be read.
    func shopPageAnyhow(_ visitor: PageVisitor?, _ request: HTTPRequest)
        async throws(Refusal) -> ShopPage
    {
        do throws(Refusal) {
            return try await shopPage(visitor, request)
        } catch {
            guard error.isMomentary else { throw error }
            return ShopPage(language: language(request), visitor: visitor, products: nil)
        }
    }

    /// The newest that were not used.
    private func usableCoupons(of user: UserID) async throws(StoreError) -> [ShopPage.Usable] {
        var usable: [ShopPage.Usable] = []
        for owned in try await coupons.usable(by: user, max: ShopPage.couponsMax) {
            guard let (standing, _) = try await coupons.standing(owned.coupon) else { continue }
            usable.append(
                ShopPage.Usable(
                    coupon: owned.coupon,
                    sequence: owned.sequence,
                    name: standing.coupon.name,
                    discount: standing.coupon.discount
                )
            )
        }
        return usable
    }

    func shopTroublePage(_ refusal: Refusal, _ request: HTTPRequest)
        throws(Refusal) -> HTTPResponse
    {
        let words = Words.shop[language(request)]
        return try troublePage(
            refusal,
            request,
            headline: words["labels.unavailable"],
            lead: words["notices.unavailable"],
            address: ShopPage.address
        )
    }
}
