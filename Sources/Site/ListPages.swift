import Engines
import EventLoop
import HTTP
import JSON
import Ledger
import Values

/// Lists in pages: an array, and where it goes on in the header `Link` (RFC 8288).
extension Handlers {
    /// The page that a request's `limit` and `after` ask for.
    package func pageRequest(_ request: HTTPRequest) throws(Refusal) -> PageRequest {
        var page = PageRequest()
        if let limit = try number(request, "limit", in: PageRequest.limitRange) {
            page.limit = limit
        }
        if let after = try argument(request, "after") {
            guard isIdentifier(after) else {
                throw .invalidRequest(field: "after", reason: "must be \(identifierRule)")
            }
            page.after = after
        }
        return page
    }

    /// What a user reads of their own, one list at a time.
    package func ownList<Value>(
        of user: UserID,
        _ read: () async throws(StoreError) -> Value
    ) async throws(Refusal) -> Value {
        let value = try await stored { () async throws(StoreError) in
            try await site.listTurns.turn(of: user, clock: loop.clock, read)
        }
        guard let value else { throw .tooManyLists }
        return value
    }

    /// An answer that is `page`; `id` is an entry's name, with which the next page begins.
    package func answer<Entry>(
        _ page: ListPage<Entry>,
        to request: HTTPRequest,
        _ asked: PageRequest,
        headers: [HTTPHeader],
        entryBytes: Int,
        id: (Entry) -> String,
        write: (inout JSONWriter, Entry) -> Void
    ) -> HTTPResponse {
        var json = JSONWriter(reservingBytes: 64 + page.entries.count * entryBytes)
        json.beginArray()
        for entry in page.entries { write(&json, entry) }
        json.endArray()
        var headers = headers
        if page.hasMore, let last = page.entries.last {
            let next = "?limit=\(asked.limit)&after=\(percentEncoded(id(last)))"
            headers.append(HTTPHeader("Link", "<\(request.path)\(next)>; rel=\"next\""))
        }
        return .json(200, json.bytes, headers: headers)
    }
}
