import JSON

/// Checks bearer tokens (RFC 7519) against the keys of one file and tells who they speak of.
///
/// The algorithm is the key's. A token that asks for another one is refused, so neither `none` nor
/// an HMAC made with somebody's public key gets through. One per loop: a secret's context is
/// mutable.
public final class JWTVerifier {
    /// Fits the header line that carries it; a token of ours is 300 bytes.
    public static let tokenBytesMax = 8192
    /// How far two honest clocks may be apart.
    public static let leewaySecondsMax: Int64 = 60

    private let keys: [JWTKey]
    private let leewaySeconds: Int64

    /// `keyFileContents` is a PEM public key (RSA: RS256, P-256: ES256, Ed25519: EdDSA), a JWK set,
    /// or else the secret of HS256 as it is, at least 32 bytes, one line end at its end aside.
    public init(
        keyFileContents: [UInt8],
        leewaySeconds: Int64 = JWTVerifier.leewaySecondsMax
    ) throws(JWTKeyError) {
        precondition((0...Self.leewaySecondsMax).contains(leewaySeconds), "leeway out of range")
        keys = try JWTKey.read(keyFileContents)
        self.leewaySeconds = leewaySeconds
    }

    /// The subject of a token that is genuine and in its time. A token without `exp` does not end.
    public func verify(_ token: String, nowSeconds: Int64) throws(JWTError) -> String {
        let claims = try claims(of: token, nowSeconds: nowSeconds)
        guard let subject = claims["sub"]?.string else { throw .missingSubject }
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
        let leeway = Double(leewaySeconds)
        if let expires = try Self.date(claims, "exp"), now >= expires + leeway { throw .expired }
        if let from = try Self.date(claims, "nbf"), now < from - leeway { throw .notYetValid }
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
