import EventLoop
import Foundation
import Synchronization
import TestGate
import TestPrograms
import Testing

@testable import SQL
@testable import TestKit

/// What shares a transaction, and what waits for it.
@Suite(.sideBySide) struct SQLiteGroupTests {
    /// Holds the writer at the beginning of its second transaction until it is opened.
    private final class Gate: Sendable {
        private let opened = DispatchSemaphore(value: 0)
        private let count = Atomic<Int>(0)
        /// Steps in their order, without the entries'.
        let steps = Mutex<[SQLiteDatabase.CommitStep]>([])

        func pass(_ step: SQLiteDatabase.CommitStep) {
            steps.withLock { $0.append(step) }
            guard step == .began else { return }
            if count.add(1, ordering: .sequentiallyConsistent).newValue == 2 { opened.wait() }
        }

        var isReached: Bool { count.load(ordering: .sequentiallyConsistent) >= 2 }
        func open() { opened.signal() }
    }

    private func configuration(_ gate: Gate, clock: Clock = .system) -> SQLiteConfiguration {
        var configuration = SQLiteConfiguration()
        configuration.probe = { gate.pass($0) }
        configuration.clock = clock
        return configuration
    }

    /// Commits `count` entries that all wait before the first of them is done.
    private func commitTogether(
        _ count: Int,
        _ gate: Gate,
        in database: SQLiteDatabase,
        waiting: Int? = nil,
        note: @escaping @Sendable (Int) -> String = { String($0) }
    ) async throws -> [SQLError?] {
        try await withThrowingTaskGroup(of: [SQLError?].self) { group in
            group.addTask {
                try await together(count) { index in
                    await database.failure(
                        of: ["insert into numbered (note) values (\(note(index)))"]
                    )
                }
            }
            while await database.statistics().pending < (waiting ?? count) { await Task.yield() }
            #expect(await database.statistics().entries == 1)
            gate.open()
            return try await group.next() ?? []
        }
    }

    private static let frozen = Clock(wallMs: { 1_700_000_000_000 }, monotonicNs: { 5 })

    @Test func aGroupHasAtMostSoManyEntries() async throws {
        let gate = Gate()
        try await withSQLite(configuration(gate, clock: Self.frozen)) { database in
            try await ContractTables.make(in: database)
            let failures = try await commitTogether(1_200, gate, in: database)
            #expect(failures.allSatisfy { $0 == nil })
            // 512, 512 and 176.
            #expect(await database.statistics().commits == 1 + 3)
        }
    }

    @Test func newcomersAreTakenForSoLongAndThenWaitTogether() async throws {
        let gate = Gate()
        // Each look at the clock is 1.5 ms after the one before.
        let ticks = Atomic<UInt64>(0)
        let clock = Clock(
            wallMs: { 1_700_000_000_000 },
            monotonicNs: { ticks.add(1_500_000, ordering: .relaxed).newValue }
        )
        try await withSQLite(configuration(gate, clock: clock)) { database in
            try await ContractTables.make(in: database)
            // It counts who waits when it has the first in its hands: the others come after that.
            let first = Task(executorPreference: globalConcurrentExecutor) {
                await database.failure(of: ["insert into numbered (note) values (\("first"))"])
            }
            while !gate.isReached { await Task.yield() }
            _ = try await commitTogether(99, gate, in: database, waiting: 100)
            #expect(await first.value == nil)
            // After 1.5 ms it takes one more, after 3 ms none; those who are left wait when the
            // next begins, and all of them are in it.
            #expect(await database.statistics().commits == 1 + 2)
        }
    }

    /// The group begins again when it meets the first refused entry: what was done before counts
    /// once, and the later refused ones fail alone too.
    @Test func refusedEntriesFailAloneInTheGroupThatTheyShare() async throws {
        let gate = Gate()
        try await withSQLite(configuration(gate, clock: Self.frozen)) { database in
            try await ContractTables.make(in: database)
            let failures = try await commitTogether(100, gate, in: database) { index in
                index % 40 == 39 ? "refused" : String(index)
            }
            #expect(failures.filter { $0 != nil }.count == 2)
            #expect(failures[39] != nil && failures[79] != nil)
            #expect(try await database.count("numbered") == 98)
            let statistics = await database.statistics()
            #expect(statistics.commits == 1 + 1)
            #expect(statistics.entries == 1 + 98 && statistics.refused == 2)
        }
    }

    @Test func oneEntryDoesNotWaitForOthers() async throws {
        let gate = Gate()
        // The clock stands still: a group that waited for its time to pass would wait for ever.
        try await withSQLite(configuration(gate, clock: Self.frozen)) { database in
            gate.open()
            try await ContractTables.make(in: database)
            _ = try await database.commit(["insert into numbered (note) values (\("x"))"])
            let round: [SQLiteDatabase.CommitStep] = [
                .began, .entryDone, .beforeCommit, .afterCommit,
            ]
            #expect(gate.steps.withLock { $0 } == round + round)
        }
    }

    @Test func whoWouldWaitTooLongIsTurnedAway() async throws {
        let gate = Gate()
        var configuration = configuration(gate)
        configuration.entriesPendingMax = 10
        try await withSQLite(configuration) { database in
            try await ContractTables.make(in: database)
            // One is in the writer's hands and ten wait; four are turned away at once.
            let first = Task(executorPreference: globalConcurrentExecutor) {
                await database.failure(of: ["insert into numbered (note) values (\("first"))"])
            }
            while !gate.isReached { await Task.yield() }
            let failures = try await commitTogether(14, gate, in: database, waiting: 11)
            #expect(await first.value == nil)
            let refused = failures.compactMap { $0 }
            #expect(refused.count == 4)
            #expect(refused.allSatisfy { $0 == .busy("10 wait for the ledger already") })
            #expect(try await database.count("numbered") == 11)
            #expect(await database.problem() == nil)
        }
    }

    @Test func whatStandsInAGroupIsSeenOnlyAfterItsCommit() async throws {
        let gate = Gate()
        let seen = Mutex<[Int]>([])
        try await withFolder { folder in
            var configuration = SQLiteConfiguration()
            configuration.probe = { step in
                gate.pass(step)
                guard gate.isReached, step != .began else { return }
                let look = try? SQLiteConnection(
                    path: folder + "/ledger",
                    isReadOnly: true,
                    busyTimeoutMs: 0
                )
                let rows = try? look?.run("select note from numbered").rows
                seen.withLock { $0.append(rows?.count ?? -1) }
            }
            let database = try SQLiteDatabase(
                path: folder + "/ledger",
                configuration: configuration
            )
            try await ContractTables.make(in: database)
            gate.open()
            _ = try await database.commit(["insert into numbered (note) values (\("x"))"])
            await database.close()
        }
        // After the entry, before COMMIT, after COMMIT.
        #expect(seen.withLock { $0 } == [0, 0, 1])
    }
}
