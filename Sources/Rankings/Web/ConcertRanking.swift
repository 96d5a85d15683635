import Engines
import EventLoop
import HTTP
import JSON
import Site

/// Lists of sell-outs, kept by one loop for a moment.
typealias ConcertRankings = DocumentCache<ConcertRanking, SelloutList?>

/// Which list of sell-outs somebody asks for.
struct ConcertRanking: Hashable, Sendable {
    var order = SelloutOrder.t90
    var window = BoardWindow.all

    /// Entries where nothing is said.
    static let limit = 10
}

extension ConcertRankings {
    init(reading lists: SelloutLists, on loop: EventLoop) {
        self.init(on: loop) { list in
            let isDear = list?.isFromLedger == true
            return isDear ? DocumentLimits.ageOfSumsMaxMs : DocumentLimits.ageMaxMs
        } read: { ranking async throws(StoreError) in
            try await lists.list(by: ranking.order, ranking.window)
        } write: { list, limit in
            guard let list else { return [] }
            var json = JSONWriter(reservingBytes: 64 + limit * 200)
            json.element(list.entries.prefix(limit))
            return json.bytes
        }
    }
}

extension RankingHandlers {
    /// `GET /api/v1/concerts/ranking`
    func concertRanking(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let limit = try number(request, "limit", in: 1...SelloutLists.entriesMax)
        var ranking = ConcertRanking()
        if let text = try argument(request, "by") {
            guard let order = SelloutOrder(rawValue: text) else {
                throw .invalidRequest(field: "by", reason: "must be t90 or sold")
            }
            ranking.order = order
        }
        if let text = try argument(request, "window") {
            guard let window = BoardWindow(rawValue: text) else {
                throw .invalidRequest(field: "window", reason: BoardWindow.rule)
            }
            ranking.window = window
        }
        let wanted = ranking
        let document = try await stored { () async throws(StoreError) in
            try await concertRankings.document(wanted, limit: limit ?? ConcertRanking.limit)
        }
        // A list without entries is `[]`.
        guard !document.body.isEmpty else {
            throw .invalidRequest(field: "window", reason: "is not one that is kept of concerts")
        }
        return document.answer(request)
    }
}
