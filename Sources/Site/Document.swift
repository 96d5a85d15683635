import HTTP

/// A JSON document that was written once and is answered many times, with the tag by which a reader
/// asks whether it has changed.
package struct Document: Sendable {
    private let tag: String
    private let whole: HTTPResponse
    private let unchanged: HTTPResponse

    init(_ json: [UInt8]) {
        tag = EntityTag.of(json)
        // May be kept, but not shown again without asking.
        let headers = [HTTPHeader("ETag", tag), HTTPHeader("Cache-Control", "no-cache")]
        whole = HTTPResponse.json(200, json, headers: headers).kept()
        unchanged = HTTPResponse(status: 304, headers: headers).kept()
    }

    package var body: [UInt8] { whole.body }

    /// The document, or 304 to a reader that has it.
    package func answer(_ request: HTTPRequest) -> HTTPResponse {
        request.knows(tag) ? unchanged : whole
    }
}
