import SQL
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// How the ledger under a bed of sales is put back from a backup.
extension SaleBed {
    /// Six seats: Ann's first is in the backup, Bob's next two are lost.
    func sellAndLose(isDelivered: Bool) async throws {
        try await open(seats: 6)
        for name in ["ann", "bob", "cat"] { try await charge(try user(name), 1_000_000) }
        let ann = try user("ann"), bob = try user("bob")
        _ = try await receipt(try await hold([1], for: ann), ann)
        try await relayAll()
        try await backUp()
        _ = try await receipt(try await hold([2, 3], for: bob), bob)
        if isDelivered { try await relayAll() }
        for side in 0...1 { #expect(try await map(by: side) == "sssfff") }
        try await restoreBackup()
    }

    func map(of seats: SeatStore) async throws -> String {
        guard case .map(let map) = try await seats.map(Self.evening) else {
            throw Unexpected(what: "no map")
        }
        return String(decoding: map.states, as: UTF8.self)
    }

    /// What is sold, beside the tables.
    func backUp() async throws {
        _ = try await sides[0].database.commit([
            "create table old_payments as select * from payments",
            "create table old_sold_seats as select * from sold_seats",
            "create table old_outbox as select * from outbox",
            "create table old_cursors as select * from cursors",
            "create table old_deliveries as select * from deliveries",
        ])
    }

    /// The backup takes the place of what is sold now, and all processes connect anew to Redis.
    func restoreBackup() async throws {
        let outbox: SQL =
            switch engine {
            case .sqlite: "insert into outbox select * from old_outbox"
            case .postgres: "insert into outbox overriding system value select * from old_outbox"
            }
        _ = try await sides[0].database.commit([
            "delete from sold_seats", "delete from payments", "delete from outbox",
            "delete from cursors", "delete from deliveries",
            "insert into payments select * from old_payments",
            "insert into sold_seats select * from old_sold_seats",
            outbox,
            "insert into cursors select * from old_cursors",
            "insert into deliveries select * from old_deliveries",
            """
            update performances set
              sold = (select count(*) from sold_seats s
                where s.performance = performances.performance),
              payments = (select count(*) from payments p
                where p.performance = performances.performance and cancels = 0)
            """,
        ])
        try await reconnect()
    }

    /// Events of something else, which the relay brings.
    func addEvents(_ count: Int) async throws {
        guard count > 0 else { return }
        let event: SQL = """
            insert into outbox (kind, subject, payload, at_ms) values ('test', 'x', '{}', 5)
            """
        _ = try await sides[0].database.commit(Array(repeating: event, count: count))
        try await relayAll()
    }

    func brokenSeats(repairs: Bool = false) async -> [AuditLine] {
        let side = sides[0]
        let engines = AuditEngines(
            database: side.database,
            redis: side.redis,
            repairs: repairs,
            on: side.loop
        )
        return await SeatAudit(engines).audit().filter { $0.finding != .kept }
    }
}
