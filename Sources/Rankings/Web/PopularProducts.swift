import Engines
import EventLoop
import HTTP
import JSON
import Site

/// Best sellers by the number of days, kept by one loop for a moment.
typealias PopularLists = DocumentCache<Int, PopularList>

extension PopularLists {
    init(reading popular: PopularStore, on loop: EventLoop) {
        self.init(on: loop) { list in
            list.isFromLedger ? DocumentLimits.ageOfSumsMaxMs : DocumentLimits.ageMaxMs
        } read: { days async throws(StoreError) in
            try await popular.list(days)
        } write: { list, limit in
            var shown = list
            shown.products = Array(list.products.prefix(limit))
            var json = JSONWriter(reservingBytes: 96 + shown.products.count * 128)
            json.element(shown)
            return json.bytes
        }
    }
}

extension RankingHandlers {
    /// `GET /api/v1/products/popular`
    func popularProducts(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let days = try number(request, "days", in: PopularList.daysRange)
        let limit = try number(request, "limit", in: 1...PopularList.entriesMax)
        let document = try await stored { () async throws(StoreError) in
            try await popularLists.document(
                days ?? PopularList.daysUsual,
                limit: limit ?? PopularList.entriesUsual
            )
        }
        return document.answer(request)
    }
}
