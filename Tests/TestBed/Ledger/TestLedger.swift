import EventLoop
import Foundation
import SQL
import Synchronization
import TestPostgres
import Testing

@testable import Ledger

/// The ledger's engine of a bed: tests of the ledger run on both.
enum Engine: String, CaseIterable, Sendable { case sqlite, postgres }

/// A ledger of its own for one test: a file, or a database of the run's PostgreSQL.
final class TestLedger: Sendable {
    private let engine: Engine
    private let folder: String?
    private let database: TestDatabase?
    /// SQLite has one writer: all sides share it.
    private let file = Mutex<SQLiteDatabase?>(nil)

    init(_ engine: Engine) async throws {
        self.engine = engine
        switch engine {
        case .sqlite:
            let path = NSTemporaryDirectory() + "test-ledger-" + UUID().uuidString.prefix(8)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            folder = path
            database = nil
        case .postgres:
            folder = nil
            database = try TestDatabase()
        }
    }

    /// Where PostgreSQL has it; nil: it is a file.
    var url: String? { database?.url }

    /// The ledger as one more side reaches it, its schema up to date, or as an older program left
    /// it.
    func open(on loop: EventLoop, _ migrations: [Migration] = LedgerSchema.migrations)
        async throws -> any Database
    {
        if let database {
            let side = PostgresDatabase(
                try PostgresEndpoint.parse(database.url),
                configuration: .patient,
                on: loop
            )
            await side.start()
            try #require(await side.whenConnected(timeoutMs: 10_000))
            try await side.migrate(migrations)
            return side
        }
        if let open = file.withLock({ $0 }) { return open }
        let made = try SQLiteDatabase(path: (folder ?? "") + "/ledger.sqlite")
        try await made.migrate(migrations)
        file.withLock { $0 = made }
        return made
    }

    /// Lets go of the file; the next `open` reads it anew.
    func close() async {
        let open = file.withLock { file in
            defer { file = nil }
            return file
        }
        await open?.close()
    }

    func remove() async {
        if let folder { try? FileManager.default.removeItem(atPath: folder) }
        database?.drop()
    }
}

extension PostgresConfiguration {
    /// Other suites share the machine and the server, and by a bed's own clock a year may go by
    /// until an answer comes.
    fileprivate static let patient: PostgresConfiguration = {
        var configuration = PostgresConfiguration()
        configuration.answerTimeoutMs = 400 * 86_400_000
        configuration.connectTimeoutMs = 20_000
        configuration.statementTimeoutMs = 10_000
        return configuration
    }()
}
