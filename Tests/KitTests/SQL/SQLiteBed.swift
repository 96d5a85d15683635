import EventLoop
import Foundation
import SQL

/// A folder for one test's file, gone after it.
func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = NSTemporaryDirectory() + "test-sqlite-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

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
