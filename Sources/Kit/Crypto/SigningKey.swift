import CCrypto
import JSON

/// The Ed25519 key (RFC 8032) that signs passes. Immutable, shared by all loops.
@safe public final class SigningKey: Sendable {
    public static let seedByteCount = 32

    /// The secret: what is kept on disk.
    let seed: [UInt8]
    let publicKey: [UInt8]
    /// The thumbprint of the public key (RFC 7638): it names the key and changes only with it.
    let keyID: String
    private let key: AsymmetricKey

    /// `seed` must be `seedByteCount` bytes.
    public init(seed: [UInt8]) {
        precondition(seed.count == Self.seedByteCount, "an Ed25519 seed is 32 bytes")
        let made = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        guard let handle = unsafe made, let key = unsafe AsymmetricKey(owning: handle) else {
            preconditionFailure("EVP_PKEY_new_raw_private_key")
        }
        var publicKey = [UInt8](repeating: 0, count: 32)
        var count = publicKey.count
        let read = unsafe EVP_PKEY_get_raw_public_key(handle, &publicKey, &count)
        precondition(read == 1 && count == 32, "EVP_PKEY_get_raw_public_key")
        self.seed = seed
        self.publicKey = publicKey
        self.key = key
        keyID = Self.thumbprint(of: publicKey)
    }

    static func generate() -> SigningKey {
        SigningKey(seed: SecureRandom.bytes(seedByteCount))
    }

    /// 64 bytes.
    func sign(_ message: [UInt8]) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("no memory") }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        let isSigned =
            unsafe EVP_DigestSignInit(context, nil, nil, nil, key.handle) == 1
            && EVP_DigestSign(context, &signature, &count, message, message.count) == 1
        precondition(isSigned && count == 64, "EVP_DigestSign")
        return signature
    }

    func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        key.isSignature(signature, of: message)
    }

    /// The public half as a JWK set (RFC 7517, RFC 8037), for `/.well-known/jwks.json`.
    public func jwks() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.beginArray("keys")
        json.beginObject()
        json.field("kty", "OKP")
        json.field("crv", "Ed25519")
        json.field("x", utf8: Base64URL.encode(publicKey))
        json.field("kid", keyID)
        json.field("alg", "EdDSA")
        json.field("use", "sig")
        json.endObject()
        json.endArray()
        json.endObject()
        return json.bytes
    }

    /// Only the required members, in alphabetical order, without spaces: the RFC counts on it.
    private static func thumbprint(of publicKey: [UInt8]) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.field("crv", "Ed25519")
        json.field("kty", "OKP")
        json.field("x", utf8: Base64URL.encode(publicKey))
        json.endObject()
        return Base64URL.encodeString(SHA256.hash(json.bytes))
    }
}
