public import Onsale
import SQL

/// A board as the ledger has it.
public struct BoardRow: Equatable, Sendable {
    public var board: Board
    /// Counts the changes.
    public var revision: Int64

    public init(board: Board, revision: Int64) {
        self.board = board
        self.revision = revision
    }
}

/// Boards' settings. Those of `concerts` and `products` are there from the start.
extension SaleLedger {
    /// Boards that one list names.
    static let boardsListed = 1_000

    /// Makes a board or changes what `change` names; answers it as it is then. Nil: it is not
    /// there, and `change` does not say all that a new one needs.
    func put(_ change: BoardChange, of id: BoardID, atMs: Int64) async throws(StoreError) -> Board?
    {
        let windows = change.windows.map(Self.text)
        let columns = Self.boardColumns
        var entry: [SQL] = []
        if let windows {
            let timeZone = change.timeZone ?? Board.defaultTimeZone
            entry.append(
                """
                insert into boards (board, windows, time_zone)
                values (\(id.raw), \(windows), \(timeZone)) on conflict (board) do nothing
                """
            )
        }
        entry.append(
            """
            update boards set windows = coalesce(\(windows), windows),
              time_zone = coalesce(\(change.timeZone), time_zone), revision = revision + 1
            where board = \(id.raw) returning \(columns)
            """
        )
        // Typed, for PostgreSQL cannot tell a parameter's type in a select list.
        entry.append(
            """
            insert into outbox (kind, subject, payload, at_ms)
            select 'board.changed', board, cast(\(Self.json(.board(id))) as text),
              cast(\(atMs) as bigint)
            from boards where board = \(id.raw)
            """
        )
        let results = try expected(await commit(entry))
        return try Self.boards(results[entry.count - 2].rows).first?.board
    }

    /// Nil: there is no such board.
    public func board(_ id: BoardID) async throws(StoreError) -> BoardRow? {
        let columns = Self.boardColumns
        return try await Self.boards(
            rows("select \(columns) from boards where board = \(id.raw)")
        ).first
    }

    /// By name.
    public func boards() async throws(StoreError) -> [BoardRow] {
        let columns = Self.boardColumns
        return try await Self.boards(
            rows("select \(columns) from boards order by board limit \(Self.boardsListed)")
        )
    }

    private static let boardColumns: SQL = "board, windows, time_zone, revision"

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
                        revision: try row.integer(3)
                    )
                )
            }
            return boards
        }
    }
}
