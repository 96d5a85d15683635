import EventLoop

extension SQLiteDatabase {
    public func migrate(_ migrations: [Migration]) async throws(MigrationError) {
        let clock = configuration.clock
        let outcome = await alone { connection -> Result<Void, MigrationError> in
            do throws(MigrationError) {
                // In SQLite a schema is changed in a transaction like any row.
                try Self.apply(migrations, to: try connection.orMigrationError(), clock.wallMs())
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        switch outcome {
        case .success(let outcome): try outcome.get()
        case .failure(let error): throw .failed(error)
        }
    }

    private static func apply(
        _ migrations: [Migration],
        to connection: SQLiteConnection,
        _ nowMs: Int64
    ) throws(MigrationError) {
        do throws(MigrationError) {
            _ = try connection.migrate("begin immediate")
            _ = try connection.migrate(MigrationRecord.table)
            var applied: [MigrationRecord] = []
            for row in try connection.migrate(MigrationRecord.all).rows {
                do throws(SQLError) {
                    applied.append(try MigrationRecord(row))
                } catch {
                    throw .failed(error)
                }
            }
            for migration in try migrations.missing(after: applied) {
                for text in migration.statements(for: .sqlite) {
                    _ = try connection.migrate(SQL(stringLiteral: text))
                }
                _ = try connection.migrate(migration.recorded(atMs: nowMs))
            }
            _ = try connection.migrate("commit")
        } catch {
            // A rollback that fails leaves a transaction open, and the next entry notices.
            if connection.isInTransaction { _ = try? connection.run("rollback") }
            throw error
        }
    }
}

extension SQLiteConnection {
    fileprivate func migrate(_ statement: SQL) throws(MigrationError) -> SQLResult {
        do throws(SQLiteFailure) {
            return try run(statement)
        } catch {
            throw .failed(error.error(at: 0))
        }
    }
}

extension Result<SQLiteConnection, SQLiteFailure> {
    fileprivate func orMigrationError() throws(MigrationError) -> SQLiteConnection {
        switch self {
        case .success(let connection): return connection
        case .failure(let failure): throw .failed(failure.transactionError)
        }
    }
}
