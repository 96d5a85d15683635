import Values

/// What is ranked, over which windows, in whose days.
package struct Board: Equatable, Sendable {
    package var id: BoardID
    /// In the order of `BoardWindow.allCases`, each once, at least one.
    var windows: [BoardWindow]
    /// `Asia/Seoul`: its midnights turn the periods.
    var timeZone: String

    /// Seats sold, by performance; kept by the sale itself.
    static let concerts = "concerts"
    /// Units sold, by product; kept by the shop itself.
    static let products = "products"
    static let defaultTimeZone = "UTC"
}

/// A line of a list.
struct RankedEntry: Equatable, Sendable {
    /// From 1, without gaps.
    var rank: Int
    var member: String
    var score: Int64
}

/// Where a member of a board stood at an instant: a point of its history.
struct RankPoint: Equatable, Sendable {
    var at: Timestamp
    /// From 1.
    var rank: Int
    var score: Int64
}

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
