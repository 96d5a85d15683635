import EventLoop
import Foundation
import TestGate
import Testing
import TestPostgres

@testable import SQL
@testable import TestKit

/// A commit waits for a synchronous standby that does not answer, and no limit of ours at the
/// server ends that wait.
@Suite(.alone, .timeLimit(.minutes(2))) struct PostgresStandbyTests {
    @Test func aStandbyThatHangsUsesUpNoConnections() async throws {
        let pair = try PostgresPair(isSynchronous: true)
        defer { pair.stop() }
        try await withPostgres(at: pair.url, PostgresPair.quick) { database in
            _ = try await database.commit([PostgresPair.entries])
            pair.standby.freeze()
            #expect(await database.failure(of: PostgresPair.entry(1))?.isUnavailable == true)
            #expect(await database.problem()?.trouble == .slow)
            #expect(
                await eventually {
                    await database.problem()?.reason.contains("IPC SyncRep") == true
                }
            )
            // From now on nobody waits, and no session comes to the one that does.
            let start = ContinuousClock.now
            for number in 0..<100 {
                #expect(await database.failure(of: PostgresPair.entry(number)) != nil)
                let (all, waiting) = try PostgresPair.sessions(at: pair.primary)
                #expect(all == 3 && waiting == 1)
            }
            #expect(ContinuousClock.now - start > .milliseconds(600))
            #expect(try await database.count("entries") == 0)
            #expect(await database.problem()?.trouble == .slow)

            pair.standby.thaw()
            #expect(await database.whenConnected(timeoutMs: 10_000))
            // The one that was not answered is there; its caller looks for it by a key.
            #expect(try await database.numbers("select entry from entries") == [1])
            #expect(await database.violation(of: PostgresPair.entry(1))?.kind == .unique)
            #expect(await database.problem() == nil)
            #expect(await database.statistics().reconnects == 0)
        }
    }

    /// Nobody is there to be waited for: the operator's mistake, which they mend.
    @Test func thoughNobodyWritesItIsToldAndMends() async throws {
        let server = try PrivatePostgres(isDurable: false)
        defer { server.stop() }
        try await withPostgres(at: server.url(), PostgresPair.quick) { database in
            _ = try await database.commit([PostgresPair.entries])
            try server.waitForStandby("nobody")
            #expect(await eventually { await database.problem()?.trouble == .slow })
            #expect(try PostgresPair.sessions(at: server) == (3, 1))
            try server.waitForStandby("")
            #expect(await eventually { await database.problem()?.trouble == nil })
            #expect(await database.statistics().entries == 1)
        }
    }

    /// As on a disk that hangs: nothing ends it, and reads go on.
    @Test func aSessionThatHangsIsWaitedFor() async throws {
        let server = try PrivatePostgres(isDurable: false)
        defer { server.stop() }
        try await withPostgres(at: server.url(), PostgresPair.quick) { database in
            _ = try await database.commit([PostgresPair.entries])
            let pid = try await database.sessionThatWrites()
            kill(pid, SIGSTOP)
            defer { kill(pid, SIGCONT) }
            #expect(await database.failure(of: PostgresPair.entry(1))?.isUnavailable == true)
            #expect(await database.problem()?.trouble == .slow)
            for _ in 0..<50 {
                #expect(try await database.count("entries") == 0)
                #expect(await database.failure(of: PostgresPair.entry(2))?.isUnavailable == true)
            }
            #expect(try PostgresPair.sessions(at: server).all == 3)
            kill(pid, SIGCONT)
            #expect(await database.whenConnected(timeoutMs: 10_000))
            #expect(try await database.numbers("select entry from entries") == [1])
            #expect(await database.statistics().reconnects == 0)
        }
    }

    /// The connection breaks, and the session does not see it: it is ended before there is another.
    @Test func aSessionThatWasLeftIsEnded() async throws {
        let server = try PrivatePostgres(isDurable: false)
        defer { server.stop() }
        try await withPostgres(at: server.url(), PostgresPair.quick) { database in
            _ = try await database.commit([PostgresPair.entries])
            try server.waitForStandby("nobody")
            for number in 0..<3 {
                async let failure = database.failure(of: PostgresPair.entry(number))
                try await until("it waits") {
                    try PostgresPair.sessions(at: server).waiting == 1
                }
                await database.cutWriter()
                #expect(await failure?.isUnavailable == true)
                #expect(await database.whenConnected(timeoutMs: 10_000))
                let (all, waiting) = try PostgresPair.sessions(at: server)
                #expect(all == 3 && waiting <= 1)
            }
            try server.waitForStandby("")
            // What nobody could answer has happened.
            #expect(try await database.count("entries") == 3)
        }
    }

    /// Who stops gives back the session, too: a restart would add one.
    @Test func theEndLeavesNoSession() async throws {
        let server = try PrivatePostgres(isDurable: false)
        defer { server.stop() }
        try await withPostgres(at: server.url(), PostgresPair.quick) { database in
            _ = try await database.commit([PostgresPair.entries])
            try server.waitForStandby("nobody")
            #expect(await database.failure(of: PostgresPair.entry(1))?.isUnavailable == true)
            #expect(await database.isWriterStuck)
        }
        #expect(try await eventually { try PostgresPair.sessions(at: server).all == 0 })
    }

    /// The server says that it is committed, which it is here alone.
    @Test func aWaitThatIsCancelledIsNoAnswer() async throws {
        let server = try PrivatePostgres(isDurable: false)
        defer { server.stop() }
        // Entries one by one and those that go guarded, as after a refusal.
        for isGuarded in [false, true] {
            try server.waitForStandby("")
            try server.psql("drop table if exists entries")
            try await withPostgres(at: server.url()) { database in
                _ = try await database.commit([PostgresPair.entries])
                _ = try await database.commit(PostgresPair.entry(0))
                if isGuarded { #expect(await database.failure(of: PostgresPair.entry(0)) != nil) }
                try server.waitForStandby("nobody")
                async let failure = database.failure(of: PostgresPair.entry(1))
                try await until("it waits") {
                    try PostgresPair.sessions(at: server).waiting == 1
                }
                try server.psql(
                    """
                    select pg_cancel_backend(pid) from pg_stat_activity
                    where wait_event = 'SyncRep'
                    """
                )
                #expect(await failure?.isUnavailable == true)
                try server.waitForStandby("")
                #expect(await database.whenConnected(timeoutMs: 10_000))
                #expect(
                    try await database.numbers("select entry from entries order by 1") == [0, 1]
                )
            }
        }
    }
}
