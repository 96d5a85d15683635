/// What a rehearsal with buyers found, as figures.
struct Purchases: Sendable {
    var performance: String
    var fates: [BuyerFate: Int] = [:]
    var receipts = 0
    var cancelled = 0
    /// Between the first receipt and the last.
    var perSecond = 0.0
    /// From the receipt of `admitted` to that of the payment.
    var untilReceipt = Histogram()
    var refusals: [String: Int] = [:]
    /// nil if the map could not be read in the end.
    var sold: Int?
    var seats: Int
    /// From the start of the rehearsal to the last receipt, if all is sold in the end.
    var soldOutMs: Int64?
    var mapsUnchanged = 0

    init(_ shop: Shop, _ last: FinalLook, startNs: Int64) {
        let books = shop.books
        performance = books.terms.performance
        for case let fate? in shop.buyers.map(\.fate) { fates[fate, default: 0] += 1 }
        receipts = books.sales.count
        cancelled = books.sales.count { $0.isCancelled }
        let times = books.sales.map(\.receivedNs)
        if let first = times.min(), let final = times.max(), final > first {
            perSecond = Double(receipts) * 1e9 / Double(final - first)
        }
        untilReceipt = books.untilReceipt
        refusals = books.refusals
        seats = books.terms.seats
        sold = last.view?.sold
        mapsUnchanged = shop.maps.unchanged
        if sold == seats, let final = times.max() { soldOutMs = (final - startNs) / 1_000_000 }
    }
}

extension Report {
    /// Adds what buyers found.
    mutating func buy(_ shop: Shop, _ last: FinalLook, _ observer: Observer) {
        let hadOutage = !observer.allOutages.isEmpty
        purchases = Purchases(shop, last, startNs: startNs)
        promises += SeatPromises.check(shop.books, last, hadOutage: hadOutage)
        promises += PointPromises.check(shop.books, last)
        promises += DoorPromises.check(shop.books, observer.records, hadOutage: hadOutage)
    }
}

extension Purchases {
    /// For people.
    var lines: [String] {
        let found = BuyerFate.allCases.compactMap { fate in
            fates[fate].map { "\(fate.rawValue) \($0)" }
        }
        let quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)].map { name, part in
            "\(name) \(Figures.duration(us: untilReceipt.quantile(part)))"
        }
        let said = refusals.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let soldOut = soldOutMs.map {
            ", sold out after \(Figures.fixed(Double($0) / 1_000, 2)) s"
        }
        return [
            "buyers       " + (found.isEmpty ? "none" : found.joined(separator: ", ")),
            "purchases    \(receipts) of \(performance), \(Figures.fixed(perSecond, 1))/s, "
                + "\(cancelled) cancelled",
            "receipt      after the admission " + quantiles.joined(separator: ", "),
            "seats        \(sold.map(String.init) ?? "?") of \(seats) sold" + (soldOut ?? ""),
            "maps         \(mapsUnchanged) answered as unchanged",
            "refusals     " + (said.isEmpty ? "none" : said.joined(separator: ", ")),
        ]
    }

    /// For programs.
    func write(_ text: inout JSONText) {
        text.object("purchases") { text in
            text.add("performance", performance)
            text.object("fates") { text in
                for fate in BuyerFate.allCases { text.add(fate.rawValue, fates[fate] ?? 0) }
            }
            text.add("receipts", receipts)
            text.add("cancelled", cancelled)
            text.add("perSecond", perSecond)
            ReportJSON.write(untilReceipt, "admissionToReceipt", &text)
            text.add("sold", sold)
            text.add("seats", seats)
            text.add("soldOutMs", soldOutMs.map { Int($0) })
            text.add("mapsUnchanged", mapsUnchanged)
            text.object("refusals") { text in
                for (refusal, count) in refusals.sorted(by: { $0.key < $1.key }) {
                    text.add(refusal, count)
                }
            }
        }
    }
}
