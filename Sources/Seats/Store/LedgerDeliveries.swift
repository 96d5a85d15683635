import Engines
import Ledger
import SQL
import Values

/// How far Redis has to be with seats: what was brought to it as events of the outbox, and what is
/// committed and on its way. Each sale is in one of both.
extension SeatLedger {
    /// Numbers beyond the cursor that are looked through for what is on its way: ten batches of the
    /// relay. One that is farther behind brings the rest itself.
    private static let aheadMax = Int64(10 * Outbox.batchMax)

    private static let cursor: SQL = """
        (select coalesce(max(number), 0) from cursors where consumer = \(OutboxConsumer.seatsName))
        """

    private static let isNumberedAhead: SQL = """
        number > \(cursor) and number <= \(cursor) + \(aheadMax)
          and kind in ('seats.sold', 'seats.freed')
        """

    private static let isUnnumbered: SQL = """
        number is null and kind in ('seats.sold', 'seats.freed')
        """

    /// `cursor`: the last event that Redis has. Nil: there is no such performance.
    func progress(of id: PerformanceID, cursor: Int64) async throws(StoreError) -> SeatProgress? {
        let (numbered, unnumbered) = (Self.isNumberedAhead, Self.isUnnumbered)
        // A row goes through the first three in this order, so it is in one of them.
        let found = try await read([
            """
            select 0, at_ms, kind, payload from outbox
            where \(unnumbered) and subject = \(id.raw) order by row_id
            """,
            """
            select number, at_ms, kind, payload from outbox
            where \(numbered) and subject = \(id.raw) order by number
            """,
            Outbox.delivered(id.raw, to: OutboxConsumer.seatsName),
            Self.listing(of: id),
            """
            select performance, seats - sold, sold, payments from performances
            where performance = \(id.raw)
              and (\(Outbox.latestNumber)) <= \(Self.cursor) + \(Self.aheadMax)
            """,
            "select at_ms from outbox where number = \(cursor)",
        ])
        guard let listing = try Self.listings(found[3].rows).first else { return nil }
        return SeatProgress(
            performance: listing.performance,
            delivered: try decoded { () throws(SQLError) in try found[2].rows[0].integer(0) },
            ahead: try Self.seatEvents(found[1].rows + found[0].rows),
            stock: try Self.stock(found[4].rows).first,
            cursorMs: try decoded { () throws(SQLError) in try found[5].rows.first?.integer(0) }
        )
    }

    /// Of all performances behind a room.
    func progress(behind room: RoomID) async throws(StoreError) -> [StockProgress] {
        let (numbered, unnumbered) = (Self.isNumberedAhead, Self.isUnnumbered)
        let found = try await read([
            """
            select subject from outbox where \(unnumbered)
            union
            select subject from outbox where \(numbered)
            """,
            """
            select p.performance, p.seats - p.sold, p.sold, p.payments, coalesce(d.number, 0)
            from performances p left join deliveries d
              on d.consumer = \(OutboxConsumer.seatsName) and d.subject = p.performance
            where p.room = \(room.raw) order by p.performance limit \(Self.behindRoomMax)
            """,
        ])
        return try decoded { () throws(SQLError) in
            var ahead: Set<String> = []
            for row in found[0].rows { ahead.insert(try row.text(0)) }
            var all: [StockProgress] = []
            for row in found[1].rows {
                guard let id = PerformanceID(try row.text(0)) else { continue }
                let stock = PerformanceStock(
                    performance: id,
                    unsold: Int(try row.integer(1)),
                    sold: Int(try row.integer(2)),
                    payments: Int(try row.integer(3))
                )
                all.append(
                    StockProgress(
                        stock: stock,
                        delivered: try row.integer(4),
                        hasAhead: ahead.contains(id.raw)
                    )
                )
            }
            return all
        }
    }

    /// The rooms that have performances behind them, for `onsale audit`.
    func roomsOfPerformances() async throws(StoreError) -> [RoomID] {
        let rows = try await rows(
            "select distinct room from performances where room is not null order by room",
            as: .list
        )
        return try decoded { () throws(SQLError) in
            var rooms: [RoomID] = []
            for row in rows {
                if let room = RoomID(try row.text(0)) { rooms.append(room) }
            }
            return rooms
        }
    }

    private static func seatEvents(_ rows: [SQLRow]) throws(StoreError) -> [SeatEvent] {
        var events: [SeatEvent] = []
        for row in rows {
            let (number, atMs, kind, payload) = try decoded { () throws(SQLError) in
                (try row.integer(0), try row.integer(1), try row.text(2), try row.text(3))
            }
            events.append(
                SeatEvent(
                    number: number,
                    atMs: atMs,
                    kind: kind == "seats.sold" ? .sold : .freed,
                    sale: try SeatSale(payload: payload)
                )
            )
        }
        return events
    }
}
