/// One statement. What is interpolated is bound, never pasted:
///
///     let row: SQL = "select title from concerts where concert = \(id)"
///
/// sends `select title from concerts where concert = $1` and the value. Both engines read `$1`. An
/// interpolated `SQL` is spliced in with its values.
public struct SQL: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// The text around the values: one piece more than there are values.
    private(set) var pieces: [String]
    public private(set) var values: [SQLValue]
    /// Rows that it updates, as `\(row:)` has named them.
    private(set) var touches: [TouchedRow] = []

    public init(stringLiteral value: String) {
        pieces = [value]
        values = []
    }

    public init(stringInterpolation: StringInterpolation) {
        pieces = stringInterpolation.pieces
        values = stringInterpolation.values
        touches = stringInterpolation.touches
    }

    /// The text with `$1`, `$2`, ... where the values go. Equal for all values: engines prepare it
    /// once.
    public var text: String {
        var text = pieces[0]
        for index in values.indices {
            text += "$"
            text += String(index + 1)
            text += pieces[index + 1]
        }
        return text
    }

    /// `($1, $2), ($3, $4)` for rows of values, as `insert ... values` and `in` take them. At least
    /// one row.
    public static func rows(_ rows: [[SQLValue]]) -> SQL {
        precondition(!rows.isEmpty, "rows of a statement")
        var all = StringInterpolation(literalCapacity: 0, interpolationCount: rows.count)
        for (index, row) in rows.enumerated() {
            all.appendLiteral(index == 0 ? "(" : ", (")
            for (column, value) in row.enumerated() {
                if column > 0 { all.appendLiteral(", ") }
                all.append(value)
            }
            all.appendLiteral(")")
        }
        return SQL(stringInterpolation: all)
    }

    /// `$1, $2, $3` for `in (...)`. At least one value.
    public static func list(_ values: [SQLValue]) -> SQL {
        precondition(!values.isEmpty, "values of a list")
        var all = StringInterpolation(literalCapacity: 0, interpolationCount: values.count)
        for (index, value) in values.enumerated() {
            if index > 0 { all.appendLiteral(", ") }
            all.append(value)
        }
        return SQL(stringInterpolation: all)
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [String] = [""]
        var values: [SQLValue] = []
        var touches: [TouchedRow] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount + 1)
            values.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) {
            pieces[pieces.count - 1] += literal
        }

        mutating func append(_ value: SQLValue) {
            values.append(value)
            pieces.append("")
        }

        public mutating func appendInterpolation(_ value: Int64) { append(.integer(value)) }
        public mutating func appendInterpolation(_ value: Int) { append(.integer(Int64(value))) }
        public mutating func appendInterpolation(_ value: String) { append(.text(value)) }

        public mutating func appendInterpolation(_ value: Int64?) {
            append(value.map { .integer($0) } ?? .null)
        }

        public mutating func appendInterpolation(_ value: String?) {
            append(value.map { .text($0) } ?? .null)
        }

        public mutating func appendInterpolation(_ fragment: SQL) {
            pieces[pieces.count - 1] += fragment.pieces[0]
            pieces += fragment.pieces.dropFirst()
            values += fragment.values
            touches += fragment.touches
        }
    }
}
