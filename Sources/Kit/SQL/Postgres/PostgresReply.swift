import CPostgres
import Glibc

/// What became of one statement in a batch.
enum PostgresReply {
    case result(SQLResult)
    /// `commit` did: the answer to one in a failed transaction is a rollback, and a `result`.
    case committed
    case refused(PostgresFailure)
    /// Not done, for one before it in its batch was refused.
    case skipped
}

/// An error as the server tells it.
struct PostgresFailure: Error, Sendable {
    var code: String
    var message: String
    var constraint: String
    /// The server ends the connection with it.
    var isFatal: Bool

    /// Trying the same again may succeed: a deadlock, or a transaction that met another.
    var isPassing: Bool { code == "40P01" || code == "40001" }

    /// The engine cannot work: it is not about one entry.
    var isGeneral: Bool {
        isFatal || ["53", "57P", "58", "25006", "XX", "08"].contains { code.hasPrefix($0) }
    }

    /// A time-out of ours at the server: a statement's, or a lock's.
    var isTimeout: Bool { code == "57014" || code == "55P03" }

    /// What it says of the engine.
    var trouble: DatabaseTrouble {
        switch code {
        case "25006": .readOnly
        case "53100": .full
        default: .away
        }
    }

    /// `statement` is the place in the entry.
    func error(statement: Int) -> SQLError {
        switch code {
        case "23505": violation(.unique, statement)
        case "23514": violation(.check, statement)
        case "23503": violation(.foreignKey, statement)
        case "23502": violation(.notNull, statement)
        // It has forgotten what was prepared, which is prepared again the next time.
        case "26000": .unavailable(text)
        default: isGeneral || isPassing || isTimeout ? .unavailable(text) : .broken(text)
        }
    }

    private func violation(_ kind: SQLError.Violation.Kind, _ statement: Int) -> SQLError {
        .violated(.init(kind: kind, constraint: constraint, statement: statement))
    }

    var text: String { "\(message) (\(code))" }
}

/// libpq's answer to one statement; frees it.
@safe struct PostgresAnswer: ~Copyable {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) { unsafe self.result = result }

    deinit { unsafe PQclear(result) }

    var isSync: Bool { unsafe PQresultStatus(result) == PGRES_PIPELINE_SYNC }

    var reply: PostgresReply {
        switch unsafe PQresultStatus(result) {
        case PGRES_TUPLES_OK: .result(SQLResult(rows: rows, changes: changes))
        case PGRES_COMMAND_OK:
            tag == "COMMIT" ? .committed : .result(SQLResult(rows: [], changes: changes))
        case PGRES_EMPTY_QUERY: .result(SQLResult())
        case PGRES_PIPELINE_ABORTED: .skipped
        default: .refused(failure)
        }
    }

    private var tag: String {
        unsafe PQcmdStatus(result).map { unsafe String(cString: $0) } ?? ""
    }

    /// libpq counts the rows of a `select` too.
    private var changes: Int {
        guard let tag = unsafe PQcmdStatus(result), let count = unsafe PQcmdTuples(result) else {
            return 0
        }
        let select = CChar(UInt8(ascii: "S"))
        return unsafe tag[0] == select ? 0 : Int(atoll(count))
    }

    private var failure: PostgresFailure {
        let severity = field("V") ?? ""
        return unsafe PostgresFailure(
            code: field("C") ?? "",
            message: field("M") ?? String(cString: PQresultErrorMessage(result)),
            constraint: field("n") ?? "",
            isFatal: severity == "FATAL" || severity == "PANIC"
        )
    }

    private func field(_ code: Unicode.Scalar) -> String? {
        unsafe PQresultErrorField(result, Int32(code.value)).map { unsafe String(cString: $0) }
    }

    // MARK: Rows

    private enum Kind { case integer, boolean, numeric, text }

    private var rows: [SQLRow] {
        let columns = unsafe PQnfields(result)
        let kinds = (0..<columns).map { column -> Kind in
            switch unsafe PQftype(result, column) {
            case 20, 21, 23: .integer
            case 16: .boolean
            case 1700: .numeric
            default: .text
            }
        }
        return unsafe (0..<PQntuples(result)).map { row in
            SQLRow((0..<columns).map { value(row, $0, kinds[Int($0)]) })
        }
    }

    private func value(_ row: Int32, _ column: Int32, _ kind: Kind) -> SQLValue {
        guard unsafe PQgetisnull(result, row, column) == 0,
            let start = unsafe PQgetvalue(result, row, column)
        else { return .null }
        switch kind {
        case .integer: return unsafe .integer(atoll(start))
        case .boolean: return unsafe .integer(start[0] == CChar(UInt8(ascii: "t")) ? 1 : 0)
        case .numeric, .text:
            let text = unsafe String(
                decoding: UnsafeRawBufferPointer(
                    start: start,
                    count: Int(PQgetlength(result, row, column))
                ),
                as: UTF8.self
            )
            // A sum of bigints is a numeric.
            if kind == .numeric, let whole = Int64(text) { return .integer(whole) }
            return .text(text)
        }
    }
}
