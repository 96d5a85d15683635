public import Values

/// What is ranked, over which windows, in whose days.
public struct Board: Equatable, Sendable {
    public var id: BoardID
    /// In the order of `BoardWindow.allCases`, each once, at least one.
    public var windows: [BoardWindow]
    /// `Asia/Seoul`: its midnights turn the periods.
    public var timeZone: String

    public init(id: BoardID, windows: [BoardWindow], timeZone: String) {
        self.id = id
        self.windows = windows
        self.timeZone = timeZone
    }

    /// Seats sold, by performance; kept by the sale itself.
    public static let concerts = "concerts"
    /// Units sold, by product; kept by the shop itself.
    public static let products = "products"
    public static let defaultTimeZone = "UTC"
}

/// A line of a list.
public struct RankedEntry: Equatable, Sendable {
    /// From 1, without gaps.
    public var rank: Int
    public var member: String
    public var score: Int64

    public init(rank: Int, member: String, score: Int64) {
        self.rank = rank
        self.member = member
        self.score = score
    }
}
