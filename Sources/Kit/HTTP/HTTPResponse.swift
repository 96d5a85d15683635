import JSON

/// One header line. A name and a value of literals cost nothing to make.
public struct HTTPHeader: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Type and headers of an answer that is given often, with another body each time. A server keeps
/// what libmicrohttpd makes of them, see `AnswerPool`: so few, made once and for all.
public final class HTTPHead: Sendable {
    let contentType: String
    let headers: [HTTPHeader]

    public init(contentType: String, headers: [HTTPHeader]) {
        self.contentType = contentType
        self.headers = headers
    }
}

/// What a handler answers. `Content-Length`, `Date` and the framing are the server's.
public struct HTTPResponse: Sendable {
    enum Content: Sendable {
        case bytes([UInt8])
        case kept(KeptAnswer)
        case events(EventStream)
    }

    public var status: Int
    public var headers: [HTTPHeader] {
        // What was kept has other ones.
        didSet {
            head = nil
            if case .kept = content { content = .bytes(body) }
        }
    }
    /// Where type and headers are from, if they are many an answer's.
    private(set) var head: HTTPHead?
    /// Written as its own line, so that it costs no array.
    var contentType: String?
    var content: Content

    public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.init(status: status, headers: headers, contentType: nil, content: .bytes(body))
    }

    public init(status: Int, head: HTTPHead, body: [UInt8]) {
        self.init(
            status: status,
            headers: head.headers,
            contentType: head.contentType,
            content: .bytes(body)
        )
        self.head = head
    }

    private init(status: Int, headers: [HTTPHeader], contentType: String?, content: Content) {
        precondition((200...599).contains(status), "not a final status")
        self.status = status
        self.headers = headers
        self.contentType = contentType
        self.content = content
    }

    /// The bytes of the body; empty for an event stream.
    public var body: [UInt8] {
        switch content {
        case .bytes(let bytes): bytes
        case .kept(let answer): answer.body
        case .events: []
        }
    }

    /// The same for who sends it many times: it is written down once. Not for streams.
    public func kept() -> HTTPResponse {
        guard case .bytes(let body) = content,
            let answer = KeptAnswer(body, type: contentType, headers)
        else { return self }
        var response = self
        response.content = .kept(answer)
        return response
    }

    public static func json(
        _ status: Int = 200,
        _ body: [UInt8],
        headers: [HTTPHeader] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: headers,
            contentType: "application/json",
            content: .bytes(body)
        )
    }

    /// An error document (RFC 9457): `{"type":"about:blank","title","status","code","detail"}`.
    /// `member` is one more of the document, an extension of this kind of error.
    public static func problem(
        status: Int,
        code: String,
        title: String,
        detail: String,
        member: (name: StaticString, json: [UInt8])? = nil,
        headers: [HTTPHeader] = []
    ) -> HTTPResponse {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "about:blank")
        json.field("title", title)
        json.field("status", status)
        json.field("code", code)
        json.field("detail", detail)
        if let member { json.field(member.name, json: member.json) }
        json.endObject()
        return HTTPResponse(
            status: status,
            headers: headers,
            contentType: "application/problem+json",
            content: .bytes(json.finish())
        )
    }

    /// A live stream of server-sent events. A stream belongs to one response.
    public static func events(
        _ stream: EventStream,
        headers: [HTTPHeader] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            // The second is for nginx, which would keep events back until it has a buffer full.
            headers: headers + [
                HTTPHeader("Cache-Control", "no-store"), HTTPHeader("X-Accel-Buffering", "no"),
            ],
            contentType: "text/event-stream",
            content: .events(stream)
        )
    }
}

extension HTTPResponse {
    static let notFound = problem(
        status: 404,
        code: "not_found",
        title: "Not Found",
        detail: "There is nothing at this path."
    )
    static let payloadTooLarge = problem(
        status: 413,
        code: "payload_too_large",
        title: "Content Too Large",
        detail: "The body is longer than this server reads."
    )
    static let badHead = problem(
        status: 400,
        code: "invalid_request",
        title: "Bad Request",
        detail: "The request line, a header or the announced length is not as HTTP/1.1 has it.",
        headers: [HTTPHeader("Connection", "close")]
    )
    static let internalError = problem(
        status: 500,
        code: "internal",
        title: "Internal Server Error",
        detail: "The answer could not be written."
    )

    static func methodNotAllowed(allow: String) -> HTTPResponse {
        problem(
            status: 405,
            code: "method_not_allowed",
            title: "Method Not Allowed",
            detail: "This path answers \(allow).",
            headers: [HTTPHeader("Allow", allow)]
        )
    }
}
