import Engines
import HTTP
import JSON
import Ledger
import Site
import Values

/// What the operator says about boards, and the scores that come in from outside.
extension RankingHandlers {
    /// An answer to a score comes after the boards have it, but never later than this: 20 rounds of
    /// the relay.
    private static let settleMs = 500

    /// `PUT /admin/v1/boards/{board}`
    func putBoard(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try boardID(request)
        let change = try fields(request, BoardChange.fieldNames) { fields throws(JSONFieldError) in
            try BoardChange(fields)
        }
        let precondition = precondition(request) { (now: BoardRow) in now.document.tag }
        let row = try await stored { () async throws(StoreError) in
            try await boardBook.put(change, of: id, if: precondition)
        }
        guard let row else { throw .preconditionFailed }
        return row.document.changed
    }

    /// `GET /admin/v1/boards/{board}`
    func adminBoard(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try boardID(request)
        let row = try await stored { () async throws(StoreError) in try await boardBook.row(of: id)
        }
        guard let row else { throw Self.unknownBoard }
        return row.document.answer(request)
    }

    /// `POST /admin/v1/boards/{board}/scores`
    func changeScore(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let id = try boardID(request)
        let change = try fields(request, ScoreChange.fieldNames) { fields throws(JSONFieldError) in
            try ScoreChange(fields, of: id)
        }
        let outcome = try await stored { () async throws(StoreError) in
            try await boardBook.change(change)
        }
        switch outcome {
        case .applied(let score), .repeated(let score):
            // So that whoever reads the board next sees it; also who sends it again, unheard.
            _ = await relay.delivered(OutboxConsumer.boardsName, withinMs: Self.settleMs)
            return Self.answer(score, isApplied: outcome == .applied(score))
        case .unknownBoard: throw Self.unknownBoard
        case .keptBySales: throw .board(.keptBySales)
        case .outOfRange(let field):
            throw .invalidRequest(
                field: field,
                reason: "would carry the score out of \(ScoreChange.setRange)"
            )
        }
    }

    private static func answer(_ score: Int64, isApplied: Bool) -> HTTPResponse {
        var json = JSONWriter()
        json.beginObject()
        json.field("score", score)
        json.field("applied", isApplied)
        json.endObject()
        return .json(200, json.bytes, headers: CacheControl.noStore)
    }
}

extension BoardChange {
    fileprivate static let fieldNames = ["windows", "timeZone"]
    /// `America/Argentina/ComodRivadavia`, the longest, has 32.
    private static let timeZoneBytesMax = 64

    fileprivate init(_ fields: JSONObjectReader) throws(JSONFieldError) {
        self.init()
        if let names = try fields.array("windows", maxCount: BoardWindow.allCases.count) {
            windows = try Self.windows(names)
        }
        timeZone = try fields.string("timeZone", maxBytes: Self.timeZoneBytesMax)
        if let timeZone, BoardCalendars.calendar(timeZone) == nil {
            throw JSONFieldError(
                field: "timeZone",
                reason: "must be UTC or a name of the IANA database, as Asia/Seoul"
            )
        }
    }

    private static func windows(_ names: [JSONValue]) throws(JSONFieldError) -> [BoardWindow] {
        var windows: [BoardWindow] = []
        for (index, name) in names.enumerated() {
            guard let window = name.string.flatMap(BoardWindow.init) else {
                throw JSONFieldError(field: "windows[\(index)]", reason: BoardWindow.rule)
            }
            guard !windows.contains(window) else {
                throw JSONFieldError(field: "windows[\(index)]", reason: "is there before")
            }
            windows.append(window)
        }
        guard !windows.isEmpty else {
            throw JSONFieldError(field: "windows", reason: "must not be empty")
        }
        return windows
    }
}

extension ScoreChange {
    fileprivate static let fieldNames = ["member", "add", "set", "eventId"]

    fileprivate init(_ fields: JSONObjectReader, of board: BoardID) throws(JSONFieldError) {
        guard let name = try fields.string("member", maxBytes: 128) else {
            throw .missing("member")
        }
        guard let member = MemberID(name) else {
            throw JSONFieldError(field: "member", reason: "must be \(identifierRule)")
        }
        let add = try fields.integer("add", in: Self.addRange)
        let set = try fields.integer("set", in: Self.setRange)
        guard add == nil || set == nil else {
            throw JSONFieldError(field: "set", reason: "must not be given beside add")
        }
        guard let change = add.map(ScoreEvent.Change.add) ?? set.map(ScoreEvent.Change.set) else {
            throw JSONFieldError(field: "add", reason: "is missing, and so is set")
        }
        guard let event = try fields.string("eventId", maxBytes: Self.eventIDBytesMax) else {
            throw .missing("eventId")
        }
        guard !event.isEmpty else {
            throw JSONFieldError(field: "eventId", reason: "must not be empty")
        }
        self.init(board: board, member: member, change: change, eventID: event)
    }
}

extension BoardRow {
    fileprivate var document: OperatorDocument { OperatorDocument(board.json, revision: puts) }
}

extension Board {
    /// All that the operator has said.
    fileprivate var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("board", id.raw)
        json.beginArray("windows")
        for window in windows { json.element(window.rawValue) }
        json.endArray()
        json.field("timeZone", timeZone)
        json.endObject()
        return json.bytes
    }
}
