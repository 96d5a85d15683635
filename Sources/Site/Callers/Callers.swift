import Crypto
import EventLoop
import HTTP
import Logging
import Values

/// How visitors prove who they are.
package enum VisitorAuth: Sendable {
    /// The header `X-User-Id` is believed: for trying things out on the loopback interface.
    case dev
    /// People without accounts: this server names them, by a signed cookie or token.
    case visitor
    /// A bearer JWT of an identity provider.
    case jwt(JWTKeyFile, JWTRules)
}

/// Finds out who calls. One a loop.
///
/// A ticket is no answer to that: it proves a place in line, and buys nothing.
package struct Callers: Sendable {
    private enum Way: Sendable { case dev, visitor, jwt }

    private let way: Way
    private let visitors: VisitorSeal
    private let keys: CallerKeys
    private let limits: RateLimits

    /// `visitorKey` seals the names of visitors without accounts. Throws what is wrong with the key
    /// file of `.jwt`.
    init(
        _ auth: VisitorAuth,
        adminKey: [UInt8],
        visitorKey: [UInt8],
        limits: RateLimits,
        on loop: EventLoop
    ) throws {
        self.limits = limits
        visitors = VisitorSeal(key: visitorKey)
        keys = CallerKeys(adminKey, try Self.verifier(auth), on: loop)
        way =
            switch auth {
            case .dev: .dev
            case .visitor: .visitor
            case .jwt: .jwt
            }
    }

    /// Puts other keys in the place of the ones there are; the way in which visitors prove who they
    /// are stays. Throws as `init`, and nothing is changed then.
    func renew(_ auth: VisitorAuth, adminKey: [UInt8]) async throws {
        await keys.renew(adminKey, try Self.verifier(auth))
    }

    private static func verifier(_ auth: VisitorAuth) throws -> JWTVerifier? {
        guard case .jwt(let file, let rules) = auth else { return nil }
        return try JWTVerifier(file, rules: rules)
    }

    /// Who calls; nil when the request names nobody. Throws when they call too often.
    package func user(_ request: HTTPRequest) throws(Refusal) -> UserID? {
        guard let user = try named(request) else { return nil }
        request.user = user.raw
        try limits.count(request, of: user)
        return user
    }

    private func named(_ request: HTTPRequest) throws(Refusal) -> UserID? {
        switch way {
        case .dev:
            guard let name = request.header("X-User-Id") else { return visitor(request) }
            guard isIdentifier(name), let user = UserID(name) else {
                throw .invalidRequest(field: "X-User-Id", reason: "must be \(identifierRule)")
            }
            return user
        case .visitor:
            guard let token = Self.bearer(request) else { return visitor(request) }
            guard let user = visitors.open(token) else {
                throw .unauthenticated("The token is refused.")
            }
            return user
        case .jwt:
            guard let token = Self.bearer(request) else { return nil }
            return try keys.user(of: token)
        }
    }

    package func requiredUser(_ request: HTTPRequest) throws(Refusal) -> UserID {
        if let user = try user(request) { return user }
        switch way {
        case .dev: throw .unauthenticated("Say who you are in the header X-User-Id.")
        case .visitor:
            throw .unauthenticated(
                "Send the token of POST /api/v1/visitors as Authorization: Bearer <token>."
            )
        case .jwt: throw .unauthenticated("Send a JWT as Authorization: Bearer <token>.")
        }
    }

    /// A name for a browser or client that nobody knows, and the token that proves it; nil where
    /// visitors must have accounts.
    func newVisitor() -> (user: UserID, token: String)? {
        if case .jwt = way { return nil }
        return visitors.make()
    }

    /// Whether clients may ask for a name of their own.
    var givesNames: Bool { if case .visitor = way { true } else { false } }

    /// Whether nothing but cookies can say who calls.
    package func isBrowser(_ request: HTTPRequest) -> Bool {
        request.header("Authorization") == nil && request.header("X-User-Id") == nil
    }

    private func visitor(_ request: HTTPRequest) -> UserID? {
        for token in VisitorCookie.tokens(request) {
            if let user = visitors.open(token) { return user }
        }
        return nil
    }

    package func requireOperator(_ request: HTTPRequest) throws(Refusal) {
        guard let key = Self.bearer(request) else {
            throw .unauthenticated("Send the admin key as Authorization: Bearer <key>.")
        }
        guard keys.isOperator(Array(key.utf8)) else {
            throw .forbidden("This is not the admin key.")
        }
    }

    private static func bearer(_ request: HTTPRequest) -> String? {
        guard let value = request.header("Authorization"), value.utf8.count > 7,
            value.prefix(7).lowercased() == "bearer "
        else { return nil }
        return String(value.dropFirst(7))
    }
}

/// The keys that callers are checked with, which may be read again. On the loop, as all handlers.
///
/// It remembers good JWTs for a while: a visitor sends the same one with each poll, and a
/// public-key check costs far more than a look-up.
private actor CallerKeys: OnLoop {
    package nonisolated let loop: EventLoop
    private var adminKey: [UInt8]
    /// With `--auth jwt`.
    private var verifier: JWTVerifier?
    private var known = Bounded<String, (user: UserID, checkedAtSeconds: Int64)>(knownMax)

    /// Tokens remembered: 16,384 x ~600 B is 10 MB.
    private static let knownMax = 16_384
    /// A remembered token is checked again after this, so an expired one lives a little longer at
    /// most.
    private static let trustSeconds: Int64 = 10

    init(_ adminKey: [UInt8], _ verifier: JWTVerifier?, on loop: EventLoop) {
        self.loop = loop
        self.adminKey = adminKey
        self.verifier = verifier
    }

    func renew(_ adminKey: [UInt8], _ verifier: JWTVerifier?) {
        self.adminKey = adminKey
        self.verifier = verifier
        known.removeAll()
    }

    nonisolated func isOperator(_ key: [UInt8]) -> Bool {
        assumeIsolated { MessageAuthenticator.isEqualInConstantTime(key, $0.adminKey) }
    }

    nonisolated func user(of token: String) throws(Refusal) -> UserID {
        try assumeIsolated { check in
            Result { () throws(Refusal) in try check.checked(token) }
        }.get()
    }

    private func checked(_ token: String) throws(Refusal) -> UserID {
        let now = loop.clock.wallMs() / 1000
        if let entry = known[token], now - entry.checkedAtSeconds < Self.trustSeconds {
            return entry.user
        }
        guard let verifier else { throw Self.refused("no key") }
        let subject: String
        do {
            subject = try verifier.verify(token, nowSeconds: now)
        } catch {
            throw Self.refused("\(error)")
        }
        guard let user = UserID(subject) else {
            throw Self.refused("the token's subject is not \(userRule)")
        }
        known[token] = (user, now)
        return user
    }

    /// Which claim is wrong is for the operator, who can mend it.
    private static func refused(_ reason: String) -> Refusal {
        Log.info("jwt_refused", [("reason", reason)])
        return .unauthenticated("The token is refused.")
    }
}
