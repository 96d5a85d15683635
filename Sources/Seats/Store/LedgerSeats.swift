import JSON
import Onsale
import SQL
import Values

/// What Redis's seats are made from.
extension SaleLedger {
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
                Self.latestNumber,
                freed,
                behind,
                "select at_ms from outbox where number = (\(Self.latestNumber))",
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

    static func sales(_ rows: [SQLRow]) throws(StoreError) -> [SeatSale] {
        var sales: [SeatSale] = []
        sales.reserveCapacity(rows.count)
        for payment in try payments(rows) {
            guard let user = UserID(payment.user) else {
                throw .broken("payment \(payment.id) of \(payment.user)")
            }
            sales.append(
                SeatSale(
                    payment: payment.id,
                    performance: payment.performance,
                    user: user,
                    seats: payment.seats
                )
            )
        }
        return sales
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
    /// Reads what `SaleLedger.event` has written.
    init(payload: String) throws(StoreError) {
        let value: JSONValue
        do {
            value = try JSONValue.parse(Array(payload.utf8))
        } catch {
            throw .broken("an event \(payload)")
        }
        guard let payment = value["payment"]?.string,
            let performance = value["performance"]?.string.flatMap(PerformanceID.init),
            let user = value["user"]?.string.flatMap(UserID.init),
            let seats = value["seats"]?.array
        else { throw .broken("an event \(payload)") }
        self.init(
            payment: payment,
            performance: performance,
            user: user,
            seats: seats.compactMap { $0.integer.map(Int.init) }
        )
    }
}
