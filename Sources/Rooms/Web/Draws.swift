import Crypto
import Engines
import HTTP
import JSON
import Site
import Values

extension RoomHandlers {
    /// `GET /api/v1/rooms/{room}/draw`: what anybody may know of a draw, and check.
    func draw(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let room = try room(request)
        let (report, draw) = try await stored { () async throws(StoreError) in
            (try await settings.document(room), try await draws.book.draw(of: room))
        }
        guard let report else { throw Self.unknownRoom }
        var json = JSONWriter(reservingBytes: 512)
        json.beginObject()
        json.field("room", room.raw)
        json.field("state", draw?.state.rawValue ?? "none")
        json.field("seedHash", draw?.seedHash.hex)
        let openingMs = draw?.openingMs ?? report.settings.opening?.milliseconds
        json.field("opening", utf8: openingMs.map { Timestamp(milliseconds: $0).utf8 })
        // The list counts when it is complete.
        let list = draw.flatMap { draw in draw.root.map { (draw, $0) } }
        json.field("entrants", list?.0.entrants)
        json.field("pages", list?.0.pages)
        json.field("root", list?.1.hex)
        json.field("seed", draw?.revealedSeed.map(Hex.encode))
        json.field(
            "drawnAt",
            utf8: draw?.drawnAtMs.map { Timestamp(milliseconds: $0).utf8 }
        )
        json.endObject()
        return .json(200, json.bytes, headers: [HTTPHeader("Cache-Control", "public, max-age=1")])
    }

    /// Pages of a list: 65,536 x 1,024 entrants are more than any line.
    private static let drawPagesRange = 0...65_535

    /// `GET /api/v1/rooms/{room}/draw/entrants`: the leaves of a page, which never change.
    func drawEntrants(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let room = try room(request)
        let page = try number(request, "page", in: Self.drawPagesRange) ?? 0
        let leaves = try await stored { () async throws(StoreError) in
            try await draws.book.leaves(of: room, page: Int64(page))
        }
        guard let leaves else { throw .notFound("There is no such page of a complete list.") }
        var json = JSONWriter(reservingBytes: 64 + leaves.count * 67)
        json.beginObject()
        json.field("room", room.raw)
        json.field("page", page)
        json.field("first", page * DrawBook.pageLeaves)
        json.beginArray("leaves")
        for leaf in leaves { json.element(leaf.hex) }
        json.endArray()
        json.endObject()
        let headers = [HTTPHeader("Cache-Control", "public, max-age=86400, immutable")]
        return .json(200, json.bytes, headers: headers)
    }

    /// `GET /api/v1/rooms/{room}/tickets/me/draw`: what the bearer needs to see that they were in
    /// the draw, and where it put them.
    func ticketDraw(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let room = try room(request)
        let (presented, user) = try bearer(request, in: room)
        guard let ticket = store.ticket(presented.token, of: user, in: room) else {
            throw Self.ticketInvalid
        }
        let (draw, entry) = try await stored { () async throws(StoreError) in
            (try await draws.book.draw(of: room), try await draws.book.entry(of: ticket))
        }
        var json = JSONWriter(reservingBytes: 2_048)
        json.beginObject()
        json.field("room", room.raw)
        json.field("state", draw?.state.rawValue ?? "none")
        if let entry {
            json.beginObject("entrant")
            json.fields(entry)
            json.endObject()
        } else {
            json.null("entrant")
        }
        json.endObject()
        return .json(200, json.bytes, headers: CacheControl.noStore)
    }
}

extension JSONWriter {
    fileprivate mutating func fields(_ entry: DrawEntry) {
        field("index", entry.index)
        field("user", entry.user.raw)
        field("sequence", entry.arrival)
        field("nonce", Hex.encode(entry.nonce))
        field("leaf", entry.leaf.hex)
        beginArray("path")
        for sibling in entry.path { element(sibling.hex) }
        endArray()
        field("place", entry.place)
    }
}
