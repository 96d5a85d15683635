import HTTP
import Onsale
import Store

/// A document that the operator puts: its text, and the tag that `If-Match` is compared with.
struct OperatorDocument: Sendable {
    let json: [UInt8]
    let tag: String

    init(_ json: [UInt8], revision: Int64) {
        self.json = json
        tag = EntityTag.of(json, revision: revision)
    }

    init(_ json: [UInt8], tag: String) {
        self.json = json
        self.tag = tag
    }

    private var headers: [HTTPHeader] { TicketCookie.noStore + [HTTPHeader("ETag", tag)] }

    /// After a change.
    var changed: HTTPResponse { .json(200, json, headers: headers) }

    /// To a reader: 304 to one that has it.
    func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard !EntityTag.isKnown(tag, ifNoneMatch: request.header("If-None-Match")) else {
            return HTTPResponse(status: 304, headers: headers)
        }
        return changed
    }
}

extension Web {
    /// What `If-Match` says of the thing that is to be changed, whose tag is `tag`; nil: nothing.
    func precondition<Value>(
        _ request: HTTPRequest,
        _ tag: @escaping @Sendable (Value) -> String
    ) -> Precondition<Value>? {
        guard let field = request.header("If-Match") else { return nil }
        return { now in EntityTag.isMatch(now.map(tag), ifMatch: field) }
    }
}
