import Engines
import JSON
import Ledger
import SQL
import Values

extension RankingLedger {
    /// Numbers that one statement looks through: rows of other boards are stepped over, and there
    /// may be millions between two of a small one.
    private static let numbersAtOnce: Int64 = 100_000

    /// Changes of a board's scores with a number above `number`, in their order, at most `limit`
    /// and 1,000. Empty: there are none up to `Outbox.latestEvent()`, as it was before.
    func scoreEvents(of board: BoardID, after number: Int64, limit: Int)
        async throws(StoreError) -> [ScoreEvent]
    {
        let outbox = Outbox(database)
        let latest = try await outbox.latestEvent()
        let source = ScoreEvent.rows(of: board)
        var after = number
        while after < latest {
            let end = min(latest, after + Self.numbersAtOnce)
            let found = try await outbox.events(
                """
                number > \(after) and number <= \(end) and \(source)
                order by number limit \(min(limit, Outbox.batchMax))
                """
            )
            guard found.isEmpty else { return try ScoreEvent.all(of: found) }
            after = end
        }
        return []
    }
}

extension ScoreEvent {
    /// What `rows` did to scores, in their order.
    static func all(of rows: [OutboxEvent]) throws(StoreError) -> [ScoreEvent] {
        var events: [ScoreEvent] = []
        for row in rows {
            if let event = try ScoreEvent(row) { events.append(event) }
        }
        return events
    }

    /// Which rows of the outbox change a board's scores.
    fileprivate static func rows(of board: BoardID) -> SQL {
        func kind(_ source: Source) -> SQL { "\(source.rawValue)" }
        return switch board {
        case .concerts: "kind in (\(kind(.seatsSold)), \(kind(.seatsFreed)))"
        case .products: "kind in (\(kind(.productSold)), \(kind(.productReturned)))"
        default: "kind = \(kind(.scoreChanged)) and subject = \(board.raw)"
        }
    }

    /// Nil: the row changes no score.
    init?(_ row: OutboxEvent) throws(StoreError) {
        guard let source = Source(rawValue: row.kind) else { return nil }
        let payload = try Self.payload(of: row)
        switch source {
        case .seatsSold, .seatsFreed:
            guard let seats = payload["seats"]?.array?.count else { throw Self.unread(row) }
            let isSale = source == .seatsSold
            self.init(
                row,
                board: .concerts,
                change: .add(Int64(isSale ? seats : -seats)),
                // A cancel of a program from before rankings does not say when its seats were sold:
                // it counts where it stands. Migration 3 has told those that it found.
                countsAtMs: isSale ? row.atMs : payload["soldAtMs"]?.integer ?? row.atMs
            )
        case .productSold, .productReturned:
            guard let quantity = payload["quantity"]?.integer else { throw Self.unread(row) }
            let isSale = source == .productSold
            self.init(
                row,
                board: .products,
                change: .add(isSale ? quantity : -quantity),
                countsAtMs: isSale ? row.atMs : payload["paidAtMs"]?.integer ?? row.atMs
            )
        case .scoreChanged:
            guard let board = BoardID(row.subject), let member = payload["member"]?.string,
                let change = Change(payload)
            else { throw Self.unread(row) }
            self.init(row, board: board, member: member, change: change, countsAtMs: row.atMs)
        }
    }

    private enum Source: String {
        case seatsSold = "seats.sold"
        case seatsFreed = "seats.freed"
        case productSold = "product.sold"
        case productReturned = "product.returned"
        case scoreChanged = "score.changed"
    }

    /// The subject of a sale is what was sold.
    private init(
        _ row: OutboxEvent,
        board: BoardID,
        member: String? = nil,
        change: Change,
        countsAtMs: Int64
    ) {
        self.init(
            number: row.number,
            board: board,
            member: member ?? row.subject,
            change: change,
            countsAtMs: countsAtMs,
            atMs: row.atMs
        )
    }

    private static func payload(of row: OutboxEvent) throws(StoreError) -> JSONValue {
        do {
            return try JSONValue.parse(Array(row.payload.utf8))
        } catch {
            throw unread(row)
        }
    }

    private static func unread(_ row: OutboxEvent) -> StoreError {
        .broken("event \(row.number), \(row.kind): \(row.payload)")
    }
}

extension ScoreEvent.Change {
    fileprivate init?(_ payload: JSONValue) {
        if let units = payload["add"]?.integer {
            self = .add(units)
        } else if let units = payload["set"]?.integer {
            self = .set(units)
        } else {
            return nil
        }
    }
}
