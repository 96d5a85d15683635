import Synchronization
import Values

@testable import Engines
@testable import Seats

/// What the tests have in place of a ledger: sales that are all or none, and an outbox whose rows
/// get numbers later.
final class SeatBook: Sendable {
    struct Pages {
        var performances: [PerformanceID: Performance] = [:]
        /// The payments that stand.
        var sales: [String: SeatSale] = [:]
        var paidHolds: Set<String> = []
        var rows: [(kind: SeatEvent.Kind, sale: SeatSale)] = []
        /// Rows that have a number: 1 to this.
        var numbered = 0
        var loads = 0
    }

    private let pages = Mutex(Pages())

    var loads: Int { pages.withLock { $0.loads } }
    var numbered: Int { pages.withLock { $0.numbered } }

    func put(_ performance: Performance) {
        pages.withLock { $0.performances[performance.id] = performance }
    }

    func performance(_ id: PerformanceID) -> Performance? {
        pages.withLock { $0.performances[id] }
    }

    /// False: one of the seats is sold, or the hold was paid.
    func pay(_ hold: SealedHold, as payment: String) -> Bool {
        pages.withLock { pages in
            let sold = Self.seats(of: hold.performance, in: pages)
            guard sold.isDisjoint(with: hold.seats), !pages.paidHolds.contains(hold.id) else {
                return false
            }
            let sale = SeatSale(
                payment: payment,
                performance: hold.performance,
                user: hold.user,
                seats: hold.seats
            )
            pages.sales[payment] = sale
            pages.paidHolds.insert(hold.id)
            pages.rows.append((.sold, sale))
            return true
        }
    }

    /// A sale without a look at the others: thousands of them are quick.
    func append(_ hold: SealedHold, as payment: String) {
        pages.withLock { pages in
            let sale = SeatSale(
                payment: payment,
                performance: hold.performance,
                user: hold.user,
                seats: hold.seats
            )
            pages.sales[payment] = sale
            pages.rows.append((.sold, sale))
        }
    }

    /// Nil: there is no such payment, or it was cancelled before.
    func cancel(_ payment: String) -> SeatSale? {
        pages.withLock { pages in
            guard let sale = pages.sales.removeValue(forKey: payment) else { return nil }
            pages.rows.append((.freed, sale))
            return sale
        }
    }

    /// Numbers at most `count` rows, as the relay does.
    func number(_ count: Int) {
        pages.withLock { $0.numbered = min($0.rows.count, $0.numbered + count) }
    }

    /// Rows that have a number, of one performance.
    func events(of id: PerformanceID, from first: Int = 1) -> [SeatEvent] {
        pages.withLock { pages in
            pages.rows.prefix(pages.numbered).enumerated().dropFirst(first - 1)
                .filter { $0.element.sale.performance == id }
                .map {
                    SeatEvent(
                        number: Int64($0.offset + 1),
                        kind: $0.element.kind,
                        sale: $0.element.sale
                    )
                }
        }
    }

    /// As the ledger says it when rows up to `delivered` were brought to Redis.
    func progress(_ id: PerformanceID, delivered: Int64) -> SeatProgress? {
        pages.withLock { pages in
            guard let performance = pages.performances[id] else { return nil }
            let ahead = pages.rows.enumerated().dropFirst(Int(delivered))
                .filter { $0.element.sale.performance == id }
                .map { row in
                    SeatEvent(
                        number: row.offset < pages.numbered ? Int64(row.offset + 1) : 0,
                        kind: row.element.kind,
                        sale: row.element.sale
                    )
                }
            return SeatProgress(performance: performance, delivered: delivered, ahead: ahead)
        }
    }

    func owners(of seats: [Int], _ id: PerformanceID) -> [SeatSale] {
        pages.withLock { pages in
            pages.sales.values.filter {
                $0.performance == id && !Set($0.seats).isDisjoint(with: seats)
            }
        }
    }

    func payments() -> [String] { pages.withLock { $0.sales.keys.sorted() } }

    func sold(of id: PerformanceID) -> Set<Int> { pages.withLock { Self.seats(of: id, in: $0) } }

    func state(_ id: PerformanceID) -> SeatLedgerState? {
        pages.withLock { pages in
            pages.loads += 1
            guard let performance = pages.performances[id] else { return nil }
            let ahead = pages.rows.dropFirst(pages.numbered)
                .filter { $0.kind == .freed && $0.sale.performance == id }
            let room = pages.performances.values.filter {
                $0.room == performance.room && performance.room != nil
            }
            return SeatLedgerState(
                performance: performance,
                sales: pages.sales.values.filter { $0.performance == id },
                cursor: Int64(pages.numbered),
                cancelledAhead: ahead.map(\.sale.payment),
                roomStock: room.map { performance in
                    let sold = Self.seats(of: performance.id, in: pages).count
                    return PerformanceStock(
                        performance: performance.id,
                        unsold: performance.seats - sold,
                        sold: sold,
                        payments: pages.sales.values
                            .count(where: { $0.performance == performance.id })
                    )
                }
            )
        }
    }

    var source: SeatSource {
        SeatSource(
            performance: { id async throws(StoreError) in self.performance(id) },
            load: { id async throws(StoreError) in self.state(id) },
            // Which events were brought to Redis nobody writes down here.
            progress: { id, _ async throws(StoreError) in
                self.performance(id).map { SeatProgress(performance: $0) }
            },
            behind: { _ async throws(StoreError) in [] },
            owners: { seats, id async throws(StoreError) in self.owners(of: seats, id) }
        )
    }

    private static func seats(of id: PerformanceID, in pages: Pages) -> Set<Int> {
        Set(pages.sales.values.filter { $0.performance == id }.flatMap(\.seats))
    }
}
