import JSON

/// One HTTP request as the rehearsal makes it.
struct Request {
    enum Method: String { case get = "GET", post = "POST", put = "PUT", delete = "DELETE" }

    var method: Method
    var url: String
    /// Whole lines, `Name: value`.
    var headers: [String]
    /// JSON; nil sends none.
    var body: [UInt8]?
    /// The answer's `ETag` is kept.
    var wantsETag = false
    /// Breaks the connection after this long, answered or not.
    var hangUpMs: Int?

    init(_ method: Method, _ url: String, _ headers: [String] = [], body: [UInt8]? = nil) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
    }

    static func userHeader(_ user: String) -> [String] { ["X-User-Id: " + user] }

    static func operatorHeader(_ adminKey: String?) -> [String] {
        adminKey.map { ["Authorization: Bearer " + $0] } ?? []
    }
}

/// What came back, or why nothing did.
struct Response {
    /// 0 if there was no answer.
    var status = 0
    var body: [UInt8] = []
    /// From `Retry-After`.
    var retryAfterMs: Int?
    /// Whole, with its quotes; only if the request asked for it.
    var etag: String?
    var failure: ExchangeFailure?
    /// When the request was handed to the connection, never later than its first byte was sent.
    var sentNs: Int64
    /// When the last byte had been read, never earlier than it arrived.
    var receivedNs: Int64
    /// Connections this request had to open; 0 is a connection used again.
    var connects = 0

    /// The body as one object, nil if it is none.
    var object: JSONValue? { JSONValue(object: body) }
    var isYes: Bool { (200..<300).contains(status) }
    /// The server was away, or too busy to decide.
    var isTemporary: Bool { failure != nil || Self.isTemporary(status) }
    var tookUs: Int64 { (receivedNs - sentNs) / 1_000 }

    static func isTemporary(_ status: Int) -> Bool { status == 429 || status >= 500 }
}

/// Why a request has no answer. The rehearsal counts it and the visitor tries again.
enum ExchangeFailure: String, CaseIterable, Sendable {
    case refused
    case reset
    case timedOut
    /// The rehearsal broke the connection on purpose: says nothing about the server.
    case hungUp
    /// The rehearsal's own queue was full: a fault of the rehearsal, never of the server.
    case queueFull
    case other
}
