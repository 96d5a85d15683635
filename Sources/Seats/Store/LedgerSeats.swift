import Engines
import Ledger
import SQL
import Values

/// What Redis's seats are made from.
extension SeatLedger {
    /// All that is sold of a performance, at one instant; nil: there is no such performance.
    func seats(of id: PerformanceID) async throws(StoreError) -> SeatLedgerState? {
        let performance = id.raw
        let behind: SQL = """
            select performance, seats - sold, sold, payments from performances
            where room = (select room from performances where performance = \(performance))
            """
        let freed: SQL = """
            select payload from outbox
            where number is null and kind = 'seats.freed' and subject = \(performance)
            """
        let found = try await read(
            [
                Self.listing(of: id),
                Self.standing(of: id),
                Outbox.latestNumber,
                freed,
                behind,
                "select at_ms from outbox where number = (\(Outbox.latestNumber))",
            ],
            as: .list
        )
        guard let listing = try Self.listings(found[0].rows).first else { return nil }
        return SeatLedgerState(
            performance: listing.performance,
            sales: try Self.sales(found[1].rows),
            cursor: try decoded { () throws(SQLError) in
                guard let row = found[2].rows.first else { throw .broken("no cursor") }
                return try row.integer(0)
            },
            cursorMs: try decoded { () throws(SQLError) in
                try found[5].rows.first?.integer(0) ?? 0
            },
            cancelledAhead: try Self.cancelled(found[3].rows),
            roomStock: try Self.stock(found[4].rows)
        )
    }

    /// As `sales` reads them.
    private static let saleColumns: SQL = "payment, user_id, performance, seats"

    /// What of a performance was paid and not cancelled.
    private static func standing(of performance: PerformanceID) -> SQL {
        let columns = Self.saleColumns
        return """
            select \(columns) from payments
            where performance = \(performance.raw) and cancels = 0
            """
    }

    /// The payments that have one of `seats` now.
    func owners(of seats: [Int], _ performance: PerformanceID)
        async throws(StoreError) -> [SeatSale]
    {
        guard !seats.isEmpty else { return [] }
        let columns = Self.saleColumns
        // As many values as the next power of two: a statement is prepared for each number of them.
        var padded = seats
        while padded.count & (padded.count - 1) != 0 { padded.append(padded[0]) }
        let numbers = SQL.list(padded.map { .integer(Int64($0)) })
        let statement: SQL = """
            select \(columns) from payments where payment in (
              select payment from sold_seats
              where performance = \(performance.raw) and seat in (\(numbers)))
            """
        return try await Self.sales(rows(statement))
    }

    private static func sales(_ rows: [SQLRow]) throws(StoreError) -> [SeatSale] {
        try decoded { () throws(SQLError) in
            var sales: [SeatSale] = []
            sales.reserveCapacity(rows.count)
            for row in rows { sales.append(try sale(row)) }
            return sales
        }
    }

    private static func sale(_ row: SQLRow) throws(SQLError) -> SeatSale {
        let payment = try row.text(0)
        guard let user = UserID(try row.text(1)),
            let performance = PerformanceID(try row.text(2)),
            let seats = SeatSale.seats(try row.text(3))
        else { throw .broken("payment \(payment) of \(try row.text(1))") }
        return SeatSale(payment: payment, performance: performance, user: user, seats: seats)
    }

    private static func cancelled(_ rows: [SQLRow]) throws(StoreError) -> [String] {
        var payments: [String] = []
        for row in rows {
            let text = try decoded { () throws(SQLError) in try row.text(0) }
            payments.append(try SeatSale(payload: text).payment)
        }
        return payments
    }

    static func stock(_ rows: [SQLRow]) throws(StoreError) -> [PerformanceStock] {
        try decoded { () throws(SQLError) in
            var stock: [PerformanceStock] = []
            for row in rows {
                guard let id = PerformanceID(try row.text(0)) else { continue }
                stock.append(
                    PerformanceStock(
                        performance: id,
                        unsold: Int(try row.integer(1)),
                        sold: Int(try row.integer(2)),
                        payments: Int(try row.integer(3))
                    )
                )
            }
            return stock
        }
    }
}

extension SeatSale {
    /// `1,2,3`, as the column `seats` of payments keeps them.
    package var seatsText: String { seats.map { String($0) }.joined(separator: ",") }

    /// Reads `seatsText`.
    package static func seats(_ text: String) -> [Int]? {
        let numbers = text.split(separator: ",").map { Int($0) }
        return numbers.contains(nil) ? nil : numbers.compactMap { $0 }
    }
}
