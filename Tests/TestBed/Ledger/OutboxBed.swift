import EventLoop
import Foundation
import SQL
import Synchronization
import Testing
import TestPostgres

@testable import Engines
@testable import Ledger

/// A ledger with `sides` loops, each as a process of its own would use it.
final class OutboxBed: Sendable {
    struct Side: Sendable {
        let loop: EventLoop
        let database: any Database
        let outbox: Outbox
    }

    let engine: Engine
    let place: TestLedger
    let sides: [Side]
    private let relays = Mutex<[OutboxRelay]>([])

    private init(_ engine: Engine, sides count: Int, _ clock: Clock) async throws {
        self.engine = engine
        place = try await TestLedger(engine)
        var made: [Side] = []
        for _ in 0..<count {
            let loop = EventLoop.start(clock: clock)
            let database = try await place.open(on: loop)
            made.append(Side(loop: loop, database: database, outbox: Outbox(database)))
        }
        sides = made
    }

    static func with(
        _ engine: Engine,
        sides: Int = 1,
        clock: Clock = .system,
        _ body: @Sendable (OutboxBed) async throws -> Void
    ) async throws {
        let bed = try await OutboxBed(engine, sides: sides, clock)
        do {
            try await body(bed)
            await bed.stop()
        } catch {
            await bed.stop()
            throw error
        }
    }

    private func stop() async {
        for relay in relays.withLock({ $0 }) { await relay.stop() }
        for side in sides {
            await side.database.close()
            side.loop.stop()
        }
        await place.remove()
    }

    var database: any Database { sides[0].database }
    var outbox: Outbox { sides[0].outbox }

    /// A relay on a side, started; it ends with the bed.
    func relay(_ consumers: [OutboxConsumer], side: Int = 0) async -> OutboxRelay {
        let relay = OutboxRelay(
            sides[side].outbox,
            consumers: consumers,
            on: sides[side].loop
        )
        await relay.start()
        relays.withLock { $0.append(relay) }
        return relay
    }

    static func event(_ subject: String) -> SQL {
        """
        insert into outbox (kind, subject, payload, at_ms)
        values (\("test"), \(subject), \("{}"), \(1))
        """
    }

    func write(_ subjects: some Sequence<String>, side: Int = 0) async throws {
        _ = try await sides[side].database.commit(subjects.map(Self.event))
    }

    /// Number and subject of all rows in their order.
    func numbers() async throws -> [Int64?: String] {
        let rows = try await database.rows("select number, subject from outbox")
        return Dictionary(
            try rows.map { (try $0.optionalInteger(0), try $0.text(1)) },
            uniquingKeysWith: { "\($0), \($1)" }
        )
    }

    func cursor(_ consumer: String) async throws -> Int64 {
        try await outbox.events(for: consumer).cursor
    }
}

/// A consumer that keeps what it was given.
final class Given: Sendable {
    private let batches = Mutex<[[OutboxEvent]]>([])
    private let failures = Mutex(0)

    var all: [[OutboxEvent]] { batches.withLock { $0 } }
    var events: [OutboxEvent] { all.flatMap { $0 } }
    var subjects: [String] { events.map(\.subject) }

    /// The next so many batches are taken, and then refused.
    func failNext(_ count: Int) { failures.withLock { $0 = count } }

    func consumer(_ name: String = "given") -> OutboxConsumer {
        OutboxConsumer(name) { events throws(StoreError) in
            self.batches.withLock { $0.append(events) }
            let fails = self.failures.withLock { left in
                guard left > 0 else { return false }
                left -= 1
                return true
            }
            if fails { throw .unavailable("for a test") }
        }
    }
}
