import SQL
import Testing

/// A behaviour that every `Database` has. A suite per engine runs all of them, each on a new and
/// empty database:
///
///     @Test(arguments: DatabaseContract.all)
///     func holds(_ contract: DatabaseContract) async throws {
///         try await withDatabase { try await contract.check($0) }
///     }
struct DatabaseContract: Sendable, CustomTestStringConvertible {
    let name: String
    let check: @Sendable (any Database) async throws -> Void

    var testDescription: String { name }

    init(_ name: String, _ check: @escaping @Sendable (any Database) async throws -> Void) {
        self.name = name
        self.check = check
    }

    static let all = entries + violations + values + reads + queues + migrations + ends
}

/// Tables that the contracts use.
enum ContractTables {
    static let migration = Migration(
        number: 1,
        name: "contract",
        text: """
            create table owners (
              owner text not null,
              constraint owners_owner primary key (owner)
            );
            create table things (
              owner text not null,
              thing bigint not null,
              tag text,
              amount bigint not null default 0,
              constraint things_owner_thing primary key (owner, thing),
              constraint things_tag unique (tag),
              constraint amount_not_negative check (amount >= 0),
              constraint things_owner foreign key (owner) references owners (owner)
            );
            create table numbered (
              id bigint generated always as identity, -- postgres
              id integer primary key autoincrement, -- sqlite
              note text,
              constraint numbered_id primary key (id), -- postgres
              constraint numbered_note check (note <> 'refused')
            );
            """,
        digest: "contract"
    )

    /// The tables, with an owner `a`.
    static func make(in database: any Database) async throws {
        try await database.migrate([migration])
        _ = try await database.commit(["insert into owners (owner) values (\("a"))"])
    }
}

extension Database {
    /// The error of an entry, nil if it was done.
    func failure(of entry: [SQL]) async -> SQLError? {
        do throws(SQLError) {
            _ = try await commit(entry)
            return nil
        } catch {
            return error
        }
    }

    func failure(ofReading statements: [SQL]) async -> SQLError? {
        do throws(SQLError) {
            _ = try await read(statements)
            return nil
        } catch {
            return error
        }
    }

    func violation(of entry: [SQL]) async -> SQLError.Violation? {
        guard case .violated(let violation) = await failure(of: entry) else { return nil }
        return violation
    }

    /// The first column of all rows, as integers.
    func numbers(_ statement: SQL) async throws -> [Int64] {
        try await rows(statement).map { try $0.integer(0) }
    }

    func count(_ table: String) async throws -> Int64 {
        try await numbers(SQL(stringLiteral: "select count(*) from \(table)"))[0]
    }
}

extension SQLError {
    var isBroken: Bool { if case .broken = self { true } else { false } }
    var isBusy: Bool { if case .busy = self { true } else { false } }
    var isUnavailable: Bool { if case .unavailable = self { true } else { false } }
}
