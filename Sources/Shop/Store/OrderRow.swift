import Engines
import Ledger
import Payments
import SQL
import Values

/// An order as the ledger has it.
struct OrderRow: Sendable, Equatable {
    var user: String
    var order: Order
}

extension ShopLedger {
    /// Lines in one page of orders, each under 200 B of JSON: 100 KB. A page ends before the order
    /// that would pass it; one order has `OrderLine.linesMax`.
    static let linesListed = 500
    private static let orderColumns: SQL =
        "order_id, user_id, amount, coupon, discount, cancels, paid_at_ms"

    func order(_ id: String) async throws(StoreError) -> OrderRow? {
        let columns = Self.orderColumns
        return try await orders(
            [
                "select \(columns) from orders where order_id = \(id)",
                """
                select order_id, product, quantity, price from order_lines
                where order_id = \(id) order by line
                """,
            ],
            as: .answer
        ).first
    }

    /// A page of a user's orders, the newest first: so many as were asked for, or fewer where they
    /// have more than `linesListed` lines.
    func orders(of user: UserID, _ page: PageRequest)
        async throws(StoreError) -> ListPage<OrderRow>
    {
        let columns = Self.orderColumns
        // The first condition is what an index can begin with.
        let behind: SQL =
            page.after.map { last in
                let place: SQL = "from orders where order_id = \(last) and user_id = \(user.raw)"
                return """
                    and paid_at_ms <= (select paid_at_ms \(place))
                    and (paid_at_ms, order_id) < (select paid_at_ms, order_id \(place))
                    """
            } ?? ""
        let newest: SQL = """
            from orders where user_id = \(user.raw) \(behind)
            order by paid_at_ms desc, order_id desc limit \(page.limit + 1)
            """
        let found = try await orders(
            [
                "select \(columns) \(newest)",
                """
                select l.order_id, l.product, l.quantity, l.price
                from (select order_id, paid_at_ms \(newest)) as o
                join order_lines l on l.order_id = o.order_id
                order by o.paid_at_ms desc, o.order_id desc, l.line
                limit \(Self.linesListed + OrderLine.linesMax)
                """,
            ],
            as: .list
        )
        var lines = 0
        let fitting = found.prefix { row in
            lines += row.order.lines.count
            return lines <= Self.linesListed
        }
        return ListPage(
            entries: Array(fitting.prefix(page.limit)),
            hasMore: found.count > min(fitting.count, page.limit)
        )
    }

    /// Orders, and their lines as they stand in them, from one look at the ledger.
    private func orders(_ statements: [SQL], as kind: ReadClass)
        async throws(StoreError) -> [OrderRow]
    {
        let found = try await read(statements, as: kind)
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
