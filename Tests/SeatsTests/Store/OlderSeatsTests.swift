import EventLoop
import Redis
import SQL
import TestGate
import TestRedis
import Testing
import Values

@testable import Ledger
@testable import Payments
@testable import Rooms
@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// Redis comes back older than the ledger: a crash of everything, a replica that lagged, the old
/// half of a split brain. What the ledger has sold is sold before anybody holds.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct OlderSeatsTests {
    /// Who asks first: a process that has seen more than Redis has, another one that has not, or
    /// one that has just started.
    enum Witness: CaseIterable { case seller, other, newcomer }

    @Test(arguments: Engine.allCases, Witness.allCases)
    func whatWasBroughtToRedisIsLoaded(_ engine: Engine, _ witness: Witness) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.sellBehindRedis([1, 2, 3], of: 5, isDelivered: true)
            let seats =
                switch witness {
                case .seller: bed.sides[0].seats
                case .other: bed.sides[1].seats
                case .newcomer: bed.newcomer()
                }
            let cat = try user("cat")
            #expect(try await seats.hold([2], of: SaleBed.evening, for: cat) == .taken([2]))
            #expect(try await bed.map(by: 1) == "sssff")
            let report = try #require(try await seats.report(SaleBed.evening))
            #expect(report.sold == 3 && report.payments == 1 && report.buyers == ["ann": 3])
        }
    }

    /// The same with the comparison switched off: the seat is held.
    @Test func withoutTheComparisonASoldSeatIsHeld() async throws {
        try await SaleBed.with(.sqlite) { bed in
            try await bed.sellBehindRedis([1, 2, 3], of: 5, isDelivered: true)
            let seats = bed.newcomer(comparesWithLedger: false)
            let outcome = try await seats.hold([2], of: SaleBed.evening, for: try user("cat"))
            guard case .held = outcome else { return #expect(Bool(false), "\(outcome)") }
        }
    }

    /// Committed and not yet brought to Redis by the relay: no loss, and yet not free.
    @Test(arguments: Engine.allCases)
    func whatIsOnItsWayIsAppliedAndNothingIsLoaded(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let before = try await bed.sellBehindRedis([1, 2, 3], of: 5, isDelivered: false)
            let seats = bed.newcomer()
            let cat = try user("cat")
            #expect(try await seats.hold([1], of: SaleBed.evening, for: cat) == .taken([1]))
            #expect(try await bed.map(by: 1) == "sssff")
            #expect(try await seats.report(SaleBed.evening)?.generation == before)
            // The relay brings the same again, which changes nothing.
            try await bed.relayAll()
            #expect(try await bed.map() == "sssff")
            let report = try #require(try await seats.report(SaleBed.evening))
            #expect(report.sold == 3 && report.payments == 1)
        }
    }

    /// A cancel that an older Redis does not know: its seats are free.
    @Test(arguments: [true, false])
    func aCancelIsKnownToo(_ isDelivered: Bool) async throws {
        try await SaleBed.with(.sqlite) { bed in
            try await bed.open(seats: 3)
            let ann = try user("ann")
            try await bed.charge(ann, 1_000_000)
            let receipt = try await bed.receipt(try await bed.hold([1, 2], for: ann), ann)
            try await bed.relayAll()
            try await bed.save()
            _ = try await bed.cancel(receipt.payment.id, ann, key: "back")
            if isDelivered { try await bed.relayAll() }
            try await bed.comeBackOlder()
            let seats = bed.newcomer()
            let outcome = try await seats.hold([1], of: SaleBed.evening, for: try user("cat"))
            guard case .held = outcome else { return #expect(Bool(false), "\(outcome)") }
            #expect(try await bed.map(by: 1) == "hff")
            #expect(try await seats.report(SaleBed.evening)?.sold == 0)
        }
    }

    /// A connection that is lost and made again, with a Redis that has all: one look, no load.
    @Test(arguments: Engine.allCases)
    func aHealthyRedisIsNotLoadedAgain(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.open(seats: 5)
            let ann = try user("ann")
            try await bed.charge(ann, 1_000_000)
            _ = try await bed.receipt(try await bed.hold([1], for: ann), ann)
            try await bed.relayAll()
            let held = try await bed.hold([4], for: ann)
            let before = try #require(try await bed.sides[0].seats.report(SaleBed.evening))
            for _ in 0..<3 {
                try await bed.reconnect()
                for side in 0...1 { #expect(try await bed.map(by: side) == "sffhf") }
            }
            let after = try #require(try await bed.sides[0].seats.report(SaleBed.evening))
            #expect(after.generation == before.generation && after.holds == before.holds)
            _ = try await bed.receipt(held, ann, key: "second")
        }
    }

    /// Payments that commit while Redis is compared and loaded are neither lost nor counted twice,
    /// and no seat that was just held becomes free. Both processes do it at once.
    @Test(arguments: Engine.allCases)
    func salesGoOnWhileRedisIsCompared(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            try await bed.open(seats: 60, maxSeatsPerUser: 100)
            let buyers = try (0..<20).map { try user("u\($0)") }
            for buyer in buyers { try await bed.charge(buyer, 10_000_000) }
            _ = try await bed.map()
            try await bed.save()
            // Some are known to the ledger only.
            for (index, buyer) in buyers.prefix(5).enumerated() {
                let hold = try await bed.hold([index + 1], for: buyer, by: index)
                _ = try await bed.receipt(hold, buyer, by: index)
            }
            try await bed.relayAll()
            try await bed.comeBackOlder()
            let refused = try await together(15) { index -> Int in
                let buyer = buyers[5 + index]
                var refused = 0
                for seat in [6 + index, 21 + index, 36 + index] {
                    let hold = try await bed.hold([seat], for: buyer, by: index)
                    let outcome = try await bed.pay(hold, buyer, key: "p\(seat)", by: index)
                    if case .done = outcome {} else { refused += 1 }
                    let side = bed.sides[index % 2].seats
                    await side.compareAgain(SaleBed.evening)
                    _ = try await bed.map(by: index)
                }
                return refused
            }
            #expect(refused.allSatisfy { $0 == 0 }, "\(refused)")
            try await bed.relayAll()
            let sold = String(repeating: "s", count: 50) + String(repeating: "f", count: 10)
            #expect(try await bed.map() == sold)
            let report = try #require(try await bed.sides[1].seats.report(SaleBed.evening))
            #expect(report.sold == 50 && report.payments == 50 && report.holds == [])
            #expect(report.buyers.values.reduce(0, +) == 50)
            #expect(await bed.broken() == [])
        }
    }

    /// An operator's change that an older Redis does not know.
    @Test func changedSettingsAreBroughtAgain() async throws {
        try await SaleBed.with(.sqlite) { bed in
            try await bed.open(seats: 3, maxSeatsPerUser: 2)
            _ = try await bed.map()
            try await bed.save()
            try await bed.open(seats: 6, maxSeatsPerUser: 4)
            try await bed.relayAll()
            try await bed.comeBackOlder()
            let seats = bed.newcomer()
            let outcome = try await seats.hold(
                [3, 4, 5, 6],
                of: SaleBed.evening,
                for: try user("cat")
            )
            guard case .held = outcome else { return #expect(Bool(false), "\(outcome)") }
        }
    }
}

/// The till and the door.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct OlderTillTests {
    /// Redis has lost a sale behind everybody's back: who is refused at the till tells it.
    @Test(arguments: Engine.allCases)
    func aRefusalAtTheTillCorrectsRedis(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let room = try #require(RoomID("door"))
            try await bed.makeRoom(room)
            try await bed.open(seats: 2, room: room)
            let (ann, bob) = (try user("ann"), try user("bob"))
            for name in [ann, bob] {
                try await bed.charge(name, 1_000_000)
                _ = try await bed.sides[0].rooms.enter(name, ticket: nil, in: room)
            }
            // Side 1 has compared the seats before, and its connection is not lost.
            _ = try await bed.map(by: 1)
            let kept = try await bed.dump("{r:door}:*")
            _ = try await bed.receipt(try await bed.hold([1, 2], for: ann), ann)
            try await bed.relayAll()
            try await bed.restore(kept)
            let hold = try await bed.hold([1], for: bob, by: 1)
            #expect(try await bed.pay(hold, bob, by: 1) == .refused(.holdExpired))
            #expect(try await bed.map(by: 1) == "ss")
            #expect(try await bed.sides[1].roomSettings.report(room)?.state == .soldOut)
            let report = try #require(try await bed.sides[1].seats.report(SaleBed.evening))
            #expect(report.holds == [] && report.buyers == ["ann": 2] && report.sold == 2)
        }
    }

    /// The room was sold out. Redis does not know it any more, and nobody looks at the seats.
    @Test(arguments: Engine.allCases, [true, false])
    func aSoldOutRoomStaysSoldOut(_ engine: Engine, _ isDelivered: Bool) async throws {
        try await SaleBed.with(engine) { bed in
            let room = try #require(RoomID("door"))
            try await bed.makeRoom(room)
            try await bed.open(seats: 2, room: room)
            let ann = try user("ann")
            try await bed.charge(ann, 1_000_000)
            _ = try await bed.sides[0].rooms.enter(ann, ticket: nil, in: room)
            try await bed.save()
            _ = try await bed.receipt(try await bed.hold([1, 2], for: ann), ann)
            if isDelivered { try await bed.relayAll() }
            try await bed.comeBackOlder()
            let outcomes = try await together(6) { index in
                try await bed.sides[index % 2].rooms
                    .enter(try user("late\(index)"), ticket: nil, in: room)
            }
            #expect(outcomes.allSatisfy { $0 == .soldOut }, "\(outcomes)")
            #expect(try await bed.sides[1].roomSettings.report(room)?.state == .soldOut)
        }
    }

    /// 1,200 performances behind one room: three looks, and only what is older is loaded.
    @Test func oneRoomWithManyPerformancesIsLookedAtInSlices() async throws {
        try await SaleBed.with(.sqlite, sides: 1) { bed in
            let room = try #require(RoomID("door"))
            try await bed.makeRoom(room)
            try await bed.open(seats: 2, room: room)
            _ = try await bed.sides[0].database.commit([
                """
                insert into performances (performance, concert, date, seats, price, room,
                  hold_seconds, max_seats_per_user, made_ms)
                with recursive n (i) as (select 1 union all select i + 1 from n where i < 1200)
                select 'p' || i, 'c1', '2026-12-24', 4, 1, 'door', 300, 4, 1 from n
                """
            ])
            let seats = bed.sides[0].seats
            try await seats.compare(behind: room)
            let calls = try await bed.calls()
            try await seats.compare(behind: room)
            #expect(try await bed.calls() - calls == 3)
            #expect(try await bed.sides[0].redis.send("HLEN", "{r:door}:stock").int == 1_201)
        }
    }
}
