/// Where an entry stands in its group: by the first row that it updates. Groups of two connections
/// that update the same rows then do so in the same order, and wait for each other one way only;
/// for entries that update several see `LockAhead`.
///
/// A guess, from what a statement shows: its table, and its texts, for a row's name is a text and
/// what changes in it is a number. A wrong guess costs a deadlock, which is tried again.
struct LockOrder: Comparable {
    private let table: String
    private let names: [String]

    init(_ entry: [SQL]) {
        guard let update = entry.first(where: { $0.pieces[0].hasPrefix("update ") }) else {
            table = ""
            names = []
            return
        }
        table = String(update.pieces[0].dropFirst("update ".count).prefix { $0 != " " })
        names = update.values.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }

    static func < (left: LockOrder, right: LockOrder) -> Bool {
        guard left.table == right.table else { return left.table < right.table }
        return left.names.lexicographicallyPrecedes(right.names)
    }
}
