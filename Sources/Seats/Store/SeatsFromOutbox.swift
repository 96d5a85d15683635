import Engines
import Ledger
import Values

extension OutboxConsumer {
    static let seatsName = "seats"

    /// Keeps Redis's seats true to the ledger: what was sold or freed by a process that died before
    /// it could tell, and what an operator has changed.
    static func seats(_ seats: SeatStore, ledger: SeatLedger) -> OutboxConsumer {
        OutboxConsumer(name: seatsName) { events async throws(StoreError) in
            var changed: [PerformanceID] = []
            var last: [String: Int64] = [:]
            var sales: [PerformanceID: [SeatEvent]] = [:]
            for event in events {
                guard let performance = PerformanceID(event.subject) else { continue }
                let kind: SeatEvent.Kind
                switch event.kind {
                case "performance.changed":
                    if !changed.contains(performance) { changed.append(performance) }
                    continue
                case "seats.sold": kind = .sold
                case "seats.freed": kind = .freed
                default: continue
                }
                let sale = try SeatSale(payload: event.payload)
                last[event.subject] = event.number
                sales[performance, default: []].append(
                    SeatEvent(number: event.number, atMs: event.atMs, kind: kind, sale: sale)
                )
            }
            // Seats first: what was sold later may be among those that were added.
            for performance in changed {
                guard let listing = try await ledger.performance(performance) else { continue }
                try await seats.configure(listing.performance)
            }
            for (performance, events) in sales {
                try await seats.apply(events, of: performance)
            }
            return last
        }
    }
}
