import JSON

/// The proof of admission that any back end checks offline: a JWT signed with EdDSA whose audience
/// is the room and whose subject is the visitor. It cannot be taken back, so it lives as long as
/// the session and no longer.
public struct Pass: Equatable, Sendable {
    public let issuer: String
    /// The room.
    let audience: String
    /// The visitor.
    public let subject: String
    public let expiresAtSeconds: Int64

    public static func sign(
        issuer: String,
        audience: String,
        subject: String,
        expiresAtSeconds: Int64,
        key: SigningKey
    ) -> String {
        var header = JSONWriter(reservingBytes: 96)
        header.beginObject()
        header.field("alg", "EdDSA")
        header.field("typ", "JWT")
        header.field("kid", key.keyID)
        header.endObject()
        var payload = JSONWriter()
        payload.beginObject()
        payload.field("iss", issuer)
        payload.field("aud", audience)
        payload.field("sub", subject)
        payload.field("exp", expiresAtSeconds)
        payload.endObject()
        var token = Base64URL.encode(header.bytes)
        token.append(UInt8(ascii: "."))
        Base64URL.encode(payload.bytes.span, appendingTo: &token)
        let signature = key.sign(token)
        token.append(UInt8(ascii: "."))
        Base64URL.encode(signature.span, appendingTo: &token)
        return String(decoding: token, as: UTF8.self)
    }

    /// What a back end does with `/.well-known/jwks.json`, which is what `verifier` is made from.
    public static func verify(
        _ token: String,
        issuer: String,
        audience: String,
        nowSeconds: Int64,
        verifier: JWTVerifier
    ) throws(JWTError) -> Pass {
        let claims = try verifier.claims(of: token, nowSeconds: nowSeconds)
        guard claims["iss"]?.string == issuer else { throw .wrongIssuer }
        guard claims["aud"]?.string == audience else { throw .wrongAudience }
        guard let subject = claims["sub"]?.string else { throw .missingSubject("sub") }
        guard let expires = claims["exp"]?.integer else { throw .malformed("exp") }
        return Pass(
            issuer: issuer,
            audience: audience,
            subject: subject,
            expiresAtSeconds: expires
        )
    }
}
