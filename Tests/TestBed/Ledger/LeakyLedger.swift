import SQL
import Synchronization

/// A ledger that a test can take away, or whose log of admissions it can switch off.
final class LeakyLedger: Database {
    private let database: any Database
    private let away = Mutex(false)
    private let losesAdmissions = Mutex(false)
    private let losesAnswers = Mutex(false)
    private let meanwhile = Mutex<(@Sendable ([SQL]) async -> Void)?>(nil)
    private let reading = Mutex<(@Sendable ([SQL]) async -> Void)?>(nil)

    private let failing = Mutex<(prefix: String?, afterwards: Bool)>((nil, false))

    init(_ database: any Database) { self.database = database }

    /// An entry fails whose first statement begins so; done all the same if `failsAfterwards`.
    var fails: String? {
        get { failing.withLock { $0.prefix } }
        set { failing.withLock { $0.prefix = newValue } }
    }

    var failsAfterwards: Bool {
        get { failing.withLock { $0.afterwards } }
        set { failing.withLock { $0.afterwards = newValue } }
    }

    var isAway: Bool {
        get { away.withLock { $0 } }
        set { away.withLock { $0 = newValue } }
    }

    /// Runs before each commit: what happens elsewhere while the ledger takes its time.
    var beforeCommit: (@Sendable ([SQL]) async -> Void)? {
        get { meanwhile.withLock { $0 } }
        set { meanwhile.withLock { $0 = newValue } }
    }

    /// Runs before each read.
    var beforeRead: (@Sendable ([SQL]) async -> Void)? {
        get { reading.withLock { $0 } }
        set { reading.withLock { $0 = newValue } }
    }

    /// What is committed is committed, and nobody is told.
    var isAnswerLost: Bool {
        get { losesAnswers.withLock { $0 } }
        set { losesAnswers.withLock { $0 = newValue } }
    }

    /// Nothing is written to the log of admissions, and nobody is told.
    var isLogOff: Bool {
        get { losesAdmissions.withLock { $0 } }
        set { losesAdmissions.withLock { $0 = newValue } }
    }

    var dialect: SQLDialect { database.dialect }

    func migrate(_ migrations: [Migration]) async throws(MigrationError) {
        try await database.migrate(migrations)
    }

    func commit(_ entry: [SQL]) async throws(SQLError) -> [SQLResult] {
        if let beforeCommit { await beforeCommit(entry) }
        if isAway { throw .unavailable("taken away") }
        if let prefix = fails, entry.first?.text.hasPrefix(prefix) == true {
            if failsAfterwards { _ = try await database.commit(entry) }
            throw .unavailable("fails on purpose")
        }
        if isAnswerLost {
            _ = try await database.commit(entry)
            throw .unavailable("the answer is lost")
        }
        guard isLogOff else { return try await database.commit(entry) }
        let rest = entry.filter { !$0.text.hasPrefix("insert into admissions") }
        return rest.isEmpty ? [] : try await database.commit(rest)
    }

    func read(_ statements: [SQL], as kind: ReadClass) async throws(SQLError) -> [SQLResult] {
        if let beforeRead { await beforeRead(statements) }
        if isAway { throw .unavailable("taken away") }
        return try await database.read(statements, as: kind)
    }

    func problem() async -> DatabaseProblem? {
        isAway
            ? DatabaseProblem(trouble: .away, reason: "taken away") : await database.problem()
    }
    func statistics() async -> SQLStatistics { await database.statistics() }

    /// What a side closes is its own connection; the file of SQLite is everybody's.
    func close() async {
        if database.dialect == .postgres { await database.close() }
    }
}
