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
    /// From the last receipt until a visitor in the line was told; the poll interval is in it.
    var untilToldSoldOut = Histogram()
    var mapsUnchanged = 0

    init(_ shop: Shop, _ last: FinalLook, _ observer: Observer, startNs: Int64) {
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
        guard sold == seats, let final = times.max() else { return }
        soldOutMs = (final - startNs) / 1_000_000
        for told in observer.soldOutNs { untilToldSoldOut.record(us: (told - final) / 1_000) }
    }
}

extension Report {
    /// Adds what buyers found.
    mutating func buy(_ shop: Shop, _ last: FinalLook, _ observer: Observer) {
        let hadOutage = !observer.allOutages.isEmpty
        purchases = Purchases(shop, last, observer, startNs: startNs)
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
        let said = refusals.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let soldOut = soldOutMs.map {
            ", sold out after \(Figures.fixed(Double($0) / 1_000, 2)) s"
        }
        let told =
            untilToldSoldOut.count == 0
            ? []
            : ["sold out     known in the line after " + ReportText.quantiles(untilToldSoldOut)]
        return [
            "buyers       " + (found.isEmpty ? "none" : found.joined(separator: ", ")),
            "purchases    \(receipts) of \(performance), \(Figures.fixed(perSecond, 1))/s, "
                + "\(cancelled) cancelled",
            "receipt      after the admission " + ReportText.quantiles(untilReceipt),
            "seats        \(sold.map(String.init) ?? "?") of \(seats) sold" + (soldOut ?? ""),
        ] + told + [
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
            ReportJSON.write(untilToldSoldOut, "soldOutKnown", &text)
            text.add("mapsUnchanged", mapsUnchanged)
            text.object("refusals") { text in
                for (refusal, count) in refusals.sorted(by: { $0.key < $1.key }) {
                    text.add(refusal, count)
                }
            }
        }
    }
}
