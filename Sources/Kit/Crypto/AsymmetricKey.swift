import CCrypto

/// The four ways a token may be signed here (RFC 7518, RFC 8037). There is no `none`.
enum SignatureAlgorithm: String, Sendable {
    case hs256 = "HS256"
    case rs256 = "RS256"
    case es256 = "ES256"
    case edDSA = "EdDSA"
}

/// A key of OpenSSL's, private or public; frees it.
///
/// `@unchecked Sendable`: an `EVP_PKEY` is never changed after it is made, its reference count is
/// atomic, and every operation below works on a context of its own.
@safe final class AsymmetricKey: @unchecked Sendable {
    let handle: OpaquePointer
    /// Fixed by the kind of key, so that no token can talk its way into another one.
    let algorithm: SignatureAlgorithm

    /// RSA below this is refused, as RFC 7518 section 3.3 asks.
    static let rsaBitsMin = 2048

    /// Takes ownership. Nil for a kind of key that signs no token here.
    init?(owning handle: OpaquePointer) {
        guard let algorithm = unsafe Self.algorithm(of: handle) else {
            unsafe EVP_PKEY_free(handle)
            return nil
        }
        unsafe self.handle = handle
        self.algorithm = algorithm
    }

    deinit { unsafe EVP_PKEY_free(handle) }

    /// The first public key of a file; nil: there is none, or of a kind that signs no token here.
    convenience init?(file contents: [UInt8]) {
        guard let key = unsafe Self.decode(contents) else { return nil }
        unsafe self.init(owning: key)
    }

    /// Whether there is a public key of any kind in a file.
    static func isPublicKey(_ contents: [UInt8]) -> Bool {
        guard let key = unsafe decode(contents) else { return false }
        unsafe EVP_PKEY_free(key)
        return true
    }

    /// PEM or DER, as SubjectPublicKeyInfo (RFC 5280) or PKCS #1 (RFC 8017). Text before a PEM
    /// block is skipped.
    private static func decode(_ contents: [UInt8]) -> OpaquePointer? {
        var found: OpaquePointer?
        let decoder = unsafe OSSL_DECODER_CTX_new_for_pkey(
            &found,
            nil,
            nil,
            nil,
            ccrypto_public_key,
            nil,
            nil
        )
        defer {
            unsafe OSSL_DECODER_CTX_free(decoder)
            ERR_clear_error()
        }
        let isRead = unsafe contents.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            var count = buffer.count
            return unsafe OSSL_DECODER_from_data(decoder, &start, &count) == 1
        }
        return unsafe isRead ? found : nil
    }

    /// A SubjectPublicKeyInfo (RFC 5280). Reading it, OpenSSL refuses a point off its curve.
    convenience init?(der: [UInt8]) {
        let key = unsafe der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_PUBKEY(nil, &start, buffer.count)
        }
        guard let key = unsafe key else {
            ERR_clear_error()
            return nil
        }
        unsafe self.init(owning: key)
    }

    convenience init?(ed25519 bytes: [UInt8]) {
        let made = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
        guard let key = unsafe made else {
            ERR_clear_error()
            return nil
        }
        unsafe self.init(owning: key)
    }

    /// `signature` as JOSE writes it: ES256 is r and s, 32 bytes each, which OpenSSL wants in DER.
    func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("no memory") }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = signature
        if algorithm == .es256 {
            guard signature.count == 64 else { return false }
            signature = DER.sequence(
                DER.integer(Array(signature[..<32])) + DER.integer(Array(signature[32...]))
            )
        }
        // Ed25519 hashes by itself.
        let digest = unsafe algorithm == .edDSA ? nil : EVP_sha256()
        guard unsafe EVP_DigestVerifyInit(context, nil, digest, nil, handle) == 1 else {
            preconditionFailure("EVP_DigestVerifyInit")
        }
        let verified = unsafe EVP_DigestVerify(
            context,
            signature,
            signature.count,
            message,
            message.count
        )
        if verified != 1 { ERR_clear_error() }
        return verified == 1
    }

    private static func algorithm(of key: OpaquePointer) -> SignatureAlgorithm? {
        switch unsafe EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_ED25519: return .edDSA
        case EVP_PKEY_RSA: return unsafe EVP_PKEY_get_bits(key) >= rsaBitsMin ? .rs256 : nil
        case EVP_PKEY_EC:
            var name = [CChar](repeating: 0, count: 32)
            var count = 0
            let found = unsafe EVP_PKEY_get_group_name(key, &name, name.count, &count)
            let group = name.prefix(count).map { UInt8(bitPattern: $0) }
            return found == 1 && group.elementsEqual("prime256v1".utf8) ? .es256 : nil
        default: return nil
        }
    }
}
