import Crypto
import Engines
import Ledger
import SQL
import Values

/// Recomputes every draw that the ledger has.
struct DrawAudit: Sendable {
    private let ledger: RoomLedger

    private static let promise = "every draw is the one of its committed seed and list"

    init(_ database: any Database) { ledger = RoomLedger(database) }

    func audit() async -> AuditLine {
        do throws(StoreError) {
            var breaks: [String] = []
            var draws = 0, entrants: Int64 = 0
            var page = try await ledger.draws(after: "")
            while let last = page.last {
                for draw in page {
                    draws += 1
                    entrants += draw.entrants
                    if let wrong = try await fault(in: draw) { breaks.append(wrong) }
                }
                page = try await ledger.draws(after: last.room.raw)
            }
            guard breaks.isEmpty else {
                let named = breaks.prefix(LedgerCheck.namedMax).joined(separator: "; ")
                return AuditLine(Self.promise, .broken, named)
            }
            return AuditLine(Self.promise, .kept, "\(draws) draws, \(entrants) entrants")
        } catch {
            return AuditLine(Self.promise, .failed, error.reason)
        }
    }

    /// What is wrong with a draw; nil: nothing.
    private func fault(in draw: LineDraw) async throws(StoreError) -> String? {
        guard let root = draw.root else { return nil }
        var pages: [DrawPage] = []
        while true {
            let more = try await ledger.drawPages(of: draw.room, from: Int64(pages.count))
            guard !more.isEmpty else { break }
            pages += more
        }
        let all = pages
        return await BesideLoops.run { Self.fault(draw, root, all) }
    }

    private static func fault(_ draw: LineDraw, _ root: Digest, _ pages: [DrawPage]) -> String? {
        let rules = SeededDraw()
        let room = draw.room
        if rules.hash(ofSeed: draw.seed) != draw.seedHash { return "\(room): its seed" }
        if pages.map(\.number) != (0..<draw.pages).map({ $0 }) { return "\(room): its pages" }
        if pages.reduce(0, { $0 + Int64($1.leaves.count) }) != draw.entrants {
            return "\(room): its number of entrants"
        }
        for page in pages where rules.tree.root(page.leaves) != page.hash {
            return "\(room): page \(page.number)"
        }
        if rules.tree.root(pages.map(\.hash)) != root { return "\(room): its root" }
        let arrivals = pages.flatMap(\.arrivals)
        guard zip(arrivals, arrivals.dropFirst()).allSatisfy(<), arrivals.last ?? 0 <= draw.cut ?? 0
        else { return "\(room): the order of its list" }
        return nil
    }
}
