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
