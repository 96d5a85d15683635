import Payments
import Values

/// So many of one product.
package struct OrderLine: Equatable, Sendable {
    var product: ProductID
    package var quantity: Int64

    package init(product: ProductID, quantity: Int64) {
        self.product = product
        self.quantity = quantity
    }

    static let quantityRange: ClosedRange<Int64> = 1...10_000
    /// Products of one order: each is a row that other orders wait for.
    static let linesMax = 50
}

/// A paid order; it outlives a cancel.
struct Order: Equatable, Sendable {
    /// A line as it was paid.
    struct PaidLine: Equatable, Sendable {
        var line: OrderLine
        /// Points for one.
        var price: Int64
    }

    /// Orders that one user may cancel in a day. To order and cancel writes rows that stay: a loop
    /// of 20 some 160 a day.
    static let cancelsPerDayMax: Int64 = 20

    var id: String
    var lines: [PaidLine]
    /// What was paid.
    var amount: Int64
    var coupon: CouponID?
    /// What the coupon took off.
    var discount: Int64
    var state: Payment.State
    var paidAt: Timestamp
}

package struct OrderReceipt: Equatable, Sendable {
    var order: Order
    /// The user's points after it.
    var balance: Int64
}

/// Why there is no order: nothing of it was done. Stored as a text, the product's name behind a
/// colon.
package enum OrderRefusal: Equatable, Sendable {
    case insufficientPoints
    /// There is not so much left of this product.
    case outOfStock(ProductID)
    /// There is no such coupon, it is not the user's, or it was used.
    case couponNotUsable
    case unknownProduct(ProductID)
    /// The lines come to more than 2^53 points.
    case amountLimit
}

extension OrderRefusal: RawRepresentable {
    package init?(rawValue: String) {
        let parts = rawValue.split(separator: ":", maxSplits: 1).map(String.init)
        let product = parts.count == 2 ? ProductID(parts[1]) : nil
        switch (parts.first, product) {
        case ("out_of_stock", let product?): self = .outOfStock(product)
        case ("not_found", let product?): self = .unknownProduct(product)
        case ("insufficient_points", nil): self = .insufficientPoints
        case ("coupon_not_usable", nil): self = .couponNotUsable
        case ("amount_limit", nil): self = .amountLimit
        default: return nil
        }
    }

    package var rawValue: String {
        switch self {
        case .insufficientPoints: "insufficient_points"
        case .outOfStock(let product): "out_of_stock:\(product)"
        case .couponNotUsable: "coupon_not_usable"
        case .unknownProduct(let product): "not_found:\(product)"
        case .amountLimit: "amount_limit"
        }
    }
}
