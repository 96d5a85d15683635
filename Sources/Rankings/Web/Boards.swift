import Engines
import HTTP
import JSON
import Site
import Values

/// Boards, for everybody to read.
extension RankingHandlers {
    /// `GET /api/v1/boards/{board}`
    func board(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let query = try boardQuery(request)
        let offset = try number(request, "offset", in: 0...BoardBook.offsetMax) ?? 0
        let limit = try number(request, "limit", in: 1...BoardBook.limitMax) ?? 10
        let answer = try await stored { () async throws(StoreError) in
            try await boardPages.value(BoardPageQuery(list: query, offset: offset, limit: limit))
        }
        return try Self.found(answer)
    }

    /// `GET /api/v1/boards/{board}/members/{member}`
    func boardMember(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let query = try boardQuery(request)
        let member = try member(request)
        let around = try number(request, "around", in: 0...BoardBook.aroundMax) ?? 0
        let answer = try await stored { () async throws(StoreError) in
            try await boardBook.place(of: member, query, around: around)
        }
        let place = try Self.found(answer)
        guard let line = place.line else { throw .board(.notRanked) }
        var json = JSONWriter(reservingBytes: 160 + place.around.count * 96)
        json.beginObject()
        json.fields(line)
        json.beginArray("around")
        for line in place.around { json.element(line) }
        json.endArray()
        if place.isFromLedger { json.field("source", "ledger") }
        json.endObject()
        return .json(200, json.bytes, headers: CacheControl.noCache)
    }

    /// `GET /api/v1/boards/{board}/members/{member}/history`
    func boardHistory(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let query = try boardQuery(request, hasPeriod: false)
        let member = try member(request)
        let answer = try await stored { () async throws(StoreError) in
            try await boardBook.history(of: member, query)
        }
        var json = JSONWriter(reservingBytes: 1_024)
        json.element(history: try Self.found(answer))
        return .json(200, json.bytes, headers: CacheControl.noCache)
    }

    // MARK: What they share

    func boardID(_ request: HTTPRequest) throws(Refusal) -> BoardID {
        guard let board = BoardID(request.parameter("board")) else {
            throw .invalidRequest(field: "board", reason: "must be \(identifierRule)")
        }
        return board
    }

    private func member(_ request: HTTPRequest) throws(Refusal) -> MemberID {
        guard let member = MemberID(request.parameter("member")) else {
            throw .invalidRequest(field: "member", reason: "must be \(identifierRule)")
        }
        return member
    }

    private func boardQuery(_ request: HTTPRequest, hasPeriod: Bool = true) throws(Refusal)
        -> BoardQuery
    {
        var query = BoardQuery(try boardID(request))
        if let name = try argument(request, "window") {
            guard let window = BoardWindow(rawValue: name) else {
                throw .invalidRequest(field: "window", reason: BoardWindow.rule)
            }
            query.window = window
        }
        if hasPeriod, let name = try argument(request, "period") {
            query.period = name == "last" ? .last : .named(name)
        }
        return query
    }

    private static func found<Value>(_ answer: Result<Value, BoardObstacle>) throws(Refusal)
        -> Value
    {
        switch answer {
        case .success(let value): return value
        case .failure(.unknownBoard): throw unknownBoard
        case .failure(.notKept(let window)):
            throw .invalidRequest(field: "window", reason: "\(window) is not kept by this board")
        case .failure(.noSuchPeriod(let window)):
            throw .invalidRequest(field: "period", reason: window.periodRule)
        case .failure(.noChart(let window)):
            throw .notFound("No \(window) chart of this board is out.")
        }
    }

    static let unknownBoard = Refusal.notFound("There is no such board.")
}

extension BoardWindow {
    static let rule = "must be one of " + allCases.map(\.rawValue).joined(separator: ", ")

    /// How its periods are named, in words for an error.
    fileprivate var periodRule: String {
        switch self {
        case .daily: "must be a day as 2026-05-01, or last"
        case .weekly: "must be a week as 2026-W18, or last"
        case .monthly: "must be a month as 2026-05, or last"
        case .realtime, .all: "must be left out: the window \(self) has none"
        }
    }
}

extension JSONWriter {
    mutating func element(_ line: RankedLine) {
        beginObject()
        fields(line)
        endObject()
    }

    fileprivate mutating func fields(_ line: RankedLine) {
        field("rank", line.entry.rank)
        field("member", line.entry.member)
        field("score", line.entry.score)
        field("previousRank", line.previousRank)
        field("peakRank", line.peakRank)
    }
}
