import JSON
public import Onsale
import SQL

/// A stretch of the outbox as boards read it.
public struct ScoreEvents: Equatable, Sendable {
    /// In the order of their numbers. A row of another kind gives none.
    public var events: [ScoreEvent]
    /// All rows up to this number were read, whether they gave an event or not: go on after it.
    public var readTo: Int64
    /// As many rows as were asked for: there may be more now.
    public var isMore: Bool

    public init(events: [ScoreEvent], readTo: Int64, isMore: Bool) {
        self.events = events
        self.readTo = readTo
        self.isMore = isMore
    }
}

extension SaleLedger {
    /// What rows with a number above `number` did to scores; reads at most `limit` rows, and at
    /// most 1,000.
    public func scoreEvents(after number: Int64, limit: Int) async throws(StoreError)
        -> ScoreEvents
    {
        let rows: [OutboxEvent] = try await events(after: number, limit: limit)
        return ScoreEvents(
            events: try ScoreEvent.all(of: rows),
            readTo: rows.last?.number ?? number,
            isMore: rows.count == min(limit, Self.outboxBatchMax)
        )
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
