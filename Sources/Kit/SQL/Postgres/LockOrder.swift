/// Where an entry stands in its group: by the first row that it touches. Groups of two connections
/// that touch the same rows then do so in the same order, and wait for each other one way only; for
/// entries that touch several see `LockAhead`. A row that no statement names costs a deadlock at
/// worst, which is tried again.
struct LockOrder: Comparable {
    private let row: TouchedRow?

    init(_ entry: [SQL]) { row = entry.lazy.compactMap(\.touches.first).first }

    static func < (left: LockOrder, right: LockOrder) -> Bool {
        guard let row = left.row, let other = right.row else { return right.row != nil }
        return (row.table, row.name) < (other.table, other.name)
    }
}
