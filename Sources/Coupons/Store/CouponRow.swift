import SQL
import Values

/// A coupon as the ledger has it.
package struct CouponRow: Sendable, Equatable {
    var coupon: Coupon
    var issued: Int64
    /// Counts the changes.
    var revision: Int64

    static let columns: SQL = """
        coupon, name, quantity, issued, discount_amount, discount_percent, starts_ms, ends_ms,
        revision
        """
}

extension CouponRow {
    /// From `columns`.
    init(_ row: SQLRow) throws(SQLError) {
        guard let id = CouponID(try row.text(0)) else {
            throw .broken("coupon \(try row.text(0))")
        }
        let discount: Discount
        if let percent = try row.optionalInteger(5) {
            discount = .percent(percent)
        } else {
            discount = .amount(try row.integer(4))
        }
        coupon = Coupon(
            id: id,
            name: try row.text(1),
            quantity: try row.integer(2),
            discount: discount,
            startsAt: try row.optionalInteger(6).map { Timestamp(milliseconds: $0) },
            endsAt: try row.optionalInteger(7).map { Timestamp(milliseconds: $0) }
        )
        issued = try row.integer(3)
        revision = try row.integer(8)
    }
}
