import JSON
import Values

/// The documents of the rankings, as the contract has them: every field is always there, and null
/// where there is nothing to say. Only `source` comes and goes.
extension JSONWriter {
    /// `GET /api/v1/concerts/ranking`
    mutating func element(_ entries: some Sequence<SelloutEntry>) {
        beginArray()
        for entry in entries { element(entry) }
        endArray()
    }

    /// `GET /api/v1/products/popular`
    mutating func element(_ list: PopularList) {
        beginObject()
        field("days", list.days)
        field("refreshedAt", utf8: list.refreshedAt.utf8)
        beginArray("products")
        for entry in list.products { element(entry) }
        endArray()
        if list.isFromLedger { field("source", "ledger") }
        endObject()
    }

    /// `GET /api/v1/boards/{board}/members/{member}/history`
    mutating func element(history points: [RankPoint]) {
        beginObject()
        beginArray("points")
        for point in points {
            beginObject()
            field("at", utf8: point.at.utf8)
            field("rank", point.rank)
            field("score", point.score)
            endObject()
        }
        endArray()
        endObject()
    }

    private mutating func element(_ entry: SelloutEntry) {
        beginObject()
        field("concertDate", entry.concertDate)
        field("soldOutCount", entry.soldOutCount)
        field("rank", entry.rank)
        field("concert", entry.concert.raw)
        field("performance", entry.performance.raw)
        field("t90Ms", entry.t90Ms)
        field("t100Ms", entry.t100Ms)
        field("projectedT90Ms", entry.projectedT90Ms)
        field("soldOut", entry.isSoldOut)
        endObject()
    }

    private mutating func element(_ entry: PopularEntry) {
        beginObject()
        field("rank", entry.rank)
        field("product", entry.product.raw)
        field("name", entry.name)
        field("units", entry.units)
        field("previousRank", entry.previousRank)
        endObject()
    }
}
