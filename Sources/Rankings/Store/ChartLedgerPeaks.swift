import Engines
import Ledger
import SQL
import Values

/// A best rank, and when it was reached.
struct PeakRow: Equatable, Sendable {
    var member: String
    var rank: Int
    var atMs: Int64
}

/// The best ranks there ever were.
extension ChartLedger {
    /// Peaks that are read at once.
    static let peaksAtOnce = 1_000

    /// Keeps ranks that are better than all before. A repeat changes nothing.
    func raisePeaks(
        _ entries: [RankedEntry],
        of board: BoardID,
        _ window: BoardWindow,
        atMs: Int64
    ) async throws(StoreError) {
        guard !entries.isEmpty else { return }
        _ = try expected(await commit(peaks(entries, of: board, window, atMs: atMs)))
    }

    /// The best ranks that `members` ever had; a member without one is left out.
    func peaks(of members: [String], on board: BoardID, _ window: BoardWindow)
        async throws(StoreError) -> [String: Int]
    {
        guard !members.isEmpty else { return [:] }
        let list = SQL.list(members.map { .text($0) })
        let rows = try await rows(
            """
            select member, rank from peaks where board = \(board.raw)
              and list = \(window.rawValue) and member in (\(list))
            """,
            as: .list
        )
        return try decoded { () throws(SQLError) in
            var ranks: [String: Int] = [:]
            for row in rows { ranks[try row.text(0)] = Int(try row.integer(1)) }
            return ranks
        }
    }

    /// Best ranks in the order in which they were reached, after the one named.
    func peaks(
        on board: BoardID,
        _ window: BoardWindow,
        after last: (atMs: Int64, member: String)
    ) async throws(StoreError) -> [PeakRow] {
        let rows = try await rows(
            """
            select member, rank, at_ms from peaks
            where board = \(board.raw) and list = \(window.rawValue)
              and (at_ms, member) > (\(last.atMs), \(last.member))
            order by at_ms, member limit \(Self.peaksAtOnce)
            """,
            as: .list
        )
        return try decoded { () throws(SQLError) in
            var peaks: [PeakRow] = []
            for row in rows {
                peaks.append(
                    PeakRow(
                        member: try row.text(0),
                        rank: Int(try row.integer(1)),
                        atMs: try row.integer(2)
                    )
                )
            }
            return peaks
        }
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
