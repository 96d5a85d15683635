import Testing
import TestPostgres

@testable import SQL
@testable import TestKit

/// Two databases that meet on the rows `a`, `b` and `c`. Whether they get in each other's way does
/// not depend on who is quicker: both are held up where the entries say, and go on together.
struct PostgresMeeting {
    /// Of the entries of one, and then of the other's.
    var failures: [SQLError?]
    /// Of the rows in the end.
    var values: [Int64]
    var deadlocks: Int

    /// Where an entry waits until both databases have come as far as they can.
    static let here: SQL = "select pg_advisory_xact_lock_shared(2)"
    /// What was sent before the entries, and keeps them together until it is over.
    private static let before: SQL = "select pg_advisory_xact_lock_shared(1)"

    /// Nobody is given up for waiting.
    private static let patient: PostgresConfiguration = {
        var configuration = PostgresConfiguration()
        configuration.answerTimeoutMs = 60_000
        configuration.statementTimeoutMs = 60_000
        configuration.lockTimeoutMs = 60_000
        return configuration
    }()

    /// The entries of each database are one group, in this order.
    init(_ entries: [[SQL]], _ others: [[SQL]]) async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        (failures, values) = try await withPostgres(at: place.url) { keeper in
            try await PostgresGroupTests.make(keeper, "a", "b", "c")
            _ = try await keeper.commit(["select pg_advisory_lock(1), pg_advisory_lock(2)"])
            let failures = try await withPostgres(at: place.url, Self.patient) { one in
                try await withPostgres(at: place.url, Self.patient) { other in
                    let first = try await Self.submit([[Self.before]], to: one)
                    let second = try await Self.submit([[Self.before]], to: other)
                    // They are on their way: what comes now is the next group.
                    try await Self.untilBothWait(keeper)
                    let tasks =
                        try await Self.submit(entries, to: one, behind: first)
                        + Self.submit(others, to: other, behind: second)
                    _ = try await keeper.commit(["select pg_advisory_unlock(1)"])
                    try await Self.untilBothWait(keeper)
                    _ = try await keeper.commit(["select pg_advisory_unlock(2)"])
                    var failures: [SQLError?] = []
                    for task in tasks { failures.append(await task.value) }
                    return failures
                }
            }
            return (failures, try await keeper.numbers("select value from counters order by name"))
        }
        deadlocks = try await Self.deadlocks(in: place)
    }

    private typealias Answer = Task<SQLError?, Never>

    private static func submit(
        _ entries: [[SQL]],
        to database: PostgresDatabase,
        behind earlier: [Answer] = []
    ) async throws -> [Answer] {
        var answers: [Answer] = []
        for entry in entries {
            answers.append(Task { await database.failure(of: entry) })
            let count = earlier.count + answers.count
            try #require(await eventually { await database.statistics().pending == count })
        }
        return answers
    }

    /// For a lock; one that is given to a session is not waited for from then on.
    private static func untilBothWait(_ keeper: PostgresDatabase) async throws {
        let waiting: SQL = """
            select count(distinct locks.pid) from pg_locks locks
            join pg_stat_activity sessions on sessions.pid = locks.pid
            where not locks.granted and sessions.datname = current_database()
            """
        try #require(await eventually { try await keeper.numbers(waiting) == [2] })
    }

    /// A session writes its counters when it ends.
    private static func deadlocks(in place: TestDatabase) async throws -> Int {
        let sessions = """
            select count(*) from pg_stat_activity
            where datname = current_database() and application_name = 'onsale'
            """
        try #require(await eventually { try place.psql(sessions) == "0" })
        let deadlocks = try place.psql(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
        return try #require(Int(deadlocks))
    }
}
