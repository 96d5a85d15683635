import Engines
import Ledger
import SQL
import Values

/// What a member has in a list.
struct MemberSum: Equatable, Sendable {
    var member: String
    /// Above 0.
    var units: Int64
    /// The last change of the units, ms.
    var reachedMs: Int64
}

/// Of whom sums are made.
enum SummedMembers {
    case all
    /// Those after the first name, to the second, as the ledger orders them.
    case slice(after: String, through: String)
    case named([String])

    /// The end of a `where` clause.
    func condition(_ column: SQL) -> SQL {
        switch self {
        case .all: ""
        case .slice(let after, let last): "and \(column) > \(after) and \(column) <= \(last)"
        case .named(let names): "and \(column) in (\(SQL.list(names.map { .text($0) })))"
        }
    }
}

/// Boards summed up from the truth (`SumLedgerQueries.swift`): for the audit, for freezing, and for
/// answers while Redis is away. A sum reads all changes of its span: too slow for every request.
struct SumLedger: Ledger {
    let database: any Database

    /// Of the next members after `name`, at most `limit`, those that have something; `last` is the
    /// one to go on after, nil: there were none.
    func sums(of board: BoardID, in span: StandingsSpan, after name: String, limit: Int)
        async throws(StoreError) -> (sums: [MemberSum], last: String?)
    {
        let column = Self.memberColumn(of: board)
        let next: SQL = """
            select max(member) from (
              select \(column) as member from \(Self.memberTable(of: board))
                and \(column) > \(name) order by \(column) limit \(limit)
            ) as slice
            """
        let rows = try await rows(next, as: .list)
        let last = try decoded { () throws(SQLError) in try rows.first?.optionalText(0) }
        guard let last else { return ([], nil) }
        let among = SummedMembers.slice(after: name, through: last)
        return (try await read(Self.sums(of: board, in: span, among: among)), last)
    }

    /// Of some members those that have something.
    func sums(of board: BoardID, in span: StandingsSpan, named names: [String])
        async throws(StoreError) -> [MemberSum]
    {
        guard !names.isEmpty else { return [] }
        return try await read(Self.sums(of: board, in: span, among: .named(names)))
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

    private func read(_ sums: SQL) async throws(StoreError) -> [MemberSum] {
        let rows = try await rows(
            "select member, units, reached from (\(sums)) as sums where units > 0",
            as: .list
        )
        return try decoded { () throws(SQLError) in
            var found: [MemberSum] = []
            found.reserveCapacity(rows.count)
            for row in rows {
                found.append(
                    MemberSum(
                        member: try row.text(0),
                        units: try row.integer(1),
                        reachedMs: try row.integer(2)
                    )
                )
            }
            return found
        }
    }

    private static func memberColumn(of board: BoardID) -> SQL {
        switch board {
        case .concerts: "performance"
        case .products: "product"
        default: "member"
        }
    }

    private static func memberTable(of board: BoardID) -> SQL {
        switch board {
        case .concerts: "performances where true"
        case .products: "products where true"
        default: "scores where board = \(board.raw)"
        }
    }
}
