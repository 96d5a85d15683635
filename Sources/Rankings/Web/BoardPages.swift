import Engines
import EventLoop
import HTTP
import JSON
import Site
import Values

/// Pages of boards, read and written once for all who ask for the same in one turn of the loop.
typealias BoardPages = TurnReads<BoardPageQuery, Result<HTTPResponse, BoardObstacle>>

struct BoardPageQuery: Hashable, Sendable {
    let list: BoardQuery
    let offset: Int
    let limit: Int
}

extension BoardPages {
    init(reading book: BoardBook, on loop: EventLoop) {
        self.init(on: loop) { query async throws(StoreError) in
            try await book.list(query.list, offset: query.offset, limit: query.limit)
                .map(Self.written)
        }
    }

    private static func written(_ list: RankedList) -> HTTPResponse {
        var json = JSONWriter(reservingBytes: 128 + list.lines.count * 96)
        json.beginObject()
        json.field("board", list.board.raw)
        json.field("window", list.window.rawValue)
        json.field("period", list.period)
        json.field("total", list.total)
        json.beginArray("entries")
        for line in list.lines { json.element(line) }
        json.endArray()
        if list.isFromLedger { json.field("source", "ledger") }
        json.endObject()
        return HTTPResponse.json(200, json.bytes, headers: CacheControl.noCache).kept()
    }
}
