import JSON

/// What a token must say besides being genuine (RFC 7519, section 4.1).
public struct JWTRules: Sendable, Equatable {
    /// How far two honest clocks may be apart.
    public static let leewaySecondsMax: Int64 = 300

    /// The `iss`; nil: any, or none.
    public var issuer: String?
    /// One of these must be in `aud`. Empty: any, or none.
    public var audiences: [String]
    /// The claim that names the visitor.
    var subjectClaim: String
    /// 0 to `leewaySecondsMax`.
    var leewaySeconds: Int64

    public init(
        issuer: String? = nil,
        audiences: [String] = [],
        subjectClaim: String = "sub",
        leewaySeconds: Int64 = 60
    ) {
        precondition((0...Self.leewaySecondsMax).contains(leewaySeconds), "leeway out of range")
        self.issuer = issuer
        self.audiences = audiences
        self.subjectClaim = subjectClaim
        self.leewaySeconds = leewaySeconds
    }
}

/// The contents of the file whose keys check tokens.
public enum JWTKeyFile: Sendable, Equatable {
    /// A public key in PEM or DER (RSA: RS256, P-256: ES256, Ed25519: EdDSA), or a JWK set.
    case publicKeys([UInt8])
    /// The secret of HS256 as it is, at least 32 bytes, one line end at its end aside.
    case secret([UInt8])
}

/// Checks bearer tokens (RFC 7519) against the keys of one file and tells who they speak of.
///
/// The algorithm is the key's. A token that asks for another one is refused, so neither `none` nor
/// an HMAC made with somebody's public key gets through. One per loop: a secret's context is
/// mutable.
public final class JWTVerifier {
    /// Fits the header line that carries it; a token of ours is 300 bytes.
    static let tokenBytesMax = 8192

    private let keys: [JWTKey]
    private let rules: JWTRules

    public init(_ file: JWTKeyFile, rules: JWTRules = JWTRules()) throws(JWTKeyError) {
        keys =
            switch file {
            case .publicKeys(let contents): try JWTKey.publicKeys(contents)
            case .secret(let contents): [try JWTKey.secret(contents)]
            }
        self.rules = rules
    }

    /// The subject of a token that is genuine, in its time, and made for this server.
    public func verify(_ token: String, nowSeconds: Int64) throws(JWTError) -> String {
        let claims = try claims(of: token, nowSeconds: nowSeconds)
        guard let subject = claims[rules.subjectClaim]?.string else {
            throw .missingSubject(rules.subjectClaim)
        }
        return subject
    }

    /// The payload of a token that is genuine and in its time.
    func claims(of token: String, nowSeconds: Int64) throws(JWTError) -> JSONValue {
        guard token.utf8.count <= Self.tokenBytesMax else { throw .tooLong }
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed("form") }
        let header = try Self.object(parts[0], "header")
        guard let signature = Base64URL.decode(Array(parts[2])) else {
            throw .malformed("signature")
        }
        let message = Array(token.utf8.prefix(parts[0].count + 1 + parts[1].count))
        let keys = try keys(for: header)
        guard keys.contains(where: { $0.isSignature(signature, of: message) }) else {
            throw .badSignature
        }
        let claims = try Self.object(parts[1], "payload")
        try checkTime(of: claims, nowSeconds: nowSeconds)
        try checkPurpose(of: claims)
        return claims
    }

    private func keys(for header: JSONValue) throws(JWTError) -> [JWTKey] {
        // A critical extension must be understood or refused (RFC 7515, section 4.1.11).
        guard header["crit"] == nil else { throw .malformed("critical extension") }
        let id = header["kid"]?.string
        let named = keys.filter { id == nil || $0.id == nil || $0.id == id }
        guard !named.isEmpty else { throw .unknownKey }
        let fitting = named.filter { header["alg"]?.string == $0.algorithm.rawValue }
        guard !fitting.isEmpty else { throw .wrongAlgorithm }
        return fitting
    }

    private func checkTime(of claims: JSONValue, nowSeconds: Int64) throws(JWTError) {
        let now = Double(nowSeconds)
        let leeway = Double(rules.leewaySeconds)
        guard let expires = try Self.date(claims, "exp") else { throw .missingExpiry }
        if now >= expires + leeway { throw .expired }
        if let from = try Self.date(claims, "nbf"), now < from - leeway { throw .notYetValid }
    }

    /// A token that another application was given must not open this one.
    private func checkPurpose(of claims: JSONValue) throws(JWTError) {
        if let issuer = rules.issuer, claims["iss"]?.string != issuer { throw .wrongIssuer }
        guard !rules.audiences.isEmpty else { return }
        let audience = claims["aud"]
        let named = audience?.array?.compactMap(\.string) ?? [audience?.string].compactMap(\.self)
        guard named.contains(where: rules.audiences.contains) else { throw .wrongAudience }
    }

    /// Seconds since 1970, which may have a fraction.
    private static func date(_ claims: JSONValue, _ name: String) throws(JWTError) -> Double? {
        guard let value = claims[name] else { return nil }
        guard let seconds = value.number else { throw .malformed(name) }
        return seconds
    }

    private static func object(
        _ part: Substring.UTF8View,
        _ what: String
    ) throws(JWTError) -> JSONValue {
        guard let bytes = Base64URL.decode(Array(part)) else { throw .malformed(what) }
        guard let value = try? JSONValue.parse(bytes, bytesMax: tokenBytesMax),
            value.members != nil
        else { throw .malformed(what) }
        return value
    }
}
