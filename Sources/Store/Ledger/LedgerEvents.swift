import JSON
import Onsale
import SQL

/// What a sale writes into the outbox, in the transaction that makes it true.
extension SaleLedger {
    /// The JSON of an outbox row.
    enum Payload {
        case performance(PerformanceID)
        case coupon(CouponID)
        case seats([Int], of: PerformanceID, payment: String, user: UserID, amount: Int64)
    }

    static func event(_ kind: String, subject: String, payload: Payload, atMs: Int64) -> SQL {
        """
        insert into outbox (kind, subject, payload, at_ms)
        values (\(kind), \(subject), \(json(payload)), \(atMs))
        """
    }

    private static func json(_ payload: Payload) -> String {
        var json = JSONWriter()
        json.beginObject()
        switch payload {
        case .performance(let id): json.field("performance", id.raw)
        case .coupon(let id): json.field("coupon", id.raw)
        case .seats(let seats, let performance, let payment, let user, let amount):
            json.field("performance", performance.raw)
            json.field("payment", payment)
            json.field("user", user.raw)
            json.beginArray("seats")
            for seat in seats { json.element(seat) }
            json.endArray()
            json.field("amount", amount)
        }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
