import EventLoop
import Redis
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Rooms
@testable import Seats
@testable import TestKit
@testable import TestSales

/// How Redis comes back older under a bed of sales.
extension SaleBed {
    /// Redis writes down what it has: with this it comes back.
    func save() async throws { _ = try await sides[0].redis.send("SAVE") }

    /// `kill -9`; it comes back as it was at the last `save`.
    func comeBackOlder() async throws {
        let openings = sides.map(\.redis.openings)
        server.kill()
        try server.start()
        try await untilOpened(openings)
    }

    /// All connections are cut; Redis has everything.
    func reconnect() async throws {
        let openings = sides.map(\.redis.openings)
        _ = try? await sides[0].redis.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no")
        try await untilOpened(openings)
    }

    private func untilOpened(_ openings: [Int]) async throws {
        try await until("all are connected again") {
            var areBack = true
            for (side, before) in zip(sides, openings) {
                let isThere = await side.redis.isAvailable
                areBack = areBack && isThere && side.redis.openings > before
            }
            return areBack
        }
    }

    /// `ann` buys `seats` of so many, and Redis comes back as it was before. Answers the generation
    /// of its seats then.
    @discardableResult
    func sellBehindRedis(_ seats: [Int], of count: Int, isDelivered: Bool) async throws -> Int64 {
        try await open(seats: count)
        let ann = try user("ann")
        try await charge(ann, 1_000_000)
        // Both sides know the performance, and Redis its free seats.
        for side in 0...1 { _ = try await map(by: side) }
        let before = try #require(try await sides[0].seats.report(Self.evening))
        try await save()
        let hold = try await hold(seats, for: ann)
        _ = try await receipt(hold, ann)
        if isDelivered { try await relayAll() }
        try await comeBackOlder()
        return before.generation
    }

    /// A process that has just started.
    func newcomer(
        comparesWithLedger: Bool = true,
        _ edit: (inout SeatSource) -> Void = { _ in }
    ) -> SeatStore {
        let side = sides[1]
        let ledger = SeatLedger(side.database)
        var source = SeatSource(
            ledger: ledger,
            directory: PerformanceDirectory(ledger: ledger, on: side.loop)
        )
        edit(&source)
        return SeatStore(
            redis: side.redis,
            holdKey: [UInt8](repeating: 7, count: 32),
            source: source,
            comparesWithLedger: comparesWithLedger,
            on: side.loop
        )
    }

    /// The relay of side 0 brings all that is committed, to `seats` if they are not the side's own.
    func relayAll(to seats: SeatStore? = nil) async throws {
        let side = sides[0]
        let ledger = SeatLedger(side.database)
        let relay = OutboxRelay(
            Outbox(side.database),
            consumers: [.seats(seats ?? side.seats, ledger: ledger)],
            on: side.loop
        )
        await relay.start()
        try await until("the relay is done") {
            await relay.delivered(OutboxConsumer.seatsName, withinMs: 1_000)
        }
        await relay.stop()
    }

    /// A room of capacity 10 whose stock is compared as in a server.
    func makeRoom(_ room: RoomID) async throws {
        for side in sides {
            let seats = side.seats
            await side.keeper.onStock { room async throws(StoreError) in
                try await seats.compare(behind: room)
            }
        }
        var change = RoomChange()
        change.capacity = .some(10)
        _ = try await sides[0].roomSettings.configure(change, of: room)
        for side in sides.dropFirst() { await side.keeper.meet(room) }
    }

    /// Keys as they are now, for `restore`.
    func dump(_ pattern: String) async throws -> [(String, [UInt8])] {
        let redis = sides[0].redis
        var kept: [(String, [UInt8])] = []
        for key in try await redis.send("KEYS", pattern).array ?? [] {
            let name = try #require(key.string)
            guard case .bytes(let bytes) = try await redis.send("DUMP", name) else { continue }
            kept.append((name, bytes))
        }
        return kept
    }

    func restore(_ kept: [(String, [UInt8])]) async throws {
        for (key, bytes) in kept {
            _ = try await sides[0].redis.send([
                "RESTORE", .string(key), 0, .bytes(bytes), "REPLACE",
            ])
        }
    }

    /// Calls of functions so far.
    func calls() async throws -> Int {
        let text = try await sides[0].redis.send("INFO", "commandstats").string ?? ""
        let name = "cmdstat_fcall:calls="
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name) }
        return line?.dropFirst(name.count).split(separator: ",").first.flatMap { Int($0) } ?? 0
    }
}

extension SeatStore {
    /// The next use compares again.
    func compareAgain(_ id: PerformanceID) { comparisons.forget(id) }
}
