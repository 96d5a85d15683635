public import Onsale
public import Values

/// Which list of which board somebody asks for.
public struct BoardQuery: Hashable, Sendable {
    /// Of a day, week or month.
    public enum Choice: Hashable, Sendable {
        case present
        /// The newest chart that is out: `BoardBook.outAfterMs`.
        case last
        /// `2026-05-01`, `2026-W18`, `2026-05`.
        case named(String)
    }

    public var board: BoardID
    /// Nil: days if the board keeps them, else the first that it keeps.
    public var window: BoardWindow?
    public var period: Choice

    public init(_ board: BoardID, window: BoardWindow? = nil, period: Choice = .present) {
        self.board = board
        self.window = window
        self.period = period
    }
}

/// Why there is no such list.
public enum BoardObstacle: Error, Equatable, Sendable {
    case unknownBoard
    /// The board does not keep this window.
    case notKept(BoardWindow)
    /// The window has no period of that name, or no periods at all.
    case noSuchPeriod(BoardWindow)
    /// No period of the window has a chart that is out.
    case noChart(BoardWindow)
}

/// A line of a list, and where its member stood before.
public struct RankedLine: Equatable, Sendable {
    public var entry: RankedEntry
    /// In the period before; nil: it was not in that list, or the window has no periods.
    public var previousRank: Int?
    /// The best that it ever was in this window, as far as that was written down, or is now.
    public var peakRank: Int

    public init(_ entry: RankedEntry, previousRank: Int?, peakRank: Int) {
        self.entry = entry
        self.previousRank = previousRank
        self.peakRank = peakRank
    }
}

/// A stretch of a list.
public struct RankedList: Equatable, Sendable {
    public var board: BoardID
    public var window: BoardWindow
    /// Nil: the window has no periods.
    public var period: String?
    /// How long the list is.
    public var total: Int
    public var lines: [RankedLine]
    /// Summed up from the ledger, because the boards are away or have forgotten it.
    public var isFromLedger: Bool
}

/// Where a member stands, and who stands around it.
public struct RankedPlace: Equatable, Sendable {
    /// Nil: it is not in the list.
    public var line: RankedLine?
    /// With the member itself, in order.
    public var around: [RankedLine]
    public var isFromLedger: Bool
}
