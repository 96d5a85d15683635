/// The rows that a group locks before its first entry, where an entry updates several of a table.
///
/// `LockOrder` sorts entries by their first row. That is not enough for one with two: it takes its
/// second before the first one of the entry behind it, and two groups wait for each other in a
/// circle, 1 s until the server sees it. So such a group begins with a look that locks all rows of
/// that table, its other entries' too, in the order of their names.
///
/// A guess, as `LockOrder` is: an update is understood when it ends in `where COLUMN = $n` with a
/// text. What is not understood is not locked ahead.
struct LockAhead {
    private struct Row {
        let table: Substring
        let column: Substring
        let name: String

        init?(_ statement: SQL) {
            let pieces = statement.pieces
            guard let table = LockAhead.table(of: statement), pieces.count > 1,
                pieces[pieces.count - 1] == "",
                case .text(let name)? = statement.values.last,
                let condition = pieces[pieces.count - 2].split(separator: "where ").last,
                condition.hasSuffix(" = ")
            else { return nil }
            self.table = table
            column = condition.dropLast(" = ".count)
            guard !column.contains(" ") else { return nil }
            self.name = name
        }
    }

    /// One for each table of which an entry updates several rows.
    static func statements(for entries: [[SQL]]) -> [SQL] {
        let tables = Set(entries.flatMap(crossed)).sorted()
        guard !tables.isEmpty else { return [] }
        let rows = entries.joined().compactMap { Row($0) }
        return tables.compactMap { table in
            let rows = rows.filter { $0.table == table }
            guard let column = rows.first?.column else { return nil }
            let names = Set(rows.filter { $0.column == column }.map(\.name))
            return lock(names.sorted(), column: String(column), of: table)
        }
    }

    /// The tables of which an entry updates several rows.
    private static func crossed(_ entry: [SQL]) -> [String] {
        // A few tables, in every entry of every group: a list is quicker than a set.
        var seen: [Substring] = []
        var crossed: [String] = []
        for statement in entry {
            guard let table = table(of: statement) else { continue }
            if seen.contains(table) { crossed.append(String(table)) } else { seen.append(table) }
        }
        return crossed
    }

    /// Nil: it is no update. By bytes, which names of tables are.
    private static func table(of statement: SQL) -> Substring? {
        let text = statement.pieces[0].utf8
        guard text.starts(with: "update ".utf8) else { return nil }
        let name = text.dropFirst("update ".utf8.count).prefix { $0 != UInt8(ascii: " ") }
        return Substring(name)
    }

    /// Table and column are our own statements' words. The names are one parameter, so that there
    /// is one statement to prepare, however many they are.
    private static func lock(_ names: [String], column: String, of table: String) -> SQL {
        let quoted = names.map { name in
            let escaped = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
            return "\"\(escaped)\""
        }
        let from = SQL(stringLiteral: "select 1 from \(table) where \(column)")
        let order = SQL(stringLiteral: column)
        let array = "{\(quoted.joined(separator: ","))}"
        return """
            \(from) = any(cast(\(array) as text[])) order by \(order) for no key update
            """
    }
}
