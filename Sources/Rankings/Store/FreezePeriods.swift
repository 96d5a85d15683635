import Engines
import EventLoop
import Values

/// Freezing: the list of a day, week or month that is over becomes a chart.
extension RankingClock {
    /// After the end of a period, for what began in it and commits after it, and for clocks that
    /// are behind.
    static let freezeAfterMs: Int64 = 10_000
    /// Charts of one round: a year of a board that was missed, 430 of them, takes some 14 s.
    static let freezesPerRound = 32
    /// The longest wait for the boards; after it the ledger says what the list is.
    private static let settleMs = 5_000

    func freeze(_ rows: [BoardRow], _ nowMs: Int64) async {
        var left = Self.freezesPerRound
        var isSettled: Bool?
        for row in rows {
            for window in row.board.windows where window.hasPeriods {
                let name = ListName(row.board, window)
                while left > 0, !Task.isCancelled, quietUntilMs[name] ?? .min <= nowMs {
                    do throws(StoreError) {
                        guard let period = try await due(row.board, window, name, nowMs) else {
                            continue
                        }
                        if isSettled == nil { isSettled = await settled(Self.settleMs) }
                        try await freeze(period, of: row.board, isSettled ?? false)
                        left -= 1
                    } catch {
                        // Again in a second.
                        Background.samples.failed(error, about: ("board", row.board.id.raw))
                        break
                    }
                }
            }
        }
    }

    /// The first period that is over and not frozen. Nil: there is none now.
    private func due(_ board: Board, _ window: BoardWindow, _ name: ListName, _ nowMs: Int64)
        async throws(StoreError) -> Period?
    {
        let calendar = BoardCalendars.of(board)
        var next = calendar.period(window, at: nowMs)
        if let newest = try await ledger.charts.newestChart(of: board.id, window),
            let frozen = calendar.period(window, named: newest)
        {
            next = calendar.following(frozen)
        } else if let firstMs = try await ledger.sums.firstChange(of: board.id) {
            next = calendar.period(window, at: firstMs)
        }
        guard next.endMs + Self.freezeAfterMs > nowMs else { return next }
        quietUntilMs[name] = next.endMs + Self.freezeAfterMs
        return nil
    }

    private func freeze(_ period: Period, of board: Board, _ isSettled: Bool)
        async throws(StoreError)
    {
        var page: BoardPage?
        if isSettled, !boards.limits.mayHaveGone(period, atMs: loop.clock.wallMs()) {
            do throws(StoreError) {
                page = try await boards.page(
                    board.id,
                    .period(period),
                    limit: Chart.entriesMax
                )
            } catch .unavailable {
                // The ledger knows it, too.
            }
        }
        if page == nil {
            let sum = try await ledger.sums.standings(
                of: board.id,
                in: .period(period),
                limit: Chart.entriesMax
            )
            page = BoardPage(total: sum.total, entries: sum.entries, cursor: 0)
        }
        guard let page else { return }
        // False: another process was first.
        _ = try await ledger.charts.freeze(
            period,
            of: board.id,
            page.entries,
            total: page.total,
            atMs: loop.clock.wallMs()
        )
    }
}
