import HTTP

/// What a refusal says; written as the line of a table.
package struct Problem {
    package let status: Int
    /// Never changes its meaning.
    let code: String
    let title: String
    /// For people; may change.
    let detail: String
    let headers: [HTTPHeader]
    /// One more of the document, for programs.
    let member: (name: StaticString, json: [UInt8])?

    package init(
        _ status: Int,
        _ code: String,
        _ title: String,
        _ detail: String,
        _ headers: HTTPHeader...,
        member: (name: StaticString, json: [UInt8])? = nil
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.headers = headers
        self.member = member
    }

    /// A mistake of ours; its reason stands in the log under `id`.
    static func `internal`(_ id: String) -> Problem {
        Problem(
            500,
            "internal",
            "Internal Server Error",
            "This server made a mistake. The operator finds it in the log under errorId.",
            member: ("errorId", Array("\"\(id)\"".utf8))
        )
    }

    var response: HTTPResponse {
        let noStore = HTTPHeader("Cache-Control", "no-store")
        return .problem(
            status: status,
            code: code,
            title: title,
            detail: detail,
            member: member,
            headers: [noStore] + headers
        )
    }
}

extension HTTPHeader {
    /// Seconds after which trying again may help.
    static let retrySoon = HTTPHeader("Retry-After", "1")
    /// A line or a server that is full does not drain within a second.
    package static let retryWhenFull = HTTPHeader("Retry-After", "10")
}
