import Coupons
import Engines
import Ledger
import Points
import Seats
import SQL
import Values

/// What is bought: the order for one payment entry.
struct Purchase: Sendable {
    var payment: String
    /// The hold's number, unique among all holds.
    var holdNumber: String
    var user: UserID
    var performance: PerformanceID
    var seats: [Int]
    /// What is paid: the hold's amount less `discount`.
    var amount: Int64
    var coupon: CouponID?
    /// What the coupon takes off.
    var discount: Int64 = 0
    var atMs: Int64

    var sale: SeatSale {
        SeatSale(payment: payment, performance: performance, user: user, seats: seats)
    }
}

/// Why a payment's entry was refused: nothing of it was done.
enum PaymentObstacle: Error, Equatable {
    case keyIsUsed
    case insufficientPoints
    /// The hold was paid before, or a seat of it is sold.
    case seatsAreGone
    /// It was used before, or is not the user's.
    case couponNotUsable
}

extension PaymentLedger {
    /// One entry: seats, coupon, points, journal, answer, event. Answers the balance after it.
    func pay(_ purchase: Purchase, by attempt: Attempt) async throws(StoreError)
        -> Result<Int64, PaymentObstacle>
    {
        let isFree = purchase.amount == 0
        let balance = PointLedger.balance(of: purchase.user)
        var entry = [
            seats.soldMore(purchase.seats.count, of: purchase.performance, atMs: purchase.atMs),
            paymentRow(purchase),
            soldSeats(purchase),
        ]
        let useAt = entry.count
        if let coupon = purchase.coupon {
            entry.append(
                CouponLedger.use(
                    coupon,
                    of: purchase.user,
                    on: purchase.payment,
                    atMs: purchase.atMs
                )
            )
        }
        if !isFree {
            entry += PointLedger.paying(
                purchase.amount,
                by: purchase.user,
                for: purchase.payment,
                atMs: purchase.atMs
            )
        }
        entry += [
            SeatLedger.event(
                .sold,
                purchase.sale,
                amount: purchase.amount,
                atMs: purchase.atMs
            ),
            Self.answer(
                to: attempt,
                reference: purchase.payment,
                balance: isFree ? "coalesce(\(balance), 0)" : balance,
                atMs: purchase.atMs
            ),
        ]
        switch try await commit(entry) {
        case .success(let results): return .success(try Self.answeredBalance(results))
        case .failure(let refused) where refused.isOfUse(at: useAt):
            return .failure(.couponNotUsable)
        case .failure(let refused): return .failure(try Self.obstacle(refused))
        }
    }

    private static func obstacle(_ refused: RefusedEntry) throws(StoreError) -> PaymentObstacle {
        switch refused.violation.constraint {
        case keyIsUsed: return .keyIsUsed
        // More than 2^53 points, which nobody has: a hold of before prices were held against it.
        case "balance_not_negative", "transfer_of_points": return .insufficientPoints
        case "payments_hold", "sold_seats_performance_seat", "sold_within_seats":
            return .seatsAreGone
        default: break
        }
        switch refused.violation.kind {
        // The answer's balance: who has no account has no points.
        case .notNull: return .insufficientPoints
        // A seat that the performance does not have.
        case .foreignKey: return .seatsAreGone
        case .unique, .check: throw refused.unexpected
        }
    }

    private func paymentRow(_ purchase: Purchase) -> SQL {
        """
        insert into payments (payment, hold, user_id, performance, seats, seat_count, amount,
          coupon, discount, paid_at_ms)
        values (\(purchase.payment), \(purchase.holdNumber), \(purchase.user.raw),
          \(purchase.performance.raw), \(purchase.sale.seatsText),
          \(purchase.seats.count), \(purchase.amount), \(purchase.coupon?.raw),
          \(purchase.discount), \(purchase.atMs))
        """
    }

    private func soldSeats(_ purchase: Purchase) -> SQL {
        let rows = SQL.rows(
            purchase.seats.map { seat in
                [
                    .text(purchase.performance.raw), .integer(Int64(seat)),
                    .text(purchase.payment),
                ]
            }
        )
        return "insert into sold_seats (performance, seat, payment) values \(rows)"
    }
}
