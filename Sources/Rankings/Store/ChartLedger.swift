import Engines
import Ledger
import SQL
import Values

/// Charts (lists that are over), peaks and samples in SQL.
package struct ChartLedger: Pruned {
    package let database: any Database

    /// Rows of one statement: some texts to prepare, not one for each length of a list.
    private static let chartSlice = 100

    /// Keeps the list of a period that is over. Any process may try; the first decides, the others
    /// get false. `entries` are the first of `total`.
    func freeze(
        _ period: Period,
        of board: BoardID,
        _ entries: [RankedEntry],
        total: Int,
        atMs: Int64
    ) async throws(StoreError) -> Bool {
        let list = period.window.rawValue
        let kept = entries.prefix(Chart.entriesMax)
        var entry: [SQL] = [
            """
            insert into frozen_periods (board, list, period, starts_ms, entries, frozen_at_ms)
            values (\(board.raw), \(list), \(period.name), \(period.startMs), \(total), \(atMs))
            """
        ]
        for slice in slices(kept) {
            let rows = SQL.rows(
                slice.map { line in
                    [
                        .text(board.raw), .text(list), .text(period.name),
                        .integer(Int64(line.rank)), .text(line.member), .integer(line.score),
                    ]
                }
            )
            entry.append(
                "insert into charts (board, list, period, rank, member, score) values \(rows)"
            )
        }
        entry += peaks(Array(kept), of: board, period.window, atMs: atMs)
        switch try await commit(entry) {
        case .success: return true
        case .failure(let refused) where refused.isBy("frozen_periods_board_list_period"):
            return false
        case .failure(let refused): throw refused.unexpected
        }
    }

    /// Nil: the period is not frozen.
    func chart(of board: BoardID, _ window: BoardWindow, period: String)
        async throws(StoreError) -> Chart?
    {
        let chosen: SQL = """
            board = \(board.raw) and list = \(window.rawValue) and period = \(period)
            """
        let found = try await read(
            [
                "select starts_ms, frozen_at_ms, entries from frozen_periods where \(chosen)",
                "select rank, member, score from charts where \(chosen) order by rank",
            ],
            as: .list
        )
        guard let head = found[0].rows.first else { return nil }
        return try decoded { () throws(SQLError) in
            Chart(
                period: period,
                startMs: try head.integer(0),
                frozenAtMs: try head.integer(1),
                total: Int(try head.integer(2)),
                entries: try RankedEntry.all(of: found[1].rows)
            )
        }
    }

    /// The name of the last frozen period that begins at or before an instant. Nil: there is none.
    func newestChart(of board: BoardID, _ window: BoardWindow, startingBy startMs: Int64 = .max)
        async throws(StoreError) -> String?
    {
        let rows = try await rows(
            """
            select period from frozen_periods where board = \(board.raw)
              and list = \(window.rawValue) and starts_ms <= \(startMs)
            order by starts_ms desc limit 1
            """,
            as: .list
        )
        return try decoded { () throws(SQLError) in try rows.first?.text(0) }
    }

    /// Entries by statements.
    func slices(_ entries: ArraySlice<RankedEntry>) -> [ArraySlice<RankedEntry>] {
        stride(from: entries.startIndex, to: entries.endIndex, by: Self.chartSlice).map {
            entries[$0..<min($0 + Self.chartSlice, entries.endIndex)]
        }
    }
}

extension RankedEntry {
    /// Rows of rank, member, score.
    static func all(of rows: [SQLRow]) throws(SQLError) -> [RankedEntry] {
        var entries: [RankedEntry] = []
        for row in rows {
            entries.append(
                RankedEntry(
                    rank: Int(try row.integer(0)),
                    member: try row.text(1),
                    score: try row.integer(2)
                )
            )
        }
        return entries
    }
}
