public import Values

/// So many of one product.
public struct OrderLine: Equatable, Sendable {
    public var product: ProductID
    public var quantity: Int64

    public init(product: ProductID, quantity: Int64) {
        self.product = product
        self.quantity = quantity
    }

    public static let quantityRange: ClosedRange<Int64> = 1...10_000
    /// Products of one order: each is a row that other orders wait for.
    public static let linesMax = 50
}

/// A paid order; it outlives a cancel.
public struct Order: Equatable, Sendable {
    /// A line as it was paid.
    public struct PaidLine: Equatable, Sendable {
        public var line: OrderLine
        /// Points for one.
        public var price: Int64

        public init(line: OrderLine, price: Int64) {
            self.line = line
            self.price = price
        }
    }

    /// Orders that one user may cancel in a day. To order and cancel writes rows that stay: a loop
    /// of 20 some 160 a day.
    public static let cancelsPerDayMax: Int64 = 20

    public var id: String
    public var lines: [PaidLine]
    /// What was paid.
    public var amount: Int64
    public var coupon: CouponID?
    /// What the coupon took off.
    public var discount: Int64
    public var state: Payment.State
    public var paidAt: Timestamp

    public init(
        id: String,
        lines: [PaidLine],
        amount: Int64,
        coupon: CouponID?,
        discount: Int64,
        state: Payment.State,
        paidAt: Timestamp
    ) {
        self.id = id
        self.lines = lines
        self.amount = amount
        self.coupon = coupon
        self.discount = discount
        self.state = state
        self.paidAt = paidAt
    }
}

public struct OrderReceipt: Equatable, Sendable {
    public var order: Order
    /// The user's points after it.
    public var balance: Int64

    public init(order: Order, balance: Int64) {
        self.order = order
        self.balance = balance
    }
}

/// Why there is no order: nothing of it was done. Stored as a text, the product's name behind a
/// colon.
public enum OrderRefusal: Equatable, Sendable {
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
    public init?(rawValue: String) {
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

    public var rawValue: String {
        switch self {
        case .insufficientPoints: "insufficient_points"
        case .outOfStock(let product): "out_of_stock:\(product)"
        case .couponNotUsable: "coupon_not_usable"
        case .unknownProduct(let product): "not_found:\(product)"
        case .amountLimit: "amount_limit"
        }
    }
}
