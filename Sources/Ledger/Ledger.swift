import Engines
import SQL

/// What a capability has in SQL: what is written and read there. Each has a type of its own
/// (`CouponLedger`), which knows its tables and no others'.
///
/// A write is one entry, all or nothing. What it must not do is refused by a constraint, and the
/// constraint's name is the outcome.
package protocol Ledger: Sendable {
    var database: any Database { get }
}

extension Ledger {
    package func rows(_ statement: SQL, as kind: ReadClass = .answer) async throws(StoreError)
        -> [SQLRow]
    {
        do {
            return try await database.rows(statement, as: kind)
        } catch {
            throw StoreError(error)
        }
    }

    package func read(_ statements: [SQL], as kind: ReadClass = .answer)
        async throws(StoreError) -> [SQLResult]
    {
        do {
            return try await database.read(statements, as: kind)
        } catch {
            throw StoreError(error)
        }
    }

    /// Names for `in (...)`, at least one. As many as the next power of two, the last one repeated:
    /// a statement is prepared for each number of values.
    package static func list(_ names: [String]) -> SQL {
        var count = 16
        while count < names.count { count *= 2 }
        let last = names[names.count - 1]
        return .list(
            names.map { .text($0) } + Array(repeating: .text(last), count: count - names.count)
        )
    }

    /// Writes an entry; a refused one is an outcome.
    package func commit(_ entry: [SQL]) async throws(StoreError) -> Result<
        [SQLResult], RefusedEntry
    > {
        do {
            return .success(try await database.commit(entry))
        } catch .violated(let violation) {
            return .failure(RefusedEntry(violation: violation))
        } catch {
            throw StoreError(error)
        }
    }

    /// The rows of an entry that nothing can refuse.
    package func expected(_ result: Result<[SQLResult], RefusedEntry>) throws(StoreError)
        -> [SQLResult]
    {
        switch result {
        case .success(let results): return results
        case .failure(let refused): throw refused.unexpected
        }
    }
}

/// An entry that a constraint refused: nothing of it was done.
package struct RefusedEntry: Error {
    package let violation: SQLError.Violation

    package func isBy(_ constraint: String) -> Bool { violation.constraint == constraint }

    /// For a constraint that the caller has no outcome for.
    package var unexpected: StoreError { StoreError(.violated(violation)) }
}

/// Reads a row; a shape that nobody expected is a bug of ours.
package func decoded<Value>(_ body: () throws(SQLError) -> Value) throws(StoreError) -> Value {
    do throws(SQLError) {
        return try body()
    } catch {
        throw StoreError(error)
    }
}
