import EventLoop
import SQL
import TestPostgres

/// A database on a loop of its own, used from tasks there as in the server.
func withPostgres<Value: Sendable>(
    at url: String,
    _ configuration: PostgresConfiguration = .init(),
    clock: Clock = .system,
    _ body: @escaping @Sendable (PostgresDatabase) async throws -> Value
) async throws -> Value {
    let loop = EventLoop.start(clock: clock)
    defer { loop.stop() }
    let endpoint = try PostgresEndpoint.parse(url)
    let database = PostgresDatabase(endpoint, configuration: configuration, on: loop)
    await database.start()
    let result = await Task(executorPreference: loop) {
        guard await database.whenConnected(timeoutMs: 10_000) else {
            throw NotConnected(reason: await database.problem()?.reason)
        }
        return try await body(database)
    }.result
    await database.close()
    return try result.get()
}

/// A new database on the server that all tests share.
func withPostgres<Value: Sendable>(
    _ configuration: PostgresConfiguration = .init(),
    _ body: @escaping @Sendable (PostgresDatabase) async throws -> Value
) async throws -> Value {
    let place = try TestDatabase()
    defer { place.drop() }
    return try await withPostgres(at: place.url, configuration, body)
}

struct NotConnected: Error { let reason: String? }
