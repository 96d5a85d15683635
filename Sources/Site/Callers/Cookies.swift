import HTTP

/// How this server's cookies are written: HttpOnly, SameSite=Lax, and Secure over HTTPS.
package struct Cookies: Sendable {
    /// Every cookie is Secure, whatever the proxy says (`--cookie-secure`).
    let isAlwaysSecure: Bool

    private static let hostPrefix = "__Host-"

    /// One for the whole site. Over HTTPS its name says that no other host has set it (RFC 6265bis,
    /// section 4.1.3.2).
    package func header(_ name: String, _ value: String, maxAgeSeconds: Int, _ request: HTTPRequest)
        -> HTTPHeader
    {
        let isSecure = isSecure(request)
        // Of every newcomer: appended, not interpolated, which takes 5,200 instructions.
        var text = isSecure ? Self.hostPrefix : ""
        text.reserveCapacity(name.utf8.count + value.utf8.count + 96)
        text += name
        text += "="
        text += value
        text += "; Max-Age="
        text += String(maxAgeSeconds)
        text += "; Path=/; HttpOnly; SameSite=Lax"
        if isSecure { text += "; Secure" }
        return HTTPHeader("Set-Cookie", text)
    }

    /// One that is sent to a part of the site only.
    package func header(
        _ name: String,
        _ value: String,
        maxAgeSeconds: Int,
        path: String,
        _ request: HTTPRequest
    ) -> HTTPHeader {
        let secure = isSecure(request) ? "; Secure" : ""
        return HTTPHeader(
            "Set-Cookie",
            "\(name)=\(value); Max-Age=\(maxAgeSeconds); Path=\(path); HttpOnly; SameSite=Lax"
                + secure
        )
    }

    /// Whether the visitor's side of the proxy is HTTPS.
    private func isSecure(_ request: HTTPRequest) -> Bool {
        isAlwaysSecure || request.forwarded("X-Forwarded-Proto")?.lowercased() == "https"
    }
}

/// The name of a browser whose user has no account.
enum VisitorCookie {
    private static let name = "onsale_visitor"
    /// What they bought is theirs for half a year.
    private static let maxAgeSeconds = 180 * 86_400

    static func tokens(_ request: HTTPRequest) -> [String] { request.cookies(name) }

    static func header(_ token: String, _ cookies: Cookies, _ request: HTTPRequest) -> HTTPHeader {
        cookies.header(name, token, maxAgeSeconds: maxAgeSeconds, request)
    }
}
