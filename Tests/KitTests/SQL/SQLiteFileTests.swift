import Foundation
import TestGate
import TestPrograms
import Testing

@testable import SQL

/// Who may have the file, and what it is.
@Suite(.sideBySide) struct SQLiteFileTests {
    @Test func aFileHasOneOwner() async throws {
        try await withFolder { folder in
            let path = folder + "/ledger"
            let owner = try SQLiteDatabase(path: path)
            let reason = SQLError.unavailable("\(path) is in use by process \(getpid())")
            #expect(throws: reason) { try SQLiteDatabase(path: path) }
            await owner.close()
            let next = try SQLiteDatabase(path: path)
            await next.close()
        }
    }

    @Test func anOwnerThatWasLetGoHasLetGo() async throws {
        try await withFolder { folder in
            func use() throws { _ = try SQLiteDatabase(path: folder + "/ledger") }
            try use()
            var next: SQLiteDatabase?
            while next == nil {
                // Its thread ends on its own.
                next = try? SQLiteDatabase(path: folder + "/ledger")
                await Task.yield()
            }
            await next?.close()
        }
    }

    @Test func filesAreForTheirOwnerOnly() async throws {
        try await withFolder { folder in
            let database = try SQLiteDatabase(path: folder + "/ledger")
            try await ContractTables.make(in: database)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(names == ["ledger", "ledger-shm", "ledger-wal", "ledger.lock"])
            for name in names {
                var status = stat()
                #expect(stat(folder + "/" + name, &status) == 0)
                #expect(status.st_mode & 0o777 == 0o600, "\(name)")
            }
            await database.close()
        }
    }

    @Test(arguments: ["/nowhere/at/all/ledger", "/proc/ledger"])
    func aFileThatCannotBeIsAnError(_ path: String) {
        #expect { try SQLiteDatabase(path: path) } throws: { error in
            (error as? SQLError)?.isUnavailable == true && "\(error)".contains(path)
        }
    }

    @Test func whatIsNoDatabaseIsNotTouched() async throws {
        try await withFolder { folder in
            let text = Data(String(repeating: "not a database\n", count: 500).utf8)
            try text.write(to: URL(filePath: folder + "/ledger"))
            #expect(throws: SQLError.self) { try SQLiteDatabase(path: folder + "/ledger") }
            #expect(try Data(contentsOf: URL(filePath: folder + "/ledger")) == text)
            // The lock was given back.
            try FileManager.default.removeItem(atPath: folder + "/ledger")
            await (try SQLiteDatabase(path: folder + "/ledger")).close()
        }
    }

    @Test func aReaderBesideTheOwnerSeesWhatIsCommitted() async throws {
        try await withFolder { folder in
            let path = folder + "/ledger"
            #expect(throws: SQLError.self) { try SQLiteDatabase(readOnly: path) }
            let owner = try SQLiteDatabase(path: path)
            try await ContractTables.make(in: owner)
            let reader = try SQLiteDatabase(readOnly: path)
            #expect(try await reader.count("owners") == 1)
            _ = try await owner.commit(["insert into owners (owner) values (\("b"))"])
            #expect(try await reader.count("owners") == 2)
            #expect(await reader.failure(of: ["delete from owners"])?.isBroken == true)
            await #expect(throws: MigrationError.self) { try await reader.migrate([]) }
            #expect(await reader.problem() == nil)
            await owner.close()
            // And after it.
            #expect(try await reader.count("owners") == 2)
            await reader.close()
            #expect(await reader.problem() != nil)
        }
    }

    @Test func whatWasAnsweredIsInTheFiles() async throws {
        try await withFolder { folder in
            let owner = try SQLiteDatabase(path: folder + "/ledger")
            try await ContractTables.make(in: owner)
            // As a killed owner leaves them: nothing was closed, the log not moved.
            try FileManager.default.createDirectory(
                atPath: folder + "/left",
                withIntermediateDirectories: false
            )
            for name in ["ledger", "ledger-wal"] {
                try FileManager.default.copyItem(
                    atPath: folder + "/" + name,
                    toPath: folder + "/left/" + name
                )
            }
            let next = try SQLiteDatabase(path: folder + "/left/ledger")
            #expect(try await next.count("owners") == 1)
            await next.close()
            await owner.close()
        }
    }

    @Test func aForeignLockIsWaitedForButNotForEver() async throws {
        try await withFolder { folder in
            let path = folder + "/ledger"
            var configuration = SQLiteConfiguration()
            configuration.busyTimeoutMs = 20
            let owner = try SQLiteDatabase(path: path, configuration: configuration)
            try await ContractTables.make(in: owner)
            let shell = try SQLiteConnection(path: path, isReadOnly: false, busyTimeoutMs: 0)
            _ = try shell.run("begin immediate")
            let insert: SQL = "insert into owners (owner) values (\("b"))"
            #expect(await owner.failure(of: [insert])?.isUnavailable == true)
            #expect(await owner.problem() != nil)
            #expect(try await owner.count("owners") == 1)
            _ = try shell.run("rollback")
            #expect(await owner.problem() == nil)
            #expect(await owner.failure(of: [insert]) == nil)
            await owner.close()
        }
    }
}
