import Engines
import EventLoop
import Values

/// The boards as one loop's readers see them: the lists, with what is known of the time before.
///
/// What is over does not change: charts stay in memory, so that a page costs one call of a script
/// and no statement.
actor BoardBook: OnLoop {
    nonisolated let loop: EventLoop
    let ledger: RankingLedger
    let settings: BoardDirectory
    let lists: BoardLists
    let charts: Charts
    let previous: PreviousRanks
    let peaks: Peaks
    /// Told after every commit that wrote into the outbox.
    let committed: @Sendable () -> Void

    /// A chart is shown so long after the end of its period: five minutes past midnight.
    static let outAfterMs: Int64 = 300_000
    /// Places that one answer shows.
    static let limitMax = 100
    /// Before and behind a member.
    static let aroundMax = 50
    /// Ten times the members that a list is measured with.
    static let offsetMax = 10_000_000

    /// `settings` and `lists` are the loop's.
    init(
        ledger: RankingLedger,
        settings: BoardDirectory,
        lists: BoardLists,
        committed: @escaping @Sendable () -> Void,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.ledger = ledger
        self.settings = settings
        self.committed = committed
        self.lists = lists
        charts = Charts(ledger: ledger.charts, on: loop)
        previous = PreviousRanks(charts: charts, lists: lists, on: loop)
        peaks = Peaks(ledger: ledger.charts, on: loop)
    }

    // MARK: Which list

    /// What a query comes to.
    struct Chosen: Sendable {
        var board: BoardID
        var list: BoardList
        /// The list of a period that is over, if it is frozen.
        var chart: Chart?
        /// The period before.
        var preceding: Period?

        var period: Period? { if case .period(let period) = list { period } else { nil } }
    }

    func choose(_ query: BoardQuery) async throws(StoreError) -> Result<Chosen, BoardObstacle> {
        guard let board = try await settings.found(query.board)?.board else {
            return .failure(.unknownBoard)
        }
        let usual = board.windows.contains(.daily) ? .daily : board.windows[0]
        let window = query.window ?? usual
        guard board.windows.contains(window) else { return .failure(.notKept(window)) }
        guard window.hasPeriods else {
            guard query.period == .present else { return .failure(.noSuchPeriod(window)) }
            return .success(Chosen(board: board.id, list: window == .all ? .all : .realtime))
        }
        let calendar = BoardCalendars.of(board)
        let nowMs = loop.clock.wallMs()
        let period: Period
        switch query.period {
        case .present: period = calendar.period(window, at: nowMs)
        case .named(let name):
            guard let named = calendar.period(window, named: name) else {
                return .failure(.noSuchPeriod(window))
            }
            period = named
        case .last:
            let newest = calendar.preceding(calendar.period(window, at: nowMs - Self.outAfterMs))
            guard let name = try await charts.newest(of: board.id, upTo: newest),
                let last = calendar.period(window, named: name)
            else { return .failure(.noChart(window)) }
            period = last
        }
        let isOver = period.endMs <= nowMs
        return .success(
            Chosen(
                board: board.id,
                list: .period(period),
                chart: isOver ? try await charts.chart(of: board.id, period) : nil,
                preceding: calendar.preceding(period)
            )
        )
    }

    // MARK: Before

    /// Adds what is known of the time before.
    func lines(_ entries: [RankedEntry], _ chosen: Chosen) async throws(StoreError)
        -> [RankedLine]
    {
        guard !entries.isEmpty else { return [] }
        let members = entries.map(\.member)
        var before: [Int?] = []
        if let preceding = chosen.preceding {
            before = try await previous.ranks(of: members, chosen.board, preceding)
        }
        let peaks = try await peaks.ranks(of: members, chosen.board, chosen.list.window)
        return entries.indices.map { index in
            let entry = entries[index]
            return RankedLine(
                entry,
                previousRank: before.isEmpty ? nil : before[index],
                peakRank: min(entry.rank, peaks[entry.member] ?? entry.rank)
            )
        }
    }
}
