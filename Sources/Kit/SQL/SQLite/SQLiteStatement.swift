import CSQLite

/// A prepared statement. Used by its connection's thread; finalized when it is let go.
@safe final class SQLiteStatement {
    private let handle: OpaquePointer

    /// Throws when `text` is not exactly one statement.
    init(_ text: String, of connection: OpaquePointer) throws(SQLiteFailure) {
        var made: OpaquePointer?
        var isWhole = true
        var text = text
        let code = text.withUTF8 { bytes -> Int32 in
            guard let first = bytes.baseAddress else { return SQLITE_OK }
            return unsafe first.withMemoryRebound(to: CChar.self, capacity: bytes.count) { start in
                var rest: UnsafePointer<CChar>?
                let code = unsafe sqlite3_prepare_v3(
                    connection,
                    start,
                    Int32(bytes.count),
                    UInt32(SQLITE_PREPARE_PERSISTENT),
                    &made,
                    &rest
                )
                if let rest = unsafe rest {
                    let tail = unsafe bytes[(rest - start)...]
                    // Spaces, line ends, semicolons.
                    isWhole = unsafe tail.allSatisfy { [0x20, 0x0A, 0x3B].contains($0) }
                }
                return code
            }
        }
        guard code == SQLITE_OK else { throw unsafe SQLiteFailure(code, of: connection) }
        guard let handle = unsafe made else {
            throw SQLiteFailure(code: SQLITE_MISUSE, message: "an empty statement")
        }
        unsafe self.handle = handle
        guard isWhole else {
            throw SQLiteFailure(code: SQLITE_MISUSE, message: "more than one statement")
        }
    }

    deinit { unsafe sqlite3_finalize(handle) }

    var isReadOnly: Bool { unsafe sqlite3_stmt_readonly(handle) != 0 }

    /// `SQLITE_ROW`, `SQLITE_DONE`, or an error's code.
    func step() -> Int32 { unsafe sqlite3_step(handle) }

    /// Ends the execution and forgets the values.
    func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }

    func bind(_ values: [SQLValue]) throws(SQLiteFailure) {
        // `$1` is a name to SQLite; it numbers names by their first appearance, and that is the
        // order in which `SQL` writes them.
        guard unsafe sqlite3_bind_parameter_count(handle) == values.count else {
            throw SQLiteFailure(code: SQLITE_RANGE, message: "parameters differ from values")
        }
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            let code =
                switch value {
                case .null: unsafe sqlite3_bind_null(handle, place)
                case .integer(let number): unsafe sqlite3_bind_int64(handle, place, number)
                case .text(let text): try bind(text, at: place)
                }
            guard code == SQLITE_OK else {
                throw SQLiteFailure(code: code, message: "value \(place) does not bind")
            }
        }
    }

    private func bind(_ text: String, at place: Int32) throws(SQLiteFailure) -> Int32 {
        var text = text
        let code = text.withUTF8 { bytes -> Int32? in
            // PostgreSQL has no U+0000 in a text; what one engine refuses both refuse.
            guard unsafe !bytes.contains(0) else { return nil }
            guard let first = bytes.baseAddress else {
                return unsafe sqlite3_bind_text(handle, place, "", 0, Self.copied)
            }
            return unsafe first.withMemoryRebound(to: CChar.self, capacity: bytes.count) { start in
                unsafe sqlite3_bind_text(handle, place, start, Int32(bytes.count), Self.copied)
            }
        }
        guard let code else {
            throw SQLiteFailure(code: SQLITE_MISMATCH, message: "a text with U+0000")
        }
        return code
    }

    /// The row of the last `step`.
    func row() throws(SQLiteFailure) -> SQLRow {
        let count = unsafe sqlite3_column_count(handle)
        var values: [SQLValue] = []
        values.reserveCapacity(Int(count))
        for column in 0..<count {
            switch unsafe sqlite3_column_type(handle, column) {
            case SQLITE_NULL: values.append(.null)
            case SQLITE_INTEGER:
                values.append(.integer(unsafe sqlite3_column_int64(handle, column)))
            case SQLITE_TEXT: values.append(.text(text(column)))
            default:
                throw SQLiteFailure(
                    code: SQLITE_MISMATCH,
                    message: "column \(column) is neither an integer nor text"
                )
            }
        }
        return SQLRow(values)
    }

    private func text(_ column: Int32) -> String {
        guard let first = unsafe sqlite3_column_text(handle, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        return unsafe String(
            decoding: UnsafeBufferPointer(start: first, count: count),
            as: UTF8.self
        )
    }

    /// `SQLITE_TRANSIENT`: SQLite copies the text before the call returns.
    private static var copied: sqlite3_destructor_type {
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }
}
