import Foundation
import SQL
import TestGate
import Testing

@testable import Ledger
@testable import TestKit
@testable import TestLedger

/// Numbers of the outbox: without a gap, none twice, whatever the order in which rows commit.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct OutboxNumberTests {
    @Test(arguments: Engine.allCases)
    func committedRowsGetNumbersInTheirOrder(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            #expect(
                try await bed.outbox.number()
                    == .init(numbered: 0, latest: 0, isMore: false, latestRow: 0)
            )
            try await bed.write(["a", "b", "c"])
            #expect(
                try await bed.outbox.number()
                    == .init(numbered: 3, latest: 3, isMore: false, latestRow: 3)
            )
            try await bed.write(["d"])
            #expect(
                try await bed.outbox.number()
                    == .init(numbered: 1, latest: 4, isMore: false, latestRow: 4)
            )
            #expect(try await bed.numbers() == [1: "a", 2: "b", 3: "c", 4: "d"])
        }
    }

    /// What a round that looks only at late rows leaves behind, the next look at all finds.
    @Test(arguments: Engine.allCases)
    func aRowBelowTheFloorWaitsForTheLookAtAll(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.write(["a", "b", "c"])
            let high = try await bed.outbox.number(above: 1)
            #expect(high == .init(numbered: 2, latest: 2, isMore: false, latestRow: 3))
            let all = try await bed.outbox.number()
            #expect(all == .init(numbered: 1, latest: 3, isMore: false, latestRow: 1))
            #expect(try await bed.numbers() == [1: "b", 2: "c", 3: "a"])
        }
    }

    @Test(arguments: Engine.allCases)
    func aRoundNumbersABoundedBatch(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            let max = Outbox.batchMax
            for part in 0..<5 {
                try await bed.write((0..<max / 2).map { "\(part * max / 2 + $0)" })
            }
            for round in 1...2 {
                let done = try await bed.outbox.number()
                let latest = Int64(round * max)
                #expect(
                    done == .init(numbered: max, latest: latest, isMore: true, latestRow: latest)
                )
            }
            let last = try await bed.outbox.number()
            let latest = Int64(2 * max + max / 2)
            #expect(
                last == .init(numbered: max / 2, latest: latest, isMore: false, latestRow: latest)
            )
            // In the order of their rows over all rounds.
            let numbers = try await bed.numbers()
            #expect(numbers.count == Int(latest))
            #expect(numbers.allSatisfy { $0.key.map { String($0 - 1) } == $0.value })
        }
    }

    /// The row's id was taken before another's, and is committed after that one was numbered.
    @Test(arguments: Engine.allCases)
    func aLowerRowThatCommitsLaterIsNotLost(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            try await bed.write(["first", "early", "last"])
            // Its id is free again.
            let freed = try await bed.database.commit([
                "delete from outbox where subject = \("early") returning row_id"
            ])
            let given = Given()
            let relay = await bed.relay([given.consumer()])
            try await until("two are given") { given.events.count == 2 }
            let overriding = engine == .postgres ? "overriding system value " : ""
            let late: SQL = """
                insert into outbox (row_id, kind, subject, payload, at_ms)
                \(SQL(stringLiteral: overriding))values
                  (\(try freed[0].rows[0].integer(0)), \("test"), \("late"), \("{}"), \(1))
                """
            _ = try await bed.database.commit([late])
            relay.nudge()
            try await until("the late one is given") { given.events.count == 3 }
            #expect(given.subjects == ["first", "last", "late"])
            #expect(given.events.map(\.number) == [1, 2, 3])
        }
    }

    /// The same with a transaction that is really open.
    @Test func aTransactionThatStaysOpenIsWaitedForByNobody() async throws {
        try await OutboxBed.with(.postgres) { bed in
            let session = try PsqlSession(#require(bed.place.url))
            defer { session.end() }
            try session.say("begin;")
            try session.say(
                """
                insert into outbox (kind, subject, payload, at_ms) values ('test', 'slow', '{}', 1);
                """
            )
            try await until("it is open") {
                let open: SQL = """
                    select count(*) from pg_stat_activity where datname = current_database()
                      and state = 'idle in transaction' and query like 'insert into outbox%'
                    """
                return try await bed.database.rows(open)[0].integer(0) == 1
            }
            let given = Given()
            let relay = await bed.relay([given.consumer()])
            try await bed.write(["quick"])
            relay.nudge()
            try await until("the quick one is given") { given.subjects == ["quick"] }
            try session.say("commit;")
            try await until("the slow one is given") { given.subjects == ["quick", "slow"] }
            #expect(given.events.map(\.number) == [1, 2])
        }
    }

    @Test func oneRelayNumbersAtATime() async throws {
        try await OutboxBed.with(.postgres) { bed in
            try await bed.write(["a"])
            let session = try PsqlSession(#require(bed.place.url))
            defer { session.end() }
            try session.say("begin; select pg_advisory_xact_lock(\(Outbox.numberingLock));")
            try await until("it is locked") {
                let locks: SQL = """
                    select count(*) from pg_locks l join pg_database d on d.oid = l.database
                    where l.locktype = 'advisory' and d.datname = current_database()
                    """
                return try await bed.database.rows(locks)[0].integer(0) == 1
            }
            // It is told at once, not held up, and what shares its transaction is done.
            let none = try await bed.outbox.number()
            #expect(none == .init(numbered: 0, latest: 0, isMore: true, latestRow: 0))
            try session.say("commit;")
            try await until("it is numbered") {
                try await bed.outbox.number().latest == 1
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func twoRelaysNumberWithoutGapAndWithoutDouble(_ engine: Engine) async throws {
        try await OutboxBed.with(engine, sides: 2) { bed in
            let given = [Given(), Given()]
            let relays = [
                await bed.relay([given[0].consumer("one")], side: 0),
                await bed.relay([given[1].consumer("other")], side: 1),
            ]
            let writers = 16
            let each = 60
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<writers {
                    let side = writer % 2
                    group.addTask(executorPreference: bed.sides[side].loop) {
                        for row in 0..<each {
                            try await bed.write(["\(writer)-\(row)"], side: side)
                            relays[row % 2].nudge()
                        }
                    }
                }
                try await group.waitForAll()
            }
            let total = writers * each
            try await until("both have all") { given.allSatisfy { $0.events.count >= total } }
            for one in given {
                #expect(one.events.map(\.number) == (1...Int64(total)).map { $0 })
                #expect(Set(one.subjects).count == total)
                // What one writer wrote one after the other is told in that order.
                for writer in 0..<writers {
                    let its = one.subjects.filter { $0.hasPrefix("\(writer)-") }
                    #expect(its == (0..<each).map { "\(writer)-\($0)" })
                }
            }
            #expect(given[0].events == given[1].events)
            // A relay hears of its own last round after the other may have told of it.
            try await until("both know") {
                var numbered = 0
                for relay in relays {
                    let statistics = await relay.statistics()
                    guard statistics.latest == Int64(total) else { return false }
                    numbered += statistics.numbered
                }
                return numbered == total
            }
            for relay in relays { #expect(await relay.statistics().failure == nil) }
        }
    }
}
