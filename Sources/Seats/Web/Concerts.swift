import Engines
import HTTP
import JSON
import Site
import Values

/// What is for sale, for everybody to read.
extension SeatHandlers {
    /// `GET /api/v1/concerts`
    func concerts(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let asked = try pageRequest(request)
        let page = try await stored { () async throws(StoreError) in
            try await concertStore.concerts(asked)
        }
        return answer(
            page,
            to: request,
            asked,
            headers: CacheControl.noCache,
            entryBytes: 64,
            id: \.id.raw
        ) { json, concert in json.element(concert) }
    }

    /// `GET /api/v1/concerts/{concert}/performances`
    func performances(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let concert = try concert(request)
        let asked = try pageRequest(request)
        let page = try await stored { () async throws(StoreError) in
            try await concertStore.performances(of: concert, asked)
        }
        guard let page else { throw .notFound("There is no such concert.") }
        return answer(
            page,
            to: request,
            asked,
            headers: CacheControl.noCache,
            entryBytes: 208,
            id: \.performance.id.raw
        ) { json, listing in
            let performance = listing.performance
            json.beginObject()
            json.field("performance", performance.id.raw)
            json.field("date", performance.date)
            json.field("opening", utf8: performance.opening?.utf8)
            json.field("seats", performance.seats)
            json.field("available", listing.available)
            json.field("price", performance.price)
            json.field("room", performance.room?.raw)
            json.field("cancelsPerUser", performance.cancelsPerUser)
            json.field("cancelUntil", utf8: performance.cancelUntil?.utf8)
            json.endObject()
        }
    }

    // MARK: What the handlers of sales share

    func concert(_ request: HTTPRequest) throws(Refusal) -> ConcertID {
        guard let concert = ConcertID(request.parameter("concert")) else {
            throw .invalidRequest(field: "concert", reason: "must be \(identifierRule)")
        }
        return concert
    }

    func performance(_ request: HTTPRequest) throws(Refusal) -> PerformanceID {
        guard let performance = PerformanceID(request.parameter("performance")) else {
            throw .invalidRequest(field: "performance", reason: "must be \(identifierRule)")
        }
        return performance
    }

    static let unknownPerformance = Refusal.notFound("There is no such performance.")
}

extension JSONWriter {
    mutating func element(_ concert: Concert) {
        beginObject()
        field("concert", concert.id.raw)
        field("title", concert.title)
        endObject()
    }

    package mutating func field(seats: [Int]) {
        beginArray("seats")
        for seat in seats { element(seat) }
        endArray()
    }
}
