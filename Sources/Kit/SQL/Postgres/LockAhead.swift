/// The rows that a group locks before its first entry, where an entry touches several of a table.
///
/// `LockOrder` sorts entries by their first row. That is not enough for one with two: it takes its
/// second before the first one of the entry behind it, and two groups wait for each other in a
/// circle, 1 s until the server sees it. So such a group begins with a look that locks all rows of
/// that table, its other entries' too, in the order of their names.
enum LockAhead {
    /// One for each table of which an entry touches several rows.
    static func statements(for entries: [[SQL]]) -> [SQL] {
        let tables = Set(entries.flatMap(crossed)).sorted()
        guard !tables.isEmpty else { return [] }
        let rows = entries.joined().flatMap(\.touches)
        return tables.compactMap { table in
            let rows = rows.filter { $0.table == table }
            guard let column = rows.first?.column else { return nil }
            return lock(Set(rows.map(\.name)).sorted(), column: column, of: table)
        }
    }

    /// The tables of which an entry touches several rows.
    private static func crossed(_ entry: [SQL]) -> [String] {
        // A few rows, in every entry of every group: a list is quicker than a dictionary.
        var seen: [TouchedRow] = []
        var crossed: [String] = []
        for statement in entry {
            for row in statement.touches {
                if seen.contains(where: { $0.table == row.table && $0.name != row.name }) {
                    crossed.append(row.table)
                }
                seen.append(row)
            }
        }
        return crossed
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
