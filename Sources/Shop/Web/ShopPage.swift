import Coupons
import Site
import Values

/// The shop, as the server knows it now: what there is, what this visitor can pay with, and what
/// was just bought. It is complete without a script; `shop.js` spares the reloads.
package struct ShopPage: Sendable {
    /// What is told about what was just tried, or stands in the way.
    enum Notice: Equatable, Sendable {
        case outOfStock(ProductID)
        case insufficientPoints(missing: Int64)
        case payingAgain
        /// One without a value in it.
        case plain(ShopNotice)
    }

    /// A coupon that the visitor can use.
    struct Usable: Equatable, Sendable {
        let coupon: CouponID
        let sequence: Int64
        let name: String
        let discount: Discount
    }

    var language: Language
    /// Nil: nobody that this server knows.
    var visitor: PageVisitor?
    /// Nil while they cannot be read: the page then only tells of an order that was made or sent.
    var products: [Product]?
    var coupons: [Usable] = []
    var balance: Int64?
    /// What the visitor has chosen, also after a refusal.
    var choice = OrderForm()
    /// An order of which it is not known what became: `choice` is sent again with its key.
    var isPending = false
    var receipt: OrderReceipt?
    var notice: Notice?
    /// Points that were asked for in a charge of which it is not known what became.
    var pendingCharge: Int64?
    /// For the forms: a reload that sends one again repeats its key. `pay` is the order's.
    var keys = FormKeys()

    /// Products on the page: more would make a phone slow.
    static let productsMax = 200
    /// Coupons to choose from: each costs a look at its coupon.
    static let couponsMax = 20

    package static let address = "/shop"

    init(language: Language, visitor: PageVisitor?, products: [Product]?) {
        self.language = language
        self.visitor = visitor
        self.products = products
    }

    /// `text/html; charset=utf-8`.
    func render() -> [UInt8] { Template.shop[language].render(values).bytes }

    /// What the page is about; the value of `data-view`.
    enum View: String { case choose, pending }

    var view: View { isPending || pendingCharge != nil ? .pending : .choose }

    /// A product's name, or its identifier where nothing more is known.
    func name(_ product: ProductID) -> String {
        products?.first { $0.id == product }?.name ?? product.raw
    }

    /// Points that the visitor lacks for what they chose; at least one.
    var missing: Int64 {
        let prices = Dictionary(
            (products ?? []).map { ($0.id, $0.price) },
            uniquingKeysWith: { first, _ in first }
        )
        var total: Int64 = 0
        for line in choice.lines {
            guard let cost = Points.cost(prices[line.product] ?? 0, times: line.quantity),
                let sum = Points.sum(total, cost)
            else { return Points.max }
            total = sum
        }
        let off = coupons.first { $0.coupon == choice.coupon }?.discount.off(total) ?? 0
        return max(1, total - off - (balance ?? 0))
    }
}

/// What the shop page can have to say about what was just tried; the script knows the same names.
enum ShopNotice: String, CaseIterable, Sendable {
    case chooseFirst, badQuantity, tooMany, couponNotUsable, unknownProduct, keyUsed,
        stillUnknown, unauthenticated, balanceLimit, badAmount, failed
}

/// An order as a form sends it: `q:PRODUCT=QUANTITY` for each product, and `coupon`.
struct OrderForm: Equatable, Sendable {
    var lines: [OrderLine] = []
    var coupon: CouponID?

    static let prefix = "q:"

    enum Fault: Error { case empty, badQuantity, tooMany, badName }

    init() {}

    /// Fields left empty or at 0 are no lines.
    init(_ form: FormBody) throws(Fault) {
        for (name, value) in form.fields(prefix: Self.prefix) where !value.isEmpty {
            guard let product = ProductID(name), !lines.contains(where: { $0.product == product })
            else { throw .badName }
            guard let quantity = Int64(value) else { throw .badQuantity }
            if quantity == 0 { continue }
            guard OrderLine.quantityRange.contains(quantity) else { throw .badQuantity }
            lines.append(OrderLine(product: product, quantity: quantity))
        }
        if let name = form["coupon"], !name.isEmpty {
            guard let coupon = CouponID(name) else { throw .badName }
            self.coupon = coupon
        }
        guard !lines.isEmpty else { throw .empty }
        guard lines.count <= OrderLine.linesMax else { throw .tooMany }
    }

    /// The same text for the same order, whatever the order of its fields.
    var text: String {
        let lines = lines.map { "\($0.product.raw)=\($0.quantity)" }.sorted()
        // `=` and `&` are in no name.
        return (lines + ["coupon=\(coupon?.raw ?? "")"]).joined(separator: "&")
    }
}
