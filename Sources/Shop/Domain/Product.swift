import Values

package struct Product: Equatable, Sendable {
    package var id: ProductID
    var name: String
    /// Points for one.
    package var price: Int64
    /// What is left.
    package var stock: Int64

    static let stockRange: ClosedRange<Int64> = 0...1_000_000_000
}

/// What to change of a product that sells; nil: it stays.
struct ProductPatch: Equatable, Sendable {
    var name: String?
    var price: Int64?
    /// Comes to what is left, whatever that is then; negative: it goes.
    var stockAdded: Int64 = 0

    init() {}

    static let addedRange: ClosedRange<Int64> = -1_000_000_000...1_000_000_000
}

/// Fields of `Product` to set; the ones left nil keep their value. A new one needs all.
package struct ProductChange: Equatable, Sendable {
    package var name: String?
    package var price: Int64?
    package var stock: Int64?

    package init() {}
}
