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

/// What has been added to charts and peaks since somebody looked.
extension RankingLedger {
    /// Peaks that are read at once.
    static let peaksAtOnce = 1_000

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

    /// The first instant that a board's lists count something of. Nil: there is none.
    func firstChange(of board: BoardID) async throws(StoreError) -> Int64? {
        let statement: SQL =
            switch board {
            case .concerts: "select min(paid_at_ms) from payments"
            case .products: "select min(paid_at_ms) from orders"
            default: "select min(at_ms) from score_events where board = \(board.raw)"
            }
        let rows = try await rows(statement, as: .list)
        return try decoded { () throws(SQLError) in try rows.first?.optionalInteger(0) }
    }
}
