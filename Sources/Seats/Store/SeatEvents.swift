import Engines
import JSON
import Ledger
import SQL
import Values

extension SeatLedger {
    /// Tells the outbox of a sale, or of its cancel; then `soldAtMs` is when the seats were sold.
    package static func event(
        _ kind: SeatEvent.Kind,
        _ sale: SeatSale,
        amount: Int64,
        soldAtMs: Int64? = nil,
        atMs: Int64
    ) -> SQL {
        let name = kind == .sold ? "seats.sold" : "seats.freed"
        return event(name, subject: sale.performance.raw, atMs: atMs) { json in
            json.field("performance", sale.performance.raw)
            json.field("payment", sale.payment)
            json.field("user", sale.user.raw)
            json.beginArray("seats")
            for seat in sale.seats { json.element(seat) }
            json.endArray()
            json.field("amount", amount)
            // What counts sales by days takes it off that day.
            if let soldAtMs { json.field("soldAtMs", soldAtMs) }
        }
    }
}

extension SeatSale {
    /// Reads what `SeatLedger.event` has written.
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
