import EventLoop
import Ledger
import SQL

/// The ledger as this process has it: one database for all loops, or one a loop.
struct OpenLedger: Sendable {
    let choice: Configuration.LedgerChoice
    /// A loop's database, in the order of the loops.
    let databases: [any Database]

    /// Opens the ledger and brings its schema up to date; a ledger that cannot be reached stops the
    /// start, for nothing can be sold without it.
    static func open(_ configuration: Configuration, on loops: [EventLoop])
        async throws(StartError) -> OpenLedger
    {
        let databases: [any Database]
        switch configuration.ledger {
        case .sqlite(let path): databases = [try sqlite(path)]
        case .postgres(let endpoint): databases = try await postgres(endpoint, on: loops)
        }
        do {
            try await databases[0].migrate(LedgerSchema.migrations)
        } catch {
            throw StartError(line: Self.line(error, "the ledger"))
        }
        return OpenLedger(choice: configuration.ledger, databases: databases)
    }

    /// The ledger to read from only, beside whoever has it. Throws where there is none, or one of
    /// another version.
    static func readOnly(_ configuration: Configuration, on loop: EventLoop)
        async throws(StartError) -> any Database
    {
        let place: String
        let database: any Database
        switch configuration.ledger {
        case .sqlite(let path):
            place = path
            do {
                database = try SQLiteDatabase(readOnly: path)
            } catch {
                throw StartError(line: "cannot read the ledger \(path): \(reason(error))")
            }
        case .postgres(let endpoint):
            place = "\(endpoint)"
            var patient = PostgresConfiguration()
            patient.statementTimeoutMs = auditTimeoutMs
            patient.answerTimeoutMs = auditTimeoutMs
            database = try await postgres(endpoint, patient, on: [loop])[0]
        }
        do {
            try await database.check(LedgerSchema.migrations)
        } catch {
            await database.close()
            guard case .failed(let failure) = error else {
                throw StartError(line: line(error, place))
            }
            throw StartError(line: "cannot read the ledger \(place): \(reason(failure))")
        }
        return database
    }

    /// A look at all payments of a big night takes longer than any payment may: with 266,762 of
    /// them one was given up after the 2.5 s of a statement.
    private static let auditTimeoutMs = 600_000

    func database(_ index: Int) -> any Database {
        databases.count == 1 ? databases[0] : databases[index]
    }

    func close() async {
        for database in databases { await database.close() }
    }

    private static func sqlite(_ path: String) throws(StartError) -> SQLiteDatabase {
        var configuration = SQLiteConfiguration()
        configuration.probe = { step in
            switch step {
            case .began, .entryDone: break
            case .beforeCommit: FaultPoint.ledgerWritten.reach()
            case .afterCommit: FaultPoint.ledgerCommitted.reach()
            }
        }
        do {
            return try SQLiteDatabase(path: path, configuration: configuration)
        } catch {
            throw StartError(line: "cannot open the ledger \(path): \(reason(error))")
        }
    }

    /// How long the start waits for PostgreSQL.
    private static let patienceMs = 10_000

    private static func postgres(
        _ endpoint: PostgresEndpoint,
        _ configuration: PostgresConfiguration = .init(),
        on loops: [EventLoop]
    ) async throws(StartError) -> [any Database] {
        var databases: [PostgresDatabase] = []
        for loop in loops {
            let database = PostgresDatabase(endpoint, configuration: configuration, on: loop)
            await database.start()
            databases.append(database)
        }
        for database in databases where await !database.whenConnected(timeoutMs: patienceMs) {
            let reason = await database.problem()?.reason ?? "no answer"
            for database in databases { await database.close() }
            throw StartError(line: "the ledger \(endpoint) cannot be reached: \(reason)")
        }
        return databases
    }

    private static func line(_ error: MigrationError, _ place: String) -> String {
        switch error {
        case .absent(let reason): "there is no ledger of onsale in \(place): \(reason)"
        case .older(let number):
            "the ledger was made by an earlier version: migration \(number) is missing; "
                + "onsale serve of this version brings it up to date"
        case .changed(let number, let name):
            "the ledger was made by another migration \(number) (\(name)) than this program has"
        case .newer(let number):
            "the ledger was made by a later version: it knows migration \(number)"
        case .failed(let error):
            "the ledger's schema cannot be brought up to date: \(reason(error))"
        }
    }

    static func reason(_ error: SQLError) -> String {
        switch error {
        case .unavailable(let reason), .busy(let reason), .broken(let reason): reason
        case .violated(let violation): "\(violation)"
        }
    }
}
