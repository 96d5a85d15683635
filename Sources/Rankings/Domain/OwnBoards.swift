import Values

/// The boards that are there from the start: a sale keeps them, nobody else changes their scores.
extension BoardID {
    /// Seats sold, by performance.
    static let concerts = named(Board.concerts)
    /// Units sold, by product.
    static let products = named(Board.products)

    var isKeptBySales: Bool { self == .concerts || self == .products }

    private static func named(_ name: String) -> BoardID {
        guard let id = BoardID(name) else { preconditionFailure("a board called \(name)") }
        return id
    }
}
