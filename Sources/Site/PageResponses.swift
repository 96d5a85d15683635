import HTTP

/// Pages and their files as answers.
extension HTTPResponse {
    package static func page(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: status, headers: pageHeaders, body: body)
    }

    private static let pageHeaders = [
        HTTPHeader("Content-Type", "text/html; charset=utf-8"),
        HTTPHeader("Cache-Control", "no-store"),
        HTTPHeader("Vary", "Accept-Language, Cookie"),
        HTTPHeader("X-Content-Type-Options", "nosniff"),
        HTTPHeader("Referrer-Policy", "same-origin"),
        HTTPHeader(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ]
}

extension PageAsset {
    var endpoint: Endpoint { Endpoint(.get, path) }

    /// `GET /assets/...`
    @Sendable func answer(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let headers = [
            HTTPHeader("Content-Type", contentType),
            HTTPHeader("ETag", entityTag),
            HTTPHeader("Cache-Control", PageAsset.cacheControl),
            HTTPHeader("X-Content-Type-Options", "nosniff"),
        ]
        if request.knows(entityTag) { return HTTPResponse(status: 304, headers: headers) }
        return HTTPResponse(status: 200, headers: headers, body: bytes)
    }
}

extension Language {
    static func choose(for request: HTTPRequest) -> Language {
        choose(acceptLanguage: request.header("Accept-Language"))
    }
}

extension Handlers {
    package func language(_ request: HTTPRequest) -> Language { Language.choose(for: request) }

    /// A page for people where what it is about cannot be reached; everything else is thrown on.
    package func troublePage(
        _ refusal: Refusal,
        _ request: HTTPRequest,
        headline: String,
        lead: String,
        address: String
    ) throws(Refusal) -> HTTPResponse {
        guard refusal.isMomentary else { throw refusal }
        let page = TroublePage(
            language: language(request),
            headline: headline,
            lead: lead,
            address: address
        )
        return .page(503, page.render())
    }
}
