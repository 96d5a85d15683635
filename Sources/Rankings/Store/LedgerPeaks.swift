import Engines
import Ledger
import SQL
import Values

/// The best ranks there ever were.
extension RankingLedger {
    /// Remembers ranks that are better than all before. To repeat changes nothing.
    func raisePeaks(
        _ entries: [RankedEntry],
        of board: BoardID,
        _ window: BoardWindow,
        atMs: Int64
    ) async throws(StoreError) {
        guard !entries.isEmpty else { return }
        _ = try expected(await commit(peaks(entries, of: board, window, atMs: atMs)))
    }

    /// The best ranks that `members` ever had; who had none is left out.
    func peaks(of members: [String], on board: BoardID, _ window: BoardWindow)
        async throws(StoreError) -> [String: Int]
    {
        guard !members.isEmpty else { return [:] }
        let list = SQL.list(members.map { .text($0) })
        return try Self.byMember(
            await rows(
                """
                select member, rank from peaks where board = \(board.raw)
                  and list = \(window.rawValue) and member in (\(list))
                """,
                as: .list
            )
        )
    }

    /// The statements of `raisePeaks`.
    func peaks(
        _ entries: [RankedEntry],
        of board: BoardID,
        _ window: BoardWindow,
        atMs: Int64
    ) -> [SQL] {
        // Two processes lock the same rows in the same order: by name.
        let sorted = entries.sorted { $0.member < $1.member }
        return slices(sorted[...]).map { slice in
            let rows = SQL.rows(
                slice.map { line in
                    [
                        .text(board.raw), .text(window.rawValue), .text(line.member),
                        .integer(Int64(line.rank)), .integer(atMs),
                    ]
                }
            )
            return """
                insert into peaks (board, list, member, rank, at_ms) values \(rows)
                on conflict (board, list, member) do update set rank = excluded.rank,
                  at_ms = excluded.at_ms where excluded.rank < peaks.rank
                """
        }
    }
}
