import EventLoop
import Foundation
import SQL
import TestPrograms

/// A new file, used from tasks on an event loop as in the server.
func withSQLite<Value: Sendable>(
    _ configuration: SQLiteConfiguration = .init(),
    _ body: @escaping @Sendable (SQLiteDatabase) async throws -> Value
) async throws -> Value {
    try await withFolder { folder in
        let database = try SQLiteDatabase(path: folder + "/ledger", configuration: configuration)
        let loop = EventLoop.start()
        defer { loop.stop() }
        let result = await Task(executorPreference: loop) { try await body(database) }.result
        await database.close()
        return try result.get()
    }
}
