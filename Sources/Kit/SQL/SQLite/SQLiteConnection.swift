import CSQLite

/// One connection to the file. One thread at a time; closed when it is let go.
@safe final class SQLiteConnection {
    private let handle: OpaquePointer
    private var statements = SQLiteStatements()

    /// What one statement may answer: 1,000,000 rows x ~100 B are 100 MB.
    static let rowsMax = 1_000_000

    /// The file must exist. `vfs` names another file layer than the system's.
    init(
        path: String,
        isReadOnly: Bool,
        vfs: String? = nil,
        busyTimeoutMs: Int
    ) throws(SQLiteFailure) {
        // No mutex in SQLite: a connection never has two threads.
        let access = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        let flags = access | SQLITE_OPEN_NOMUTEX | Self.extendedCodes
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &opened, flags, vfs)
        guard let handle = unsafe opened else {
            throw SQLiteFailure(code: SQLITE_NOMEM, message: "out of memory")
        }
        guard code == SQLITE_OK else {
            let message = unsafe "\(path): " + String(cString: sqlite3_errmsg(handle))
            unsafe sqlite3_close_v2(handle)
            throw SQLiteFailure(code: code, message: message)
        }
        unsafe self.handle = handle
        unsafe sqlite3_busy_timeout(handle, Int32(busyTimeoutMs))
    }

    deinit {
        // Its statements may go after it: SQLite waits for the last of them.
        unsafe sqlite3_close_v2(handle)
    }

    /// False once SQLite has rolled back by itself, as it does on some I/O errors.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    var preparedCount: Int { statements.count }
    /// Statements that had to be prepared so far.
    private(set) var prepares = 0

    /// Does one statement and reads all of its rows.
    func run(_ statement: SQL, onlyReads: Bool = false) throws(SQLiteFailure) -> SQLResult {
        let text = statement.text
        let prepared = try statements.statement(text) { () throws(SQLiteFailure) in
            prepares += 1
            return unsafe try SQLiteStatement(text, of: handle)
        }
        defer { prepared.reset() }
        if onlyReads, !prepared.isReadOnly {
            throw SQLiteFailure(code: SQLITE_MISUSE, message: "a read that writes")
        }
        try prepared.bind(statement.values)
        let before = unsafe sqlite3_total_changes64(handle)
        var rows: [SQLRow] = []
        var code = prepared.step()
        while code == SQLITE_ROW {
            guard rows.count < Self.rowsMax else {
                throw SQLiteFailure(code: SQLITE_MISUSE, message: "over \(Self.rowsMax) rows")
            }
            rows.append(try prepared.row())
            code = prepared.step()
        }
        guard code == SQLITE_DONE else { throw unsafe SQLiteFailure(code, of: handle) }
        // Of a statement that changes nothing, `changes` would tell the previous one's.
        let isChange = unsafe sqlite3_total_changes64(handle) != before
        return SQLResult(rows: rows, changes: isChange ? Int(unsafe sqlite3_changes64(handle)) : 0)
    }

    /// `SQLITE_OPEN_EXRESCODE`: errors come as extended codes.
    private static let extendedCodes: Int32 = 0x0200_0000
}
