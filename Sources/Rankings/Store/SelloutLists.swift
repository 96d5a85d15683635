import Engines
import EventLoop
import Values

/// What a list of sell-outs is ordered by.
enum SelloutOrder: String, CaseIterable, Sendable {
    /// `Sellout.isFaster`.
    case t90
    /// Seats sold.
    case sold
}

/// A list of sell-outs at a moment.
struct SelloutList: Equatable, Sendable {
    /// At most `SelloutLists.entriesMax`.
    var entries: [SelloutEntry]
    /// It was summed up by the ledger, because the boards were away; the order is the same.
    var isFromLedger: Bool = false
}

/// Who sells out fastest and who sells most, read by one loop.
///
/// What was sold in a window is told by the board `concerts`, or by the ledger while that is away;
/// the times and the seats that are sold now, by the ledger.
struct SelloutLists: Sendable {
    private let ledger: SelloutLedger
    /// The share of the seats that the times are about.
    let fraction: SelloutFraction
    private let lists: BoardLists
    private let settings: BoardDirectory
    let book: SelloutBook
    private let loop: EventLoop

    /// Entries of one list.
    static let entriesMax = 100
    /// Of a window, so many performances are compared, those that sold most in it.
    static let comparedMax = BoardLimits.entriesMax

    /// `settings` and `lists` are the loop's, `book` the process's.
    init(
        ledger: RankingLedger,
        fraction: SelloutFraction,
        lists: BoardLists,
        settings: BoardDirectory,
        book: SelloutBook,
        on loop: EventLoop
    ) {
        self.ledger = ledger.sellouts
        self.fraction = fraction
        self.lists = lists
        self.settings = settings
        self.book = book
        self.loop = loop
    }

    /// Nil: the board does not keep that window. `t90` of all time needs no board.
    func list(by order: SelloutOrder, _ window: BoardWindow)
        async throws(StoreError) -> SelloutList?
    {
        let pace = try await book.current()
        if order == .t90, window == .all {
            let named = Array(Set(pace.rates.keys).union(pace.leaders))
            let rows = try await ledger.sellouts(fastest: Self.entriesMax, and: named)
            let lines = rows.map { line($0, shown: Int64($0.sold), pace) }
            // As on a board: who has sold nothing, ever, is not in the list.
            let sold = lines.filter { $0.sellout.t90AtMs != nil || $0.sellout.sold > 0 }
            return SelloutList(entries: Self.entries(sold, by: .t90))
        }
        let compared = order == .t90 ? Self.comparedMax : Self.entriesMax
        guard let sold = try await sold(in: window, limit: compared) else { return nil }
        let rows = try await ledger.sellouts(and: sold.entries.map(\.performance))
        let named = Dictionary(uniqueKeysWithValues: rows.map { ($0.performance, $0) })
        let lines = sold.entries.compactMap { entry in
            named[entry.performance].map { line($0, shown: entry.seats, pace) }
        }
        return SelloutList(
            entries: Self.entries(lines, by: order),
            isFromLedger: sold.isFromLedger
        )
    }

    // MARK: Windows

    fileprivate struct Sold {
        var entries: [(performance: PerformanceID, seats: Int64)]
        var isFromLedger: Bool
    }

    /// Who sold most in a window, as it is now.
    private func sold(in window: BoardWindow, limit: Int) async throws(StoreError) -> Sold? {
        guard let row = try await settings.found(.concerts), row.board.windows.contains(window)
        else { return nil }
        let nowMs = loop.clock.wallMs()
        let list: BoardList =
            switch window {
            case .realtime: .realtime
            case .all: .all
            case .daily, .weekly, .monthly:
                .period(BoardCalendars.of(row.board).period(window, at: nowMs))
            }
        let page = try await lists.page(.concerts, list, offset: 0, limit: limit)
        return try page.map { page throws(StoreError) in try Sold(page) }
    }

    // MARK: Lines

    private struct Line {
        var sellout: Sellout
        var row: SelloutRow
        /// What the list tells: what was sold in its window.
        var shown: Int64
    }

    private func line(_ row: SelloutRow, shown: Int64, _ pace: SelloutPace) -> Line {
        // Without an opening nobody knows how long it took.
        let hasCrossed = row.t90Ms != nil && row.fromMs != nil
        return Line(
            sellout: Sellout(
                performance: row.performance.raw,
                openingMs: row.fromMs ?? 0,
                t90AtMs: row.fromMs.flatMap { _ in row.t90Ms },
                t100AtMs: row.fromMs.flatMap { _ in row.t100Ms },
                sold: Int64(row.sold),
                projectedT90Ms: hasCrossed
                    ? nil : pace.projectedT90Ms(row, fraction, nowMs: loop.clock.wallMs())
            ),
            row: row,
            shown: shown
        )
    }

    private static func entries(_ lines: [Line], by order: SelloutOrder) -> [SelloutEntry] {
        var lines = lines
        if order == .t90 { lines.sort { Sellout.isFaster($0.sellout, $1.sellout) } }
        return lines.prefix(entriesMax).enumerated().map { index, line in
            SelloutEntry(
                concertDate: line.row.date,
                soldOutCount: line.shown,
                rank: index + 1,
                concert: line.row.concert,
                performance: line.row.performance,
                t90Ms: line.sellout.t90Ms,
                t100Ms: line.sellout.t100Ms,
                projectedT90Ms: line.sellout.projectedT90Ms,
                isSoldOut: line.row.sold >= line.row.seats
            )
        }
    }
}

extension SelloutLists.Sold {
    fileprivate init(_ page: BoardLists.Page) throws(StoreError) {
        entries = []
        isFromLedger = page.isFromLedger
        for entry in page.entries {
            guard let id = PerformanceID(entry.member) else {
                throw .broken("a performance called \(entry.member)")
            }
            entries.append((id, entry.score))
        }
    }
}

extension StandingsSpan {
    /// What a list counts, as the boards do it.
    init(_ list: BoardList, nowMs: Int64) {
        switch list {
        case .all: self = .all
        case .period(let period): self = .period(period)
        case .realtime:
            let first = nowMs / ScoreBatch.bucketMs - ScoreBatch.buckets + 1
            self = .rolling(from: first * ScoreBatch.bucketMs, to: .max)
        }
    }
}
