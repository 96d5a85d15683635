import Values

/// Which list of which board somebody asks for.
struct BoardQuery: Hashable, Sendable {
    /// Of a day, week or month.
    enum Choice: Hashable, Sendable {
        case present
        /// The newest chart that is out: `BoardBook.outAfterMs`.
        case last
        /// `2026-05-01`, `2026-W18`, `2026-05`.
        case named(String)
    }

    var board: BoardID
    /// Nil: days if the board keeps them, else the first that it keeps.
    var window: BoardWindow?
    var period: Choice

    init(_ board: BoardID, window: BoardWindow? = nil, period: Choice = .present) {
        self.board = board
        self.window = window
        self.period = period
    }
}

/// Why there is no such list.
enum BoardObstacle: Error, Equatable, Sendable {
    case unknownBoard
    /// The board does not keep this window.
    case notKept(BoardWindow)
    /// The window has no period of that name, or no periods at all.
    case noSuchPeriod(BoardWindow)
    /// No period of the window has a chart that is out.
    case noChart(BoardWindow)
}

/// A line of a list, and where its member stood before.
struct RankedLine: Equatable, Sendable {
    var entry: RankedEntry
    /// In the period before; nil: it was not in that list, or the window has no periods.
    var previousRank: Int?
    /// The best that it ever was in this window, as far as that was written down, or is now.
    var peakRank: Int

    init(_ entry: RankedEntry, previousRank: Int?, peakRank: Int) {
        self.entry = entry
        self.previousRank = previousRank
        self.peakRank = peakRank
    }
}

/// A stretch of a list.
struct RankedList: Equatable, Sendable {
    var board: BoardID
    var window: BoardWindow
    /// Nil: the window has no periods.
    var period: String?
    /// How long the list is.
    var total: Int
    var lines: [RankedLine]
    /// Summed up from the ledger, because the boards are away or have forgotten it.
    var isFromLedger: Bool
}

/// Where a member stands, and who stands around it.
struct RankedPlace: Equatable, Sendable {
    /// Nil: it is not in the list.
    var line: RankedLine?
    /// With the member itself, in order.
    var around: [RankedLine]
    var isFromLedger: Bool
}
