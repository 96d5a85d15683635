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
