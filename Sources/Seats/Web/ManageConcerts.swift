import Engines
import HTTP
import JSON
import Site
import Values

/// What the operator says about concerts.
extension SeatHandlers {
    /// `PUT /admin/v1/concerts/{concert}`
    func putConcert(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try concert(request)
        let title = try fields(request, ["title"]) { fields throws(JSONFieldError) in
            let title = try fields.string("title", maxBytes: Concert.titleBytesMax)
            guard let title else { throw .missing("title") }
            guard !title.isEmpty else {
                throw JSONFieldError(field: "title", reason: "must not be empty")
            }
            return title
        }
        let concert = Concert(id: id, title: title)
        let precondition = precondition(request) { (now: Revised<Concert>) in now.document.tag }
        let revision = try await stored { () async throws(StoreError) in
            try await concertStore.put(concert, if: precondition)
        }
        guard let revision else { throw .preconditionFailed }
        return Revised(concert, revision: revision).document.changed
    }

    /// `GET /admin/v1/concerts/{concert}`
    func adminConcert(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try concert(request)
        let concert = try await stored { () async throws(StoreError) in
            try await concertStore.concert(id)
        }
        guard let concert else { throw .notFound("There is no such concert.") }
        return concert.document.answer(request)
    }

    /// `GET /admin/v1/performances/{performance}`
    func adminPerformance(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try performance(request)
        let listing = try await stored { () async throws(StoreError) in
            try await concertStore.listing(of: id)
        }
        guard let listing else { throw Self.unknownPerformance }
        return listing.document.answer(request)
    }

    /// `PUT /admin/v1/performances/{performance}`
    func putPerformance(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try performance(request)
        let change = try fields(request, PerformanceChange.fieldNames) {
            fields throws(JSONFieldError) in try PerformanceChange(fields)
        }
        let precondition = precondition(request) { (now: PerformanceListing) in now.document.tag }
        let outcome = try await stored { () async throws(StoreError) in
            try await concertStore.put(change, of: id, if: precondition)
        }
        switch outcome {
        case .put(let performance, let revision):
            return OperatorDocument(performance.json, revision: revision).changed
        case .preconditionFailed: throw .preconditionFailed
        case .missing(let field):
            throw .invalidRequest(field: field, reason: "is missing: the performance is new")
        case .unknownConcert:
            throw .invalidRequest(field: "concert", reason: "is not one there is")
        case .fewerSeats(let seats):
            throw .invalidRequest(field: "seats", reason: "must be at least the \(seats) there are")
        case .amountLimit:
            throw .invalidRequest(
                field: "price",
                reason: "times maxSeatsPerUser must come to at most \(Points.max)"
            )
        }
    }
}

extension PerformanceChange {
    static let fieldNames = [
        "concert", "date", "opening", "seats", "price", "room", "holdSeconds", "maxSeatsPerUser",
        "cancelsPerUser", "cancelUntil",
    ]

    init(_ fields: JSONObjectReader) throws(JSONFieldError) {
        self.init()
        if let name = try fields.string("concert", maxBytes: 128) {
            guard let id = ConcertID(name) else { throw Self.name("concert") }
            concert = id
        }
        if let day = try fields.string("date", maxBytes: 10) {
            guard Self.isDay(day) else {
                throw JSONFieldError(field: "date", reason: "must be a day, YYYY-MM-DD")
            }
            date = day
        }
        opening = try fields.nullableTime("opening")
        seats = try fields.integer("seats", in: Performance.seatsRange).map { Int($0) }
        price = try fields.integer("price", in: Points.priceRange)
        room = try Self.room(fields)
        holdSeconds = try fields.integer("holdSeconds", in: Performance.holdSecondsRange)
        let most = try fields.integer("maxSeatsPerUser", in: Performance.maxSeatsPerUserRange)
        maxSeatsPerUser = most.map { Int($0) }
        switch try fields.nullableInteger("cancelsPerUser", in: Performance.cancelsPerUserRange) {
        case .absent: break
        case .null: cancelsPerUser = .some(nil)
        case .value(let cancels): cancelsPerUser = .some(cancels)
        }
        cancelUntil = try fields.nullableTime("cancelUntil")
    }

    /// A day that the calendar has.
    private static func isDay(_ text: String) -> Bool {
        Timestamp(rfc3339: text + "T00:00:00Z") != nil
    }

    private static func room(_ fields: JSONObjectReader) throws(JSONFieldError) -> RoomID?? {
        switch try fields.nullableString("room", maxBytes: 128) {
        case .absent: return nil
        case .null: return .some(nil)
        case .value(let text):
            guard let room = RoomID(text) else { throw name("room") }
            return .some(room)
        }
    }

    private static func name(_ field: String) -> JSONFieldError {
        JSONFieldError(field: field, reason: "must be \(identifierRule)")
    }
}

extension Revised<Concert> {
    fileprivate var document: OperatorDocument {
        var json = JSONWriter()
        json.element(value)
        return OperatorDocument(json.bytes, revision: revision)
    }
}

extension PerformanceListing {
    fileprivate var document: OperatorDocument {
        OperatorDocument(performance.json, revision: revision)
    }
}

extension Performance {
    /// All that the operator has said.
    fileprivate var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("performance", id.raw)
        json.field("concert", concert.raw)
        json.field("date", date)
        json.field("opening", utf8: opening?.utf8)
        json.field("seats", seats)
        json.field("price", price)
        json.field("room", room?.raw)
        json.field("holdSeconds", holdSeconds)
        json.field("maxSeatsPerUser", maxSeatsPerUser)
        json.field("cancelsPerUser", cancelsPerUser)
        json.field("cancelUntil", utf8: cancelUntil?.utf8)
        json.endObject()
        return json.bytes
    }
}
