public import Values

public struct Product: Equatable, Sendable {
    public var id: ProductID
    public var name: String
    /// Points for one.
    public var price: Int64
    /// What is left.
    public var stock: Int64

    public init(id: ProductID, name: String, price: Int64, stock: Int64) {
        self.id = id
        self.name = name
        self.price = price
        self.stock = stock
    }

    public static let stockRange: ClosedRange<Int64> = 0...1_000_000_000
}

/// What to change of a product that sells; nil: it stays.
public struct ProductPatch: Equatable, Sendable {
    public var name: String?
    public var price: Int64?
    /// Comes to what is left, whatever that is then; negative: it goes.
    public var stockAdded: Int64 = 0

    public init() {}

    public static let addedRange: ClosedRange<Int64> = -1_000_000_000...1_000_000_000
}

/// Fields of `Product` to set; the ones left nil keep their value. A new one needs all.
public struct ProductChange: Equatable, Sendable {
    public var name: String?
    public var price: Int64?
    public var stock: Int64?

    public init() {}
}
