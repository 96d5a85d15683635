import JSON
import Onsale
import SQL
import Values

/// What a sale writes into the outbox, in the transaction that makes it true.
extension SaleLedger {
    /// The JSON of an outbox row.
    enum Payload {
        case performance(PerformanceID)
        case coupon(CouponID)
        case board(BoardID)
        case score(ScoreChange)
        case line(Order.PaidLine, of: Order, user: UserID)
        /// `soldAtMs` of seats that are free again: when they were sold.
        case seats(
            [Int],
            of: PerformanceID,
            payment: String,
            user: UserID,
            amount: Int64,
            soldAtMs: Int64? = nil
        )
    }

    /// A row for each line of an order: `product.sold`, and `product.returned` for a cancel.
    static func events(_ kind: String, of order: Order, by user: UserID, atMs: Int64) -> SQL {
        let rows = SQL.rows(
            order.lines.map { paid in
                let payload = json(.line(paid, of: order, user: user))
                return [
                    .text(kind), .text(paid.line.product.raw), .text(payload), .integer(atMs),
                ]
            }
        )
        return "insert into outbox (kind, subject, payload, at_ms) values \(rows)"
    }

    static func event(_ kind: String, subject: String, payload: Payload, atMs: Int64) -> SQL {
        """
        insert into outbox (kind, subject, payload, at_ms)
        values (\(kind), \(subject), \(json(payload)), \(atMs))
        """
    }

    static func json(_ payload: Payload) -> String {
        var json = JSONWriter()
        json.beginObject()
        switch payload {
        case .performance(let id): json.field("performance", id.raw)
        case .coupon(let id): json.field("coupon", id.raw)
        case .board(let id): json.field("board", id.raw)
        case .score(let change):
            json.field("board", change.board.raw)
            json.field("member", change.member.raw)
            switch change.change {
            case .add(let units): json.field("add", units)
            case .set(let units): json.field("set", units)
            }
        case .line(let paid, let order, let user):
            json.field("order", order.id)
            json.field("product", paid.line.product.raw)
            json.field("quantity", paid.line.quantity)
            // Of the line, before the order's discount.
            json.field("amount", paid.line.quantity * paid.price)
            json.field("user", user.raw)
            // When it was sold, in a cancel's too: what counts sales by days takes it off that day.
            json.field("paidAtMs", order.paidAt.milliseconds)
        case .seats(let seats, let performance, let payment, let user, let amount, let soldAtMs):
            json.field("performance", performance.raw)
            json.field("payment", payment)
            json.field("user", user.raw)
            json.beginArray("seats")
            for seat in seats { json.element(seat) }
            json.endArray()
            json.field("amount", amount)
            // What counts sales by days takes it off that day.
            if let soldAtMs { json.field("soldAtMs", soldAtMs) }
        }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
