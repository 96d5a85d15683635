import Engines
import Ledger
import SQL
import Values

/// How best sellers are counted: units of paid orders on the last days of the board's zone, the
/// present one among them. A refund takes them off the day of the sale.
extension PopularStore {
    /// From the board. Nil: it does not keep days.
    func countBoard(_ days: Int, atMs: Int64) async throws(StoreError) -> PopularList? {
        let spans = try await spans(days, atMs)
        let entries = try await boards.union(
            of: spans.last,
            .products,
            limit: PopularList.entriesMax
        )
        guard let entries else { return nil }
        let members = entries.map(\.member)
        let previous = try await ranks(of: members, spans.before, atMs)
        return try await list(days, atMs, entries, previous)
    }

    /// From the truth, in the same order: a sum over all orders of those days.
    func countLedger(_ days: Int, atMs: Int64) async throws(StoreError) -> PopularList {
        let spans = try await spans(days, atMs)
        let entries = try await ledger.union(
            of: spans.last,
            .products,
            limit: PopularList.entriesMax
        )
        let previous = try await ledgerRanks(of: entries.map(\.member), spans.before)
        var list = try await list(days, atMs, entries, previous)
        list.isFromLedger = true
        return list
    }

    /// The days of the list, and as many before those.
    private func spans(_ days: Int, _ atMs: Int64) async throws(StoreError)
        -> (last: [Period], before: [Period])
    {
        guard let board = try await boards.settings.found(.products)?.board else {
            throw .broken("there is no board of products")
        }
        let zone = board.timeZone
        let last = await boards.lastDays(days, until: atMs, in: zone)
        let startMs = last[last.count - 1].startMs
        return (last, await boards.lastDays(days, until: startMs - 1, in: zone))
    }

    /// Redis keeps a day for about a month: what was before that, the ledger knows.
    private func ranks(of members: [String], _ days: [Period], _ atMs: Int64)
        async throws(StoreError) -> [String: Int]
    {
        guard !members.isEmpty else { return [:] }
        let oldest = days[days.count - 1]
        guard !boards.limits.mayHaveGone(oldest, atMs: atMs),
            let all = try await boards.union(of: days, .products, limit: .max)
        else { return try await ledgerRanks(of: members, days) }
        let wanted = Set(members)
        var ranks: [String: Int] = [:]
        for entry in all where wanted.contains(entry.member) { ranks[entry.member] = entry.rank }
        return ranks
    }

    private func ledgerRanks(of members: [String], _ days: [Period])
        async throws(StoreError) -> [String: Int]
    {
        guard !members.isEmpty else { return [:] }
        return try await ledger.ranks(of: members, inUnionOf: days, .products)
    }

    private func list(
        _ days: Int,
        _ atMs: Int64,
        _ entries: [RankedEntry],
        _ previous: [String: Int]
    ) async throws(StoreError) -> PopularList {
        let names = entries.isEmpty ? [:] : try await ledger.names(of: entries.map(\.member))
        var products: [PopularEntry] = []
        for entry in entries {
            guard let product = ProductID(entry.member), let name = names[entry.member] else {
                throw .broken("the product \(entry.member) has sold, and is none")
            }
            products.append(
                PopularEntry(
                    rank: entry.rank,
                    product: product,
                    name: name,
                    units: entry.score,
                    previousRank: previous[entry.member]
                )
            )
        }
        return PopularList(
            days: days,
            refreshedAt: Timestamp(milliseconds: atMs),
            products: products
        )
    }
}

extension SumLedger {
    /// What `products` are called; at least one.
    func names(of products: [String]) async throws(StoreError) -> [String: String] {
        let list = SQL.list(products.map { .text($0) })
        let rows = try await rows("select product, name from products where product in (\(list))")
        return try decoded { () throws(SQLError) in
            var names: [String: String] = [:]
            for row in rows { names[try row.text(0)] = try row.text(1) }
            return names
        }
    }
}
