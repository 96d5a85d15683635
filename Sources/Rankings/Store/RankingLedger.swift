import Engines
import JSON
import Ledger
import SQL
import Values

/// A board as the ledger has it.
package struct BoardRow: Equatable, Sendable {
    package var board: Board
    /// Counts the changes.
    var revision: Int64
    /// Counts how often it was put, changed or not.
    var puts: Int64 = 1
}

/// Boards' settings and scores in SQL. Sales are read where the capabilities that sell have written
/// them. Settings of `concerts` and `products` are there from the start.
package struct RankingLedger: Ledger {
    package let database: any Database

    package init(_ database: any Database) { self.database = database }

    package var charts: ChartLedger { ChartLedger(database: database) }
    var sellouts: SelloutLedger { SelloutLedger(database: database) }
    var sums: SumLedger { SumLedger(database: database) }

    /// Boards that one list names.
    static let boardsListed = 1_000

    /// Makes a board or changes what `change` names; answers what it is then. A new board keeps
    /// all windows, in the days of `Board.defaultTimeZone`, unless `change` names others. Nil: it
    /// was put again since `former` (0: it was not there).
    func put(_ change: BoardChange, of id: BoardID, former: Int64? = nil, atMs: Int64)
        async throws(StoreError) -> BoardRow?
    {
        let windows = change.windows.map(Self.text)
        let columns = Self.boardColumns
        let count: SQL =
            former.map { "case when puts = \($0) then puts + 1 end" } ?? "puts + 1"
        let result = try await commit([
            // `puts` is one more below.
            """
            insert into boards (board, windows, time_zone, puts)
            values (\(id.raw), \(windows ?? Self.text(BoardWindow.allCases)),
              \(change.timeZone ?? Board.defaultTimeZone), 0)
            on conflict (board) do nothing
            """,
            // The same settings again keep the revision: for each revision lists are built again.
            // `puts` is null, and so refused, when it is no longer `former`.
            """
            update boards set windows = coalesce(\(windows), windows),
              time_zone = coalesce(\(change.timeZone), time_zone), puts = \(count),
              revision = revision + case when windows = coalesce(\(windows), windows)
                and time_zone = coalesce(\(change.timeZone), time_zone) then 0 else 1 end
            where \(row: TouchedRow("boards", "board", id.raw)) returning \(columns)
            """,
            Self.event("board.changed", subject: id.raw, atMs: atMs) { $0.field("board", id.raw) },
        ])
        if case .failure(let refused) = result, refused.violation.kind == .notNull { return nil }
        guard let row = try Self.boards(expected(result)[1].rows).first else {
            throw .broken("the board \(id) is not there after it was put")
        }
        return row
    }

    /// Nil: there is no such board.
    package func board(_ id: BoardID) async throws(StoreError) -> BoardRow? {
        let columns = Self.boardColumns
        return try await Self.boards(
            rows("select \(columns) from boards where board = \(id.raw)")
        ).first
    }

    /// By name, so many as one list names, from the first above `name` on.
    package func boards(after name: String = "") async throws(StoreError) -> [BoardRow] {
        let columns = Self.boardColumns
        let statement: SQL = """
            select \(columns) from boards where board > \(name)
            order by board limit \(Self.boardsListed)
            """
        return try await Self.boards(rows(statement))
    }

    private static let boardColumns: SQL = "board, windows, time_zone, revision, puts"

    /// In the order of `allCases`, each once.
    private static func text(_ windows: [BoardWindow]) -> String {
        precondition(!windows.isEmpty, "a board has a window")
        return BoardWindow.allCases.filter(windows.contains).map(\.rawValue).joined(separator: ",")
    }

    private static func boards(_ rows: [SQLRow]) throws(StoreError) -> [BoardRow] {
        try decoded { () throws(SQLError) in
            var boards: [BoardRow] = []
            for row in rows {
                let windows = try row.text(1).split(separator: ",").map {
                    BoardWindow(rawValue: String($0))
                }
                guard let id = BoardID(try row.text(0)), !windows.contains(nil) else {
                    throw .broken("board \(try row.text(0)) of \(try row.text(1))")
                }
                let timeZone = try row.text(2)
                guard BoardCalendars.calendar(timeZone) != nil else {
                    throw .broken("board \(id) is of the time zone \(timeZone), which is unknown")
                }
                boards.append(
                    BoardRow(
                        board: Board(
                            id: id,
                            windows: windows.compactMap { $0 },
                            timeZone: timeZone
                        ),
                        revision: try row.integer(3),
                        puts: try row.integer(4)
                    )
                )
            }
            return boards
        }
    }
}
