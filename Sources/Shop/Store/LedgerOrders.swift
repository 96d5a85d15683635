import Coupons
import Engines
import JSON
import Ledger
import Points
import SQL
import Values

/// Why an order's entry was refused: nothing of it was done.
enum OrderObstacle: Error, Equatable {
    case keyIsUsed
    case insufficientPoints
    case outOfStock(ProductID)
    case couponNotUsable
    /// One of them is gone, or has another price, since the caller has looked.
    case unknownProduct, priceChanged
}

extension ShopLedger {
    /// One entry: stock, order, coupon, points, journal, events, answer. Answers the balance after
    /// it.
    func place(_ order: Order, by attempt: Attempt) async throws(StoreError)
        -> Result<Int64, OrderObstacle>
    {
        let atMs = order.paidAt.milliseconds
        let isFree = order.amount == 0
        let balance = PointLedger.balance(of: attempt.user)
        let taken = Self.inLockOrder(order.lines)
        var entry = taken.map { Self.taken($0) }
        entry += [Self.row(order, of: attempt.user), Self.lineRows(order)]
        let useAt = entry.count
        if let coupon = order.coupon {
            entry.append(CouponLedger.use(coupon, of: attempt.user, on: order.id, atMs: atMs))
        }
        if !isFree {
            entry += PointLedger.paying(order.amount, by: attempt.user, for: order.id, atMs: atMs)
        }
        entry += [
            Self.events("product.sold", of: order, by: attempt.user, atMs: atMs),
            Self.answer(
                to: attempt,
                reference: order.id,
                balance: isFree ? "coalesce(\(balance), 0)" : balance,
                atMs: atMs
            ),
        ]
        switch try await commit(entry) {
        case .success(let results): return .success(try Self.answeredBalance(results))
        case .failure(let refused):
            if refused.isBy("stock_not_negative"), refused.violation.statement < taken.count {
                return .failure(.outOfStock(taken[refused.violation.statement].line.product))
            }
            if refused.violation.kind == .notNull, refused.violation.statement < taken.count {
                return .failure(.priceChanged)
            }
            if refused.isOfUse(at: useAt) { return .failure(.couponNotUsable) }
            return .failure(try Self.obstacle(refused))
        }
    }

    /// The rows that two orders share are locked in the same order by both: by name.
    static func inLockOrder(_ lines: [Order.PaidLine]) -> [Order.PaidLine] {
        lines.sorted { $0.line.product.raw < $1.line.product.raw }
    }

    private static func obstacle(_ refused: RefusedEntry) throws(StoreError) -> OrderObstacle {
        switch refused.violation.constraint {
        case keyIsUsed: return .keyIsUsed
        case "balance_not_negative": return .insufficientPoints
        default: break
        }
        switch refused.violation.kind {
        // The answer's balance: who has no account has no points.
        case .notNull: return .insufficientPoints
        // A line's product: an update of a row that is not there changes nothing, and says nothing.
        case .foreignKey: return .unknownProduct
        case .unique, .check: throw refused.unexpected
        }
    }

    private static func row(_ order: Order, of user: UserID) -> SQL {
        """
        insert into orders (order_id, user_id, amount, coupon, discount, paid_at_ms)
        values (\(order.id), \(user.raw), \(order.amount), \(order.coupon?.raw),
          \(order.discount), \(order.paidAt.milliseconds))
        """
    }

    private static func lineRows(_ order: Order) -> SQL {
        let rows = SQL.rows(
            order.lines.enumerated().map { place, paid in
                [
                    .text(order.id), .text(paid.line.product.raw), .integer(Int64(place)),
                    .integer(paid.line.quantity), .integer(paid.price),
                ]
            }
        )
        return """
            insert into order_lines (order_id, product, line, quantity, price) values \(rows)
            """
    }

    /// A row of the outbox for each line of an order: `product.sold`, and `product.returned` for a
    /// cancel.
    static func events(_ kind: String, of order: Order, by user: UserID, atMs: Int64) -> SQL {
        let rows = SQL.rows(
            order.lines.map { paid in
                let payload = payload { json in
                    json.field("order", order.id)
                    json.field("product", paid.line.product.raw)
                    json.field("quantity", paid.line.quantity)
                    // Of the line, before the order's discount.
                    json.field("amount", paid.line.quantity * paid.price)
                    json.field("user", user.raw)
                    // When it was sold, in a cancel's too: what counts sales by days takes it off
                    // that day.
                    json.field("paidAtMs", order.paidAt.milliseconds)
                }
                return [
                    .text(kind), .text(paid.line.product.raw), .text(payload), .integer(atMs),
                ]
            }
        )
        return "insert into outbox (kind, subject, payload, at_ms) values \(rows)"
    }
}
