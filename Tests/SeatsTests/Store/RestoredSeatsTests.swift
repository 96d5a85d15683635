import Redis
import SQL
import Synchronization
import TestGate
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Payments
@testable import Rooms
@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// The ledger is put back from a backup, and Redis is kept: it knows of sales and cancels that the
/// ledger has lost. Seats are as the ledger says before anybody holds.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct RestoredSeatsTests {
    /// Ann's sale is in the backup and Bob's is not. The numbers of `newer` events are given anew
    /// before the seats are used. `isDelivered`: the relay had brought Bob's to Redis.
    @Test(arguments: Engine.allCases, [(true, 0), (true, 1), (true, 3), (false, 0), (false, 2)])
    func aLostSaleIsFree(_ engine: Engine, _ lost: (isDelivered: Bool, newer: Int)) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.sellAndLose(isDelivered: lost.isDelivered)
            try await bed.addEvents(lost.newer)
            let seats = bed.newcomer()
            let cat = try user("cat")
            let outcome = try await seats.hold([2], of: SaleBed.evening, for: cat)
            guard case .held(let hold) = outcome else { return #expect(Bool(false), "\(outcome)") }
            for side in 0...1 { #expect(try await bed.map(by: side) == "shffff") }
            _ = try await bed.receipt(hold, cat, key: "new", by: 1)
            try await bed.relayAll()
            for side in 0...1 { #expect(try await bed.map(by: side) == "ssffff") }
            let report = try #require(try await seats.report(SaleBed.evening))
            #expect(report.buyers == ["ann": 1, "cat": 1] && report.payments == 2)
            #expect(await bed.brokenSeats() == [])
        }
    }

    /// The relay is the first that comes, with a sale that has a lost number.
    @Test(arguments: Engine.allCases)
    func aNewSaleWithALostNumberIsBrought(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.sellAndLose(isDelivered: true)
            let kept = try await bed.dump("{p:evening}:*")
            let hold = try await bed.hold([5], for: try user("cat"))
            _ = try await bed.receipt(hold, try user("cat"), key: "new", by: 1)
            try await bed.restore(kept)
            let seats = bed.newcomer()
            try await bed.relayAll(to: seats)
            #expect(try await bed.map(of: seats) == "sfffsf")
        }
    }

    /// What the comparison is worth.
    @Test(arguments: [true, false])
    func withoutTheComparisonALostSaleStaysSold(_ isDelivered: Bool) async throws {
        try await SaleBed.with(.sqlite) { bed in
            try await bed.sellAndLose(isDelivered: isDelivered)
            let seats = bed.newcomer(comparesWithLedger: false)
            let outcome = try await seats.hold([2], of: SaleBed.evening, for: try user("cat"))
            #expect(outcome == .taken([2]))
            #expect(await bed.brokenSeats() != [])
        }
    }

    /// What was cancelled after the backup is sold.
    @Test(arguments: Engine.allCases, [true, false])
    func aLostCancelIsSold(_ engine: Engine, _ isDelivered: Bool) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.open(seats: 3)
            let ann = try user("ann")
            try await bed.charge(ann, 1_000_000)
            let receipt = try await bed.receipt(try await bed.hold([1, 2], for: ann), ann)
            try await bed.relayAll()
            try await bed.backUp()
            _ = try await bed.cancel(receipt.payment.id, ann, key: "back")
            if isDelivered { try await bed.relayAll() }
            #expect(try await bed.map() == "fff")
            try await bed.restoreBackup()
            let outcome = try await bed.newcomer()
                .hold([1], of: SaleBed.evening, for: try user("cat"))
            #expect(outcome == .taken([1]))
            for side in 0...1 { #expect(try await bed.map(by: side) == "ssf") }
            #expect(await bed.brokenSeats() == [])
        }
    }

    /// A sale and a cancel that are both lost leave the sums as they are.
    @Test(arguments: Engine.allCases)
    func lostEventsThatAddUpToNothingAreNoticed(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.open(seats: 4)
            let ann = try user("ann"), bob = try user("bob")
            for buyer in [ann, bob] { try await bed.charge(buyer, 1_000_000) }
            let receipt = try await bed.receipt(try await bed.hold([1], for: ann), ann)
            try await bed.relayAll()
            try await bed.backUp()
            _ = try await bed.cancel(receipt.payment.id, ann, key: "back")
            _ = try await bed.receipt(try await bed.hold([2], for: bob), bob)
            try await bed.relayAll()
            #expect(try await bed.map() == "fsff")
            try await bed.restoreBackup()
            try await bed.addEvents(4)
            for side in 0...1 { #expect(try await bed.map(by: side) == "sfff") }
        }
    }

    /// Processes sell the lost seats and others while they compare: each is sold once.
    @Test(arguments: Engine.allCases)
    func salesGoOnWhileSeatsAreCompared(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.open(seats: 30, maxSeatsPerUser: 100)
            let buyers = try (0..<10).map { try user("u\($0)") }
            for buyer in buyers { try await bed.charge(buyer, 10_000_000) }
            try await bed.relayAll()
            try await bed.backUp()
            for (index, buyer) in buyers.enumerated() {
                _ = try await bed.receipt(try await bed.hold([index + 1], for: buyer), buyer)
            }
            try await bed.relayAll()
            try await bed.restoreBackup()
            let refused = try await together(10) { index -> Int in
                var refused = 0
                for seat in [1 + index, 11 + index] {
                    let hold = try await bed.hold([seat], for: buyers[index], by: index)
                    let key = "again \(seat)"
                    let outcome = try await bed.pay(hold, buyers[index], key: key, by: index)
                    if case .done = outcome {} else { refused += 1 }
                    await bed.sides[index % 2].seats.compareAgain(SaleBed.evening)
                    _ = try await bed.map(by: index)
                }
                return refused
            }
            #expect(refused.allSatisfy { $0 == 0 }, "\(refused)")
            try await bed.relayAll()
            let sold = String(repeating: "s", count: 20) + String(repeating: "f", count: 10)
            for side in 0...1 { #expect(try await bed.map(by: side) == sold) }
            #expect(await bed.brokenSeats() == [])
        }
    }

    /// What others sell and cancel between the look at Redis and the read of the ledger is no
    /// reason to load, brought to Redis by the relay or not.
    @Test(arguments: Engine.allCases, [true, false])
    func whatIsSoldMeanwhileIsNoReasonToLoad(_ engine: Engine, _ isDelivered: Bool) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.open(seats: 6)
            let ann = try user("ann")
            try await bed.charge(ann, 1_000_000)
            let first = try await bed.receipt(try await bed.hold([1], for: ann), ann)
            try await bed.relayAll()
            let loads = Mutex(0)
            // A sale alone, a cancel alone, and again nothing.
            for round in 0..<3 {
                let meanwhile = Meanwhile()
                let seats = bed.newcomer { source in
                    let (progress, load) = (source.progress, source.load)
                    source.load = { id async throws(StoreError) in
                        loads.withLock { $0 += 1 }
                        return try await load(id)
                    }
                    source.progress = { id, cursor async throws(StoreError) in
                        try await meanwhile.once {
                            if round == 0 {
                                let hold = try await bed.hold([2, 3], for: ann)
                                _ = try await bed.receipt(hold, ann, key: "second")
                            } else if round == 1 {
                                _ = try await bed.cancel(first.payment.id, ann, key: "back")
                            }
                            if isDelivered { try await bed.relayAll() }
                        }
                        return try await progress(id, cursor)
                    }
                }
                #expect(try await bed.map(of: seats) == ["sssfff", "fssfff", "fssfff"][round])
                #expect(loads.withLock { $0 } == 0, "round \(round)")
            }
            try await bed.relayAll()
            #expect(await bed.brokenSeats() == [])
        }
    }

    // MARK: The room in front

    /// The room was sold out by sales that are lost. Nobody looks at the seats first.
    @Test(arguments: Engine.allCases, [true, false])
    func aRoomLetsInAgain(_ engine: Engine, _ isDelivered: Bool) async throws {
        try await SaleBed.with(engine) { bed in
            let room = try #require(RoomID("door"))
            try await bed.makeRoom(room)
            try await bed.open(seats: 2, room: room)
            let ann = try user("ann")
            try await bed.charge(ann, 1_000_000)
            _ = try await bed.sides[0].rooms.enter(ann, ticket: nil, in: room)
            _ = try await bed.map()
            try await bed.relayAll()
            try await bed.backUp()
            _ = try await bed.receipt(try await bed.hold([1, 2], for: ann), ann)
            if isDelivered { try await bed.relayAll() }
            #expect(try await bed.sides[1].roomSettings.report(room)?.state == .soldOut)
            try await bed.restoreBackup()
            let outcomes = try await together(4) { index in
                try await bed.sides[index % 2].rooms
                    .enter(try user("late\(index)"), ticket: nil, in: room)
            }
            #expect(outcomes.allSatisfy { $0 != .soldOut }, "\(outcomes)")
            #expect(try await bed.sides[1].roomSettings.report(room)?.state == .open)
            let unsold = try await bed.sides[0].redis.send("HGET", "{r:door}:room", "unsold")
            #expect(unsold.string == "2")
            #expect(await bed.brokenSeats() == [])
        }
    }

    /// A performance that was made after the backup is not counted any more, whoever comes first: a
    /// visitor, or the audit.
    @Test(arguments: Engine.allCases, [true, false])
    func aLostPerformanceIsNotCounted(_ engine: Engine, _ isByAudit: Bool) async throws {
        try await SaleBed.with(engine) { bed in
            let room = try #require(RoomID("door"))
            try await bed.makeRoom(room)
            try await bed.open(seats: 2, room: room)
            _ = try await bed.map()
            let database = bed.sides[0].database
            _ = try await database.commit([
                """
                insert into performances (performance, concert, date, seats, price, room,
                  hold_seconds, max_seats_per_user, made_ms)
                values ('lost', 'c1', '2026-12-24', 4, 1, 'door', 300, 4, 1)
                """
            ])
            let lost = try #require(PerformanceID("lost"))
            #expect(try await bed.newcomer().prepare(lost))
            let redis = bed.sides[0].redis
            #expect(try await redis.send("HGET", "{r:door}:room", "unsold").string == "6")
            _ = try await database.commit(["delete from performances where performance = 'lost'"])
            try await bed.reconnect()
            if isByAudit {
                let found = await bed.brokenSeats()
                #expect(found.map(\.detail) == ["door: lost is behind it in Redis only"])
                _ = await bed.brokenSeats(repairs: true)
            } else {
                _ = try await bed.sides[1].rooms.enter(try user("ann"), ticket: nil, in: room)
            }
            #expect(try await redis.send("HGET", "{r:door}:room", "unsold").string == "2")
            #expect(await bed.brokenSeats() == [])
        }
    }
}
