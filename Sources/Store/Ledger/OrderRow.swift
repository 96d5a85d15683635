import Onsale
import SQL

/// An order as the ledger has it.
struct OrderRow: Sendable, Equatable {
    var user: String
    var order: Order
}

extension SaleLedger {
    /// The newest orders of a user that one answer lists: 500 x 50 lines x ~60 B is 1.5 MB.
    private static let ordersListed = 500
    private static let orderColumns: SQL =
        "order_id, user_id, amount, coupon, discount, cancels, paid_at_ms"

    func order(_ id: String) async throws(StoreError) -> OrderRow? {
        let columns = Self.orderColumns
        return try await orders([
            "select \(columns) from orders where order_id = \(id)",
            """
            select order_id, product, quantity, price from order_lines
            where order_id = \(id) order by line
            """,
        ]).first
    }

    /// A user's orders, the newest first.
    func orders(of user: UserID) async throws(StoreError) -> [OrderRow] {
        let columns = Self.orderColumns
        let newest: SQL = """
            from orders where user_id = \(user.raw)
            order by paid_at_ms desc, order_id limit \(Self.ordersListed)
            """
        return try await orders([
            "select \(columns) \(newest)",
            """
            select order_id, product, quantity, price from order_lines
            where order_id in (select order_id \(newest)) order by order_id, line
            """,
        ])
    }

    /// Orders, and their lines as they stand in them, from one look at the ledger.
    private func orders(_ statements: [SQL]) async throws(StoreError) -> [OrderRow] {
        let found = try await read(statements)
        return try decoded { () throws(SQLError) in
            var lines: [String: [Order.PaidLine]] = [:]
            for row in found[1].rows {
                lines[try row.text(0), default: []].append(try Self.line(row))
            }
            var orders: [OrderRow] = []
            for row in found[0].rows {
                orders.append(try Self.order(row, lines[try row.text(0)] ?? []))
            }
            return orders
        }
    }

    private static func line(_ row: SQLRow) throws(SQLError) -> Order.PaidLine {
        guard let product = ProductID(try row.text(1)) else {
            throw .broken("a line of \(try row.text(1))")
        }
        let line = OrderLine(product: product, quantity: try row.integer(2))
        return Order.PaidLine(line: line, price: try row.integer(3))
    }

    private static func order(_ row: SQLRow, _ lines: [Order.PaidLine])
        throws(SQLError) -> OrderRow
    {
        let order = Order(
            id: try row.text(0),
            lines: lines,
            amount: try row.integer(2),
            coupon: try row.optionalText(3).flatMap(CouponID.init),
            discount: try row.integer(4),
            state: try row.integer(5) > 0 ? .cancelled : .paid,
            paidAt: Timestamp(milliseconds: try row.integer(6))
        )
        return OrderRow(user: try row.text(1), order: order)
    }
}
