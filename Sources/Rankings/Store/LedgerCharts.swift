import Engines
import Ledger
import SQL
import Values

/// Lists that are over.
extension RankingLedger {
    /// Rows of one statement: some texts to prepare, not one for each length of a list.
    private static let chartSlice = 100

    /// Keeps the list of a period that is over, once: the first who freezes it decides, and any
    /// process may try. False: it was frozen before. `entries` are the first of `total`.
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

    /// The chart of a period, or the newest; its places `offset + 1` and on. Nil: there is none.
    func chart(
        of board: BoardID,
        _ window: BoardWindow,
        period: String? = nil,
        offset: Int = 0,
        limit: Int = Chart.entriesMax
    ) async throws(StoreError) -> Chart? {
        let list = window.rawValue
        let chosen: SQL = """
            board = \(board.raw) and list = \(list) and period = coalesce(\(period), (
              select period from frozen_periods where board = \(board.raw) and list = \(list)
              order by starts_ms desc limit 1))
            """
        let found = try await read(
            [
                """
                select period, starts_ms, frozen_at_ms, entries from frozen_periods
                where \(chosen)
                """,
                """
                select rank, member, score from charts where \(chosen) and rank > \(offset)
                order by rank limit \(min(limit, Chart.entriesMax))
                """,
            ],
            as: .list
        )
        guard let head = found[0].rows.first else { return nil }
        return try decoded { () throws(SQLError) in
            Chart(
                period: try head.text(0),
                startMs: try head.integer(1),
                frozenAtMs: try head.integer(2),
                total: Int(try head.integer(3)),
                entries: try Self.entries(found[1].rows)
            )
        }
    }

    /// The ranks that `members` had in a chart; who was not in it is left out.
    func ranks(of members: [String], on board: BoardID, _ window: BoardWindow, in period: String)
        async throws(StoreError) -> [String: Int]
    {
        guard !members.isEmpty else { return [:] }
        let list = SQL.list(members.map { .text($0) })
        return try Self.byMember(
            await rows(
                """
                select member, rank from charts where board = \(board.raw)
                  and list = \(window.rawValue) and period = \(period) and member in (\(list))
                """,
                as: .list
            )
        )
    }

    /// In how many charts of the window a member is.
    func charts(of member: String, on board: BoardID, _ window: BoardWindow)
        async throws(StoreError) -> Int
    {
        let rows = try await rows(
            """
            select count(*) from charts where board = \(board.raw) and list = \(window.rawValue)
              and member = \(member)
            """,
            as: .list
        )
        return try decoded { () throws(SQLError) in Int(try rows[0].integer(0)) }
    }

    /// Entries by statements.
    func slices(_ entries: ArraySlice<RankedEntry>) -> [ArraySlice<RankedEntry>] {
        stride(from: entries.startIndex, to: entries.endIndex, by: Self.chartSlice).map {
            entries[$0..<min($0 + Self.chartSlice, entries.endIndex)]
        }
    }

    /// Rows of rank, member, score.
    static func entries(_ rows: [SQLRow]) throws(SQLError) -> [RankedEntry] {
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

    /// Rows of member, rank.
    static func byMember(_ rows: [SQLRow]) throws(StoreError) -> [String: Int] {
        try decoded { () throws(SQLError) in
            var ranks: [String: Int] = [:]
            for row in rows { ranks[try row.text(0)] = Int(try row.integer(1)) }
            return ranks
        }
    }
}
