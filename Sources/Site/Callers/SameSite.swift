import HTTP

/// Requests of other sites.
enum SameSite {
    /// Throws when a request that changes something comes from a page of another site. A browser
    /// sends cookies, and a proxy adds credentials, whoever made it ask; so this holds whatever
    /// the credentials are. Clients other than browsers send neither header.
    static func require(_ request: HTTPRequest) throws(Refusal) {
        guard request.method != .get, request.method != .head else { return }
        if let site = request.header("Sec-Fetch-Site") {
            guard site == "same-origin" || site == "none" else { throw Self.refused }
            return
        }
        guard let origin = request.header("Origin") else { return }
        // The name that the browser knows, where a proxy asks under another one.
        let host = request.forwarded("X-Forwarded-Host") ?? request.header("Host") ?? ""
        guard isOrigin(origin, of: host) else { throw Self.refused }
    }

    private static let refused = Refusal.forbidden("The request was sent from another site.")

    /// Whether `origin` (RFC 6454) is the host of this request. The scheme is not compared: behind
    /// a proxy this server may not know its own.
    static func isOrigin(_ origin: String, of host: String) -> Bool {
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")] {
            guard origin.lowercased().hasPrefix(scheme) else { continue }
            let named = origin.dropFirst(scheme.count).lowercased()
            return !named.isEmpty
                && withoutPort(named, port) == withoutPort(host.lowercased(), port)
        }
        return false
    }

    private static func withoutPort(_ host: String, _ port: String) -> String {
        host.hasSuffix(port) ? String(host.dropLast(port.count)) : host
    }
}
