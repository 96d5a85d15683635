import TestGate
import Testing

@testable import SQL
@testable import TestKit

/// What a ledger does on a disk that is full or broken: nothing half-written, and healthy again by
/// itself.
@Suite(.sideBySide, .serialized) struct SQLiteDiskTests {
    private func onFailingDisk(
        _ body: @escaping @Sendable (SQLiteDatabase) async throws -> Void
    ) async throws {
        FailingDisk.install
        var configuration = SQLiteConfiguration()
        configuration.vfs = FailingDisk.vfs
        defer { FailingDisk.become(.well) }
        try await withSQLite(configuration) { database in
            try await ContractTables.make(in: database)
            try await body(database)
            FailingDisk.become(.well)
        }
    }

    private func insert(_ thing: Int) -> [SQL] {
        ["insert into things (owner, thing) values (\("a"), \(thing))"]
    }

    /// A full disk leaves the connection sound; after an I/O error it is opened anew.
    @Test(arguments: [FailingDisk.Mood.full, .broken, .unsynced])
    func aCommitThatFailsLeavesNothingAndTheNextSucceeds(_ mood: FailingDisk.Mood) async throws {
        try await onFailingDisk { database in
            _ = try await database.commit(self.insert(1))
            #expect(await database.problem() == nil)

            FailingDisk.become(mood)
            let failures = try await together(40) { await database.failure(of: insert(2 + $0)) }
            #expect(failures.allSatisfy { $0?.isUnavailable == true })
            #expect(await database.problem() != nil)
            #expect(await database.problem()?.trouble == (mood == .full ? .full : .away))
            #expect(try await database.numbers("select thing from things") == [1])

            FailingDisk.become(.well)
            // Nobody risks an entry: asking is enough.
            #expect(await database.problem() == nil)
            let again = try await together(40) { await database.failure(of: insert(2 + $0)) }
            #expect(again.allSatisfy { $0 == nil })
            #expect(try await database.count("things") == 41)
            let statistics = await database.statistics()
            #expect(statistics.failures == 40)
            #expect((statistics.reconnects > 0) == (mood != .full))
        }
    }

    @Test func anEntryIsAnsweredOnlyAsTheDiskHasIt() async throws {
        try await onFailingDisk { database in
            // The disk fails and heals at any moment: yes means yes, no means no.
            let done = try await together(400) { index -> Int64? in
                if index % 40 == 20 { FailingDisk.become(.full) }
                if index % 40 == 39 { FailingDisk.become(.well) }
                return await database.failure(of: insert(index)) == nil ? Int64(index) : nil
            }
            FailingDisk.become(.well)
            let kept = try await database.numbers("select thing from things order by thing")
            #expect(kept == done.compactMap { $0 })
            #expect(await database.problem() == nil)
        }
    }

    @Test func aFullFileRefusesAndGoesOnWhenThereIsSpace() async throws {
        try await withSQLite { database in
            try await ContractTables.make(in: database)
            let size = try await database.commit(["pragma page_count"])[0].rows[0].integer(0)
            let limit: SQL = "\(SQL(stringLiteral: "pragma max_page_count = \(size + 8)"))"
            _ = try await database.commit([limit])
            let note = String(repeating: "x", count: 4_000)
            let done = try await together(30) { _ -> SQLError? in
                await database.failure(of: ["insert into numbered (note) values (\(note))"])
            }
            let kept = done.count { $0 == nil }
            #expect(kept < 30)
            #expect(done.allSatisfy { $0 == nil || $0?.isUnavailable == true })
            #expect(try await database.count("numbered") == Int64(kept))

            // A limit of its own, not the disk's: a small write goes through.
            _ = try await database.commit(["pragma max_page_count = 1000000"])
            _ = try await database.commit(["insert into numbered (note) values (\(note))"])
            #expect(try await database.count("numbered") == Int64(kept) + 1)
            #expect(await database.problem() == nil)
        }
    }

    @Test func everyCommitIsSynced() async throws {
        try await onFailingDisk { database in
            let before = FailingDisk.syncs
            let commits = await database.statistics().commits
            for index in 0..<20 { _ = try await database.commit(self.insert(index)) }
            #expect(await database.statistics().commits - commits == 20)
            // `synchronous = normal` would sync none of them.
            #expect(FailingDisk.syncs - before >= 20)
        }
    }

    @Test func readsGoOnWhileTheDiskIsFull() async throws {
        try await onFailingDisk { database in
            _ = try await database.commit(self.insert(1))
            FailingDisk.become(.full)
            #expect(await database.failure(of: self.insert(2))?.isUnavailable == true)
            #expect(try await database.numbers("select thing from things") == [1])
        }
    }
}
