import EventLoop
import SQL
import Synchronization
import TestGate
import Testing

@testable import Engines
@testable import Ledger
@testable import TestKit
@testable import TestLedger

/// What consumers of the outbox are given, and what happens when they fail.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct OutboxRelayTests {
    @Test(arguments: Engine.allCases)
    func eventsAreGivenInOrderAndInBatches(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            let count = 2 * Outbox.batchMax + 100
            for part in 0..<4 {
                try await bed.write((0..<count / 4).map { "\(part * count / 4 + $0)" })
            }
            let given = Given()
            let relay = await bed.relay([given.consumer()])
            try await until("all are given") { given.events.count >= count }
            #expect(given.subjects == (0..<count).map { "\($0)" })
            #expect(given.all.allSatisfy { $0.count <= Outbox.batchMax })
            #expect(given.events[6].kind == "test")
            #expect(given.events[6].payload == "{}")
            try await until("the cursor follows") {
                try await bed.cursor("given") == Int64(count)
            }
            let statistics = await relay.statistics()
            #expect(statistics.consumers == [.init(name: "given", cursor: Int64(count))])
            #expect(statistics.numbered == count)
        }
    }

    @Test(arguments: Engine.allCases)
    func aFailureKeepsTheCursorAndIsTriedAgain(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            let bad = Given()
            let good = Given()
            bad.failNext(2)
            try await bed.write(["a", "b"])
            let relay = await bed.relay([bad.consumer("bad"), good.consumer("good")])
            // It holds up nobody else.
            try await until("the good one has it") { try await bed.cursor("good") == 2 }
            try await until("the bad one has tried") { !bad.all.isEmpty }
            if bad.all.count < 3 {
                #expect(try await bed.cursor("bad") == 0)
                let failure = await relay.statistics().consumers[0].failure
                #expect(failure == .unavailable("for a test"))
            }
            try await until("the bad one has it") { try await bed.cursor("bad") == 2 }
            #expect(bad.subjects == ["a", "b", "a", "b", "a", "b"])
            #expect(good.subjects == ["a", "b"])
            try await until("it has recovered") {
                await relay.statistics().consumers[0].failure == nil
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func theNextRelayGoesOnWhereTheLastHasStopped(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            let first = Given()
            let relay = await bed.relay([first.consumer()])
            try await bed.write(["a", "b"])
            relay.nudge()
            try await until("the cursor follows") { try await bed.cursor("given") == 2 }
            await relay.stop()
            try await bed.write(["c"])

            // Taken and not recorded, as when its process dies in between.
            let second = Given()
            second.failNext(1)
            let dying = await bed.relay([second.consumer()])
            try await until("it was given") { second.subjects == ["c"] }
            await dying.stop()

            let third = Given()
            _ = await bed.relay([third.consumer()])
            try await until("it is given again") { third.subjects == ["c"] }
            #expect(first.subjects == ["a", "b"])
        }
    }

    @Test(arguments: Engine.allCases)
    func rowsOfAnotherProcessAreFoundWithoutANudge(_ engine: Engine) async throws {
        try await OutboxBed.with(engine, sides: 2) { bed in
            let given = [Given(), Given()]
            let relays = [
                await bed.relay([given[0].consumer("one")], side: 0),
                await bed.relay([given[1].consumer("two")], side: 1),
            ]
            try await bed.write(["a"], side: 1)
            relays[1].nudge()
            try await until("both are told") { given.allSatisfy { $0.subjects == ["a"] } }
            try await bed.write(["b"])
            try await until("both are told") { given.allSatisfy { $0.subjects == ["a", "b"] } }
        }
    }

    @Test func aNudgeIsHeardAtOnce() async throws {
        try await OutboxBed.with(.sqlite) { bed in
            let given = Given()
            let relay = await bed.relay([given.consumer()])
            let took = try await ContinuousClock().measure {
                for round in 1...20 {
                    try await bed.write(["\(round)"])
                    relay.nudge()
                    try await until("it is given") { given.events.count == round }
                }
            }
            // Found by looking only, each would take up to a second.
            #expect(took < .milliseconds(10 * OutboxRelay.pollMs))
        }
    }

    @Test func aCursorNeverGoesBack() async throws {
        for engine in Engine.allCases {
            try await OutboxBed.with(engine) { bed in
                try await bed.outbox.advance("one", to: 7)
                try await bed.outbox.advance("one", to: 5)
                #expect(try await bed.cursor("one") == 7)
                try await bed.outbox.advance("one", to: 8)
                #expect(try await bed.cursor("one") == 8)
                #expect(try await bed.cursor("other") == 0)
            }
        }
    }

    @Test func manyNudgesAreOne() async throws {
        try await OutboxBed.with(.sqlite) { bed in
            let given = Given()
            let relay = await bed.relay([given.consumer()])
            try await until("it has begun") { await bed.database.statistics().entries >= 1 }
            let before = bed.sides[0].loop.statistics
            for _ in 0..<10_000 { relay.nudge() }
            try await bed.write(["a"])
            relay.nudge()
            try await until("it is given") { given.subjects == ["a"] }
            // They come faster than the loop can hear them.
            let after = bed.sides[0].loop.statistics
            #expect(after.foreignEnqueues - before.foreignEnqueues < 5_000)
            // A round is no more often than every 10 ms.
            #expect(await bed.database.statistics().entries < 200)
        }
    }

    @Test func aLedgerThatIsAwayIsTriedAgain() async throws {
        try await OutboxBed.with(.sqlite) { bed in
            let relay = await bed.relay([])
            try await bed.write(["a"])
            relay.nudge()
            try await until("it is numbered") { relay.position.latest == 1 }
            await bed.database.close()
            relay.nudge()
            try await until("it says so") {
                await relay.statistics().failure == .unavailable("the ledger is closed")
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func aStreamReadsFromItsOwnNumber(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            let news = Mutex<[Int64]>([])
            let relay = await bed.relay([])
            relay.position.observe { latest in news.withLock { $0.append(latest) } }
            let events = OutboxEvents(bed.outbox, position: relay.position)
            #expect(try await events.events(after: 0) == [])
            try await bed.write((1...25).map { "\($0)" })
            relay.nudge()
            try await until("it is news") { news.withLock { $0 } == [25] }
            #expect(events.position.latest == 25)
            let some = try await events.events(after: 10, limit: 5)
            #expect(some.map(\.number) == [11, 12, 13, 14, 15])
            #expect(some.map(\.subject) == ["11", "12", "13", "14", "15"])
            #expect(try await events.events(after: 20, limit: 100).count == 5)
            #expect(try await events.events(after: 25) == [])
            #expect(try await events.events(after: .max) == [])
            try await bed.write(["26"])
            relay.nudge()
            try await until("it is news") { news.withLock { $0 } == [25, 26] }
        }
    }
}
