import CSQLite

/// What SQLite answered instead of success.
struct SQLiteFailure: Error {
    /// An extended result code.
    let code: Int32
    let message: String

    init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    /// What the connection says of its last call, which answered `code`.
    init(_ code: Int32, of connection: OpaquePointer) {
        self.code = code
        message = unsafe String(cString: sqlite3_errmsg(connection))
    }

    private var primary: Int32 { code & 0xFF }

    /// Whether only the statement is to blame: the transaction may go on without its entry. All
    /// else (disk full, I/O, memory, a lock) ends the transaction.
    var isOfTheStatement: Bool {
        switch primary {
        case SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE,
            SQLITE_MISUSE:
            true
        default: false
        }
    }

    /// Whether the connection may be confused: the next one starts from the file.
    var isOfTheConnection: Bool {
        switch primary {
        case SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_CANTOPEN, SQLITE_NOMEM,
            SQLITE_PROTOCOL:
            true
        default: false
        }
    }

    /// What it says of the engine.
    var trouble: DatabaseTrouble {
        switch primary {
        case SQLITE_FULL: .full
        case SQLITE_READONLY: .readOnly
        // Somebody else writes, or reads for too long.
        case SQLITE_BUSY: .slow
        default: .away
        }
    }

    /// The error of an entry whose statement number `statement` failed.
    func error(at statement: Int) -> SQLError {
        guard primary == SQLITE_CONSTRAINT else { return transactionError }
        guard let kind else { return .broken(message) }
        return .violated(.init(kind: kind, constraint: constraint, statement: statement))
    }

    /// The error of all entries of a transaction that failed.
    var transactionError: SQLError {
        isOfTheStatement ? .broken(message) : .unavailable(message)
    }

    private var kind: SQLError.Violation.Kind? {
        switch code & 0xFFFF {
        case Self.unique, Self.primaryKey, Self.rowID: .unique
        case Self.check: .check
        case Self.foreignKey: .foreignKey
        case Self.notNull: .notNull
        default: nil
        }
    }

    /// `UNIQUE constraint failed: t.a, t.b` is `t_a_b`, `... failed: index 'i'` is `i`, and
    /// `CHECK constraint failed: c` is `c`.
    private var constraint: String {
        guard let mark = message.firstRange(of: "constraint failed: ") else { return "" }
        let detail = message[mark.upperBound...]
        switch kind {
        case .check: return String(detail)
        case .unique where detail.hasPrefix("index '"):
            return String(detail.dropFirst("index '".count).dropLast())
        case .unique:
            // The table stands before every column, but once in the name.
            let columns = detail.split(separator: ",").map { part -> Substring in
                let name = part.drop { $0 == " " }
                return name.firstIndex(of: ".").map { name[name.index(after: $0)...] } ?? name
            }
            let table = detail.prefix { $0 != "." }
            return ([table] + columns).joined(separator: "_")
        case .foreignKey, .notNull, nil: return ""
        }
    }

    // `SQLITE_CONSTRAINT_...` are macros that Swift does not see: 19 | n << 8.
    private static let check: Int32 = 19 | 1 << 8
    private static let foreignKey: Int32 = 19 | 3 << 8
    private static let notNull: Int32 = 19 | 5 << 8
    private static let primaryKey: Int32 = 19 | 6 << 8
    private static let unique: Int32 = 19 | 8 << 8
    private static let rowID: Int32 = 19 | 10 << 8
}
