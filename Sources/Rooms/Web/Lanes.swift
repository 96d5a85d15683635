import Engines
import HTTP
import JSON
import Site
import Values

/// What the operator says of a room's lanes, and codes for them.
extension RoomHandlers {
    /// `GET /admin/v1/rooms/{room}/lanes`
    func lanes(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let room = try room(request)
        let report = try await stored { () async throws(StoreError) in
            try await settings.lanes(of: room)
        }
        guard let report else { throw Self.unknownRoom }
        return report.document(room).answer(request)
    }

    /// `PUT /admin/v1/rooms/{room}/lanes`
    func putLanes(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let room = try room(request)
        let change = try fields(request, LanesChange.fieldNames) { fields throws(JSONFieldError) in
            try LanesChange(fields)
        }
        let precondition = precondition(request) { (now: KnownRoom) in
            LanesReport.tag(now.settings.lanes, now.revision)
        }
        let outcome = try await stored { () async throws(StoreError) in
            try await settings.put(change, of: room, if: precondition ?? { _ in true })
        }
        switch outcome {
        case .put(let report): return report.document(room).changed
        case .preconditionFailed: throw .preconditionFailed
        case .unknownRoom: throw Self.unknownRoom
        case .inUse(let name): throw .lane(.laneInUse(name.raw))
        }
    }

    /// `POST /admin/v1/rooms/{room}/lanes/{lane}/codes`
    func makeCodes(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let room = try room(request)
        guard let lane = LaneName(request.parameter("lane")) else {
            throw .invalidRequest(field: "lane", reason: "must be \(LaneName.rule)")
        }
        let wish = try fields(request, CodesWish.fieldNames) { fields throws(JSONFieldError) in
            try CodesWish(fields)
        }
        let outcome = try await stored { () async throws(StoreError) in
            switch wish.codes {
            case .any(let count):
                try await store.codes.make(count, uses: wish.uses, for: lane, in: room)
            case .these(let codes):
                try await store.codes.add(codes, uses: wish.uses, for: lane, in: room)
            }
        }
        switch outcome {
        case .made(let codes):
            let json = Self.json(codes, lane: lane, uses: wish.uses, room)
            return .json(201, json, headers: CacheControl.noStore)
        case .unknownRoom: throw Self.unknownRoom
        case .unknownLane: throw .notFound("There is no such lane.")
        case .exists: throw .lane(.codeExists)
        }
    }

    private static func json(_ codes: [String], lane: LaneName, uses: Int64?, _ room: RoomID)
        -> [UInt8]
    {
        var json = JSONWriter(reservingBytes: 128 + 24 * codes.count)
        json.beginObject()
        json.field("room", room.raw)
        json.field("lane", lane.raw)
        json.field("uses", uses)
        json.beginArray("codes")
        for code in codes { json.element(code) }
        json.endArray()
        json.endObject()
        return json.bytes
    }
}

/// Which codes the operator wants.
private struct CodesWish {
    enum Codes {
        case any(Int)
        case these([String])
    }

    static let fieldNames = ["count", "codes", "uses"]
    let codes: Codes
    /// How many visitors may use each; nil: any number.
    let uses: Int64?

    init(_ fields: JSONObjectReader) throws(JSONFieldError) {
        switch try fields.nullableInteger("uses", in: LaneCode.usesRange) {
        // How far a code reaches is nothing to be forgotten.
        case .absent: throw .missing("uses")
        case .null: uses = nil
        case .value(let count): uses = count
        }
        let count = try fields.integer("count", in: LaneCode.countRange)
        let given = try fields.array("codes", maxCount: Int(LaneCode.countRange.upperBound))
        switch (count, given) {
        case (let count?, nil): codes = .any(Int(count))
        case (nil, let given?): codes = .these(try Self.read(given))
        case (nil, nil): throw .missing("count or codes")
        case (_?, _?):
            throw JSONFieldError(field: "codes", reason: "must not be given beside count")
        }
    }

    private static func read(_ given: [JSONValue]) throws(JSONFieldError) -> [String] {
        guard !given.isEmpty else { throw JSONFieldError(field: "codes", reason: "is empty") }
        var codes: [String] = []
        var seen: [LaneCode: Int] = [:]
        for (index, value) in given.enumerated() {
            guard let text = value.string, let code = LaneCode(text) else {
                throw JSONFieldError(field: "codes[\(index)]", reason: "must be \(LaneCode.rule)")
            }
            if let earlier = seen.updateValue(index, forKey: code) {
                let reason = "is the same code as codes[\(earlier)], spelled another way"
                throw JSONFieldError(field: "codes[\(index)]", reason: reason)
            }
            codes.append(text)
        }
        return codes
    }
}

extension LanesReport {
    /// Of the names and weights: who waits is nobody's to change.
    fileprivate static func tag(_ lanes: RoomLanes?, _ revision: Int64) -> String {
        EntityTag.of(Array((lanes?.text ?? "").utf8), revision: revision)
    }

    fileprivate func document(_ room: RoomID) -> OperatorDocument {
        OperatorDocument(json(room), said: Self.tag(lanes, revision))
    }

    private func json(_ room: RoomID) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("room", room.raw)
        json.field("main", lanes?.mainWeight ?? RoomLanes.mainWeightDefault)
        json.field("waiting", waiting[0])
        json.beginArray("lanes")
        for lane in lanes?.named ?? [] {
            json.beginObject()
            json.field("name", lane.name.raw)
            json.field("weight", lane.weight)
            json.field("waiting", waiting[Int(lane.number)])
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.bytes
    }
}
