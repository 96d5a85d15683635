import EventLoop
import SQL

/// A pool of connections, each for one transaction at a time, as a web application has it: who
/// finds none free waits in line. So a transaction is never shared, which `PostgresDatabase` would
/// do for entries that come together; its statements still leave in one write, where the usual
/// service waits for each answer with the connection, and its row locks, in hand.
@safe actor ConnectionPool {
    private let loop: EventLoop
    private let all: [PostgresDatabase]
    private var free: [PostgresDatabase]
    private var waiting: [UnsafeContinuation<PostgresDatabase, Never>] = unsafe []

    /// Callers that wait before one is turned away.
    static let waitingMax = 4_096
    private static let patienceMs = 10_000

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(_ endpoint: PostgresEndpoint, connections: Int, on loop: EventLoop) {
        self.loop = loop
        all = (0..<connections).map { _ in PostgresDatabase(endpoint, on: loop) }
        free = all
    }

    func start() async throws(SQLError) {
        for database in all { await database.start() }
        for database in all where await !database.whenConnected(timeoutMs: Self.patienceMs) {
            throw .unavailable(await database.problem()?.reason ?? "not connected")
        }
    }

    func transaction(_ statements: [SQL]) async throws(SQLError) -> [SQLResult] {
        let database = try await take()
        defer { give(database) }
        return try await database.commit(statements)
    }

    func rows(_ statement: SQL) async throws(SQLError) -> [SQLRow] {
        let database = try await take()
        defer { give(database) }
        return try await database.rows(statement)
    }

    /// The one that has rested longest.
    private func take() async throws(SQLError) -> PostgresDatabase {
        guard free.isEmpty else { return free.removeFirst() }
        guard unsafe waiting.count < Self.waitingMax else {
            throw .unavailable("\(Self.waitingMax) wait already")
        }
        return unsafe await withUnsafeContinuation { unsafe waiting.append($0) }
    }

    private func give(_ database: PostgresDatabase) {
        guard unsafe !waiting.isEmpty else { return free.append(database) }
        unsafe waiting.removeFirst().resume(returning: database)
    }
}
