import EventLoop
import TestGate
import Testing
import TestPostgres

@testable import SQL
@testable import TestKit

/// A standby is promoted, the old primary comes back: the ledger follows the newest one, and writes
/// to no other.
@Suite(.alone, .timeLimit(.minutes(3))) struct PostgresFailoverTests {
    @Test func aPromotedStandbyIsFollowedAndHasAllThatWasAnswered() async throws {
        let pair = try PostgresPair(isSynchronous: true)
        defer { pair.stop() }
        try await withPostgres(at: pair.url, PostgresPair.quick) { database in
            _ = try await database.commit([PostgresPair.entries])
            // They go on until one is not answered: the primary dies under them.
            async let answered = together(10) { writer -> [Int] in
                var done: [Int] = []
                while true {
                    let number = writer * 1_000_000 + done.count
                    switch await database.failure(of: PostgresPair.entry(number)) {
                    case nil: done.append(number)
                    case .unavailable: return done
                    case let other:
                        Issue.record("\(String(describing: other))")
                        return done
                    }
                }
            }
            #expect(await eventually { await database.statistics().entries > 201 })
            try pair.primary.kill()
            let numbers = try await answered.flatMap { $0 }
            #expect(await database.problem()?.trouble == .away)
            // Nothing is written to a standby.
            #expect(
                await eventually {
                    await database.problem()?.reason.contains("standby mode") == true
                }
            )
            #expect(await database.failure(of: PostgresPair.entry(-1))?.isUnavailable == true)

            try pair.standby.promote()
            #expect(await database.whenConnected(timeoutMs: 10_000))
            let kept = Set(try await database.numbers("select entry from entries").map { Int($0) })
            #expect(kept.isSuperset(of: numbers))
            #expect(kept.count - numbers.count <= 10)
            #expect(await database.failure(of: PostgresPair.entry(-1)) == nil)
            #expect(await database.problem() == nil)
        }
    }

    /// Both take writes now; which of them is asked first makes no difference.
    @Test func anOldPrimaryThatComesBackIsNotWrittenTo() async throws {
        let pair = try PostgresPair(isSynchronous: false)
        defer { pair.stop() }
        try await withPostgres(at: pair.url, PostgresPair.quick) { database in
            _ = try await database.commit([PostgresPair.entries])
            try await Self.caughtUp(pair)
            try await Self.kill(pair.primary, of: database)
            try pair.standby.promote()
            #expect(await database.whenConnected(timeoutMs: 10_000))
            #expect(await database.failure(of: PostgresPair.entry(1)) == nil)

            try pair.primary.start()
            try pair.standby.kill()
            #expect(
                await eventually {
                    await database.problem()?.reason.contains("an old primary") == true
                }
            )
            #expect(await database.problem()?.trouble == .away)
            #expect(await database.failure(of: PostgresPair.entry(2))?.isUnavailable == true)
            #expect(try pair.primary.psql("select count(*) from entries") == "0")

            try pair.standby.start()
            #expect(await database.whenConnected(timeoutMs: 10_000))
            #expect(await database.failure(of: PostgresPair.entry(2)) == nil)
            #expect(try await database.numbers("select entry from entries order by 1") == [1, 2])
        }
    }

    /// Another loop of this process has seen the promotion.
    @Test func aConnectionToAnOldPrimaryIsGivenUp() async throws {
        let pair = try PostgresPair(isSynchronous: false)
        defer { pair.stop() }
        let configuration = PostgresPair.quick
        try await withPostgres(at: pair.primary.url(), configuration) { old in
            _ = try await old.commit([PostgresPair.entries])
            try await Self.caughtUp(pair)
            try pair.standby.promote()
            #expect(await old.failure(of: PostgresPair.entry(1)) == nil)
            try await withPostgres(at: pair.standby.url(), configuration) { new in
                #expect(
                    await eventually {
                        await old.problem()?.reason.contains("an old primary") == true
                    }
                )
                #expect(await old.failure(of: PostgresPair.entry(2))?.isUnavailable == true)
                #expect(await old.failure(ofReading: ["select 1"])?.isUnavailable == true)
                #expect(await new.failure(of: PostgresPair.entry(2)) == nil)
            }
        }
    }

    @Test func anOldPrimaryThatFollowsMayBePromotedAgain() async throws {
        let pair = try PostgresPair(isSynchronous: false)
        defer { pair.stop() }
        try await withPostgres(at: pair.url, PostgresPair.quick) { database in
            _ = try await database.commit([PostgresPair.entries])
            try await Self.caughtUp(pair)
            try await Self.kill(pair.primary, of: database)
            try pair.standby.promote()
            #expect(await database.whenConnected(timeoutMs: 10_000))
            try pair.primary.follow(pair.standby)
            // A standby: read, it would be older than what was answered.
            #expect(await database.failure(of: PostgresPair.entry(1)) == nil)
            #expect(try await database.numbers("select entry from entries") == [1])
            #expect(
                try await eventually {
                    try pair.primary.psql("select count(*) from entries") == "1"
                }
            )
            try await Self.kill(pair.standby, of: database)
            try pair.primary.promote()
            #expect(await database.whenConnected(timeoutMs: 10_000))
            #expect(await database.failure(of: PostgresPair.entry(2)) == nil)
            #expect(try await database.numbers("select entry from entries order by 1") == [1, 2])
        }
    }

    /// It takes connections and says nothing, and stands before the other one.
    @Test func aHostThatHangsDoesNotHideTheNext() async throws {
        let pair = try PostgresPair(isSynchronous: false)
        defer { pair.stop() }
        try await withPostgres(at: pair.url, PostgresPair.quick) { database in
            _ = try await database.commit([PostgresPair.entries])
            try await Self.caughtUp(pair)
            pair.primary.freeze()
            try pair.standby.promote()
            #expect(await database.failure(of: PostgresPair.entry(1))?.isUnavailable == true)
            #expect(
                await eventually { await database.failure(of: PostgresPair.entry(2)) == nil }
            )
            #expect(try await database.numbers("select entry from entries") == [2])
            // It goes on where it was, as a primary, and its connections are long given up.
            pair.primary.thaw()
            #expect(await database.failure(of: PostgresPair.entry(3)) == nil)
            #expect(try pair.standby.psql("select count(*) from entries") == "2")
        }
    }

    @Test func anotherClusterIsNotAnotherHost() {
        let newest = NewestHistory()
        let first = PostgresPeer.History(system: 1, timeline: 4)
        let other = PostgresPeer.History(system: 2, timeline: 9)
        #expect(newest.refusal(of: first, hosts: 2) == nil)
        #expect(newest.refusal(of: other, hosts: 2)?.contains("another cluster") == true)
        #expect(newest.staleness(of: first) == nil)
        // The one address is where the operator has put a new one.
        #expect(newest.refusal(of: other, hosts: 1) == nil)
        #expect(newest.refusal(of: .init(system: 2, timeline: 8), hosts: 1) != nil)
    }

    /// Answers when the ledger has noticed.
    private static func kill(_ server: PrivatePostgres, of database: PostgresDatabase) async throws
    {
        try server.kill()
        try await until("the loss is noticed") { await database.problem() != nil }
    }

    private static func caughtUp(_ pair: PostgresPair) async throws {
        try await until("the standby has the table") {
            try pair.standby.psql("select count(*) from pg_class where relname = 'entries'") == "1"
        }
    }
}
