import HTTP
import Values

/// A document that the operator puts: its text, and the tag that `If-Match` is compared with.
package struct OperatorDocument: Sendable {
    package let json: [UInt8]
    /// Of what the operator has put.
    package let tag: String
    /// Of the text, which may say more: the same tag means the same bytes.
    private let textTag: String

    package init(_ json: [UInt8], revision: Int64) {
        self.json = json
        tag = EntityTag.of(json, revision: revision)
        textTag = tag
    }

    /// One with counts in it, which are nobody's to change.
    package init(_ json: [UInt8], said tag: String) {
        self.json = json
        self.tag = tag
        textTag = EntityTag.of(json, said: tag)
    }

    /// After a change.
    package var changed: HTTPResponse { .json(200, json, headers: Self.headers(tag)) }

    /// To a reader: 304 to one that has it.
    package func answer(_ request: HTTPRequest) -> HTTPResponse {
        let headers = Self.headers(textTag)
        if request.knows(textTag) { return HTTPResponse(status: 304, headers: headers) }
        return .json(200, json, headers: headers)
    }

    private static func headers(_ tag: String) -> [HTTPHeader] {
        CacheControl.noStore + [HTTPHeader("ETag", tag)]
    }
}

extension Handlers {
    /// What `If-Match` and `If-None-Match` say of the thing that is to be changed, whose tag is
    /// `tag`; nil: nothing.
    package func precondition<Value>(
        _ request: HTTPRequest,
        _ tag: @escaping @Sendable (Value) -> String
    ) -> Precondition<Value>? {
        let wanted = request.list("If-Match"), excluded = request.list("If-None-Match")
        guard wanted != nil || excluded != nil else { return nil }
        return { now in
            let known = now.map(tag)
            if let wanted, !EntityTag.isMatch(known, ifMatch: wanted) { return false }
            guard let known, let excluded else { return true }
            return !EntityTag.isExcluded(known, ifNoneMatch: excluded)
        }
    }
}
