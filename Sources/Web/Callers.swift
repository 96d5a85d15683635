import Crypto
import EventLoop
import HTTP
import Onsale

/// How visitors prove who they are.
public enum VisitorAuth: Sendable {
    /// The header `X-User-Id` is believed: for trying things out on the loopback interface.
    case dev
    /// A bearer JWT, checked with the keys of a file.
    case jwt(keyFile: [UInt8])
}

/// Finds out who calls. One a loop.
struct Callers: Sendable {
    private let tokens: TokenDesk?
    private let adminKey: [UInt8]

    /// Throws what is wrong with the key file of `.jwt`.
    init(_ auth: VisitorAuth, adminKey: [UInt8], on loop: EventLoop) throws {
        self.adminKey = adminKey
        tokens =
            switch auth {
            case .dev: nil
            case .jwt(let keyFile): try TokenDesk(keyFile: keyFile, on: loop)
            }
    }

    /// Whether visitors may be who they say they are.
    var trustsHeader: Bool { tokens == nil }

    /// Who calls; nil when the request names nobody.
    func user(_ request: HTTPRequest) throws(Refusal) -> UserID? {
        guard let tokens else {
            guard let name = request.header("X-User-Id") else { return nil }
            guard let user = UserID(name) else {
                throw .invalidRequest(field: "X-User-Id", reason: "must be \(identifierRule)")
            }
            return user
        }
        guard let token = Self.bearer(request) else { return nil }
        return try tokens.user(of: token)
    }

    func requiredUser(_ request: HTTPRequest) throws(Refusal) -> UserID {
        if let user = try user(request) { return user }
        throw .unauthenticated(
            trustsHeader
                ? "Say who you are in the header X-User-Id."
                : "Send a JWT as Authorization: Bearer <token>."
        )
    }

    func requireOperator(_ request: HTTPRequest) throws(Refusal) {
        guard let key = Self.bearer(request) else {
            throw .unauthenticated("Send the admin key as Authorization: Bearer <key>.")
        }
        guard MessageAuthenticator.isEqualInConstantTime(Array(key.utf8), adminKey) else {
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

/// Checks JWTs and remembers the good ones for a while: a visitor sends the same one with each
/// poll, and a public-key check costs far more than a look-up. On the loop, as all handlers are.
private actor TokenDesk {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
    private let verifier: JWTVerifier
    private var known: [String: (user: UserID, checkedAtSeconds: Int64)] = [:]

    /// Tokens remembered: 16,384 x ~600 B is 10 MB.
    private static let knownMax = 16_384
    /// A remembered token is checked again after this, so an expired one lives a little longer at
    /// most.
    private static let trustSeconds: Int64 = 10

    init(keyFile: [UInt8], on loop: EventLoop) throws {
        self.loop = loop
        verifier = try JWTVerifier(keyFileContents: keyFile)
    }

    nonisolated func user(of token: String) throws(Refusal) -> UserID {
        try assumeIsolated { desk in
            Result { () throws(Refusal) in try desk.checked(token) }
        }.get()
    }

    private func checked(_ token: String) throws(Refusal) -> UserID {
        let now = loop.clock.wallMs() / 1000
        if let entry = known[token], now - entry.checkedAtSeconds < Self.trustSeconds {
            return entry.user
        }
        let subject: String
        do {
            subject = try verifier.verify(token, nowSeconds: now)
        } catch {
            throw .unauthenticated("The token is refused: \(error).")
        }
        guard let user = UserID(subject) else {
            throw .unauthenticated("The token's sub must be \(identifierRule).")
        }
        if known.count >= Self.knownMax { known.removeAll(keepingCapacity: true) }
        known[token] = (user, now)
        return user
    }
}
