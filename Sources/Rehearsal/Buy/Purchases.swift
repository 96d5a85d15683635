import JSON

/// What a rehearsal with buyers found, as figures.
struct Purchases: Sendable {
    var performance: String
    var fates: [BuyerFate: Int]
    var receipts: Int
    var cancelled: Int
    /// Between the first receipt and the last.
    var perSecond: Double
    /// From the receipt of `admitted` to that of the payment.
    var untilReceipt: Histogram
    var refusals: [String: Int]
    /// nil if the map could not be read in the end.
    var sold: Int?
    var seats: Int
    /// From the start of the rehearsal to the last receipt, if all is sold in the end.
    var soldOutMs: Int64?
    /// From the last receipt until a visitor in the line was told; the poll interval is in it.
    var untilToldSoldOut = Histogram()
    var mapsUnchanged: Int

    init(_ shop: Shop, _ last: FinalLook, _ observer: Observer, startNs: Int64) {
        let books = shop.books
        performance = books.terms.performance
        fates = shop.buyers.compactMap(\.fate).tally
        receipts = books.sales.count
        cancelled = books.sales.count { $0.isCancelled }
        let times = books.sales.map(\.receivedNs)
        perSecond = Figures.perSecond(receipts, fromNs: times.min(), toNs: times.max())
        untilReceipt = books.untilReceipt
        refusals = books.refusals
        seats = books.terms.seats
        sold = last.view?.sold
        mapsUnchanged = shop.maps.unchanged
        guard sold == seats, let final = times.max() else { return }
        soldOutMs = (final - startNs) / 1_000_000
        for told in observer.soldOutNs { untilToldSoldOut.record(us: (told - final) / 1_000) }
    }

    var lines: [String] {
        let soldOut = soldOutMs.map { ", sold out after \(Figures.seconds(ms: $0))" } ?? ""
        let told =
            untilToldSoldOut.count == 0
            ? [] : ["sold out     known in the line after " + untilToldSoldOut.text]
        return [
            "buyers       " + Figures.list(BuyerFate.counts(fates), " "),
            "purchases    \(receipts) of \(performance), \(Figures.fixed(perSecond, 1))/s, "
                + "\(cancelled) cancelled",
            "receipt      after the admission " + untilReceipt.text,
            "seats        \(sold.map(String.init) ?? "?") of \(seats) sold" + soldOut,
        ] + told + [
            "maps         \(mapsUnchanged) answered as unchanged",
            "refusals     " + Figures.list(refusals.counts),
        ]
    }

    func write(_ json: inout JSONWriter) {
        json.beginObject("purchases")
        json.field("performance", performance)
        json.counts("fates", BuyerFate.counts(fates))
        json.field("receipts", receipts)
        json.field("cancelled", cancelled)
        json.figure("perSecond", perSecond)
        untilReceipt.write("admissionToReceipt", &json)
        json.field("sold", sold)
        json.field("seats", seats)
        json.field("soldOutMs", soldOutMs)
        untilToldSoldOut.write("soldOutKnown", &json)
        json.field("mapsUnchanged", mapsUnchanged)
        json.counts("refusals", refusals.counts)
        json.endObject()
    }
}
