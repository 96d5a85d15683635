import JSON

/// One key that checks tokens, with its name in a key set.
struct JWTKey {
    enum Material {
        case secret(MessageAuthenticator)
        case publicKey(AsymmetricKey)
    }

    /// A secret shorter than its hash is the weakest part (RFC 7518, section 3.2).
    static let secretBytesMin = 32
    /// Keys in one set: each may cost a check of a token that names none.
    static let setMax = 32

    let id: String?
    let material: Material

    var algorithm: SignatureAlgorithm {
        switch material {
        case .secret: .hs256
        case .publicKey(let key): key.algorithm
        }
    }

    func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch material {
        case .secret(let authenticator): authenticator.isAuthentic(message, code: signature)
        case .publicKey(let key): key.isSignature(signature, of: message)
        }
    }

    // MARK: Files

    /// The keys of a `--jwt-key` file: one public key in PEM or DER, a JWK, a set or a list of
    /// them. Nothing else is read: a public key that is taken for a secret lets everybody sign.
    static func publicKeys(_ file: [UInt8]) throws(JWTKeyError) -> [JWTKey] {
        let contents = PublicKeyFile.withoutMark(file)
        switch PublicKeyFile.kind(of: contents) {
        case .json: return try set(contents)
        case .certificate:
            throw JWTKeyError(
                reason: "a certificate; take its key: openssl x509 -pubkey -noout -in FILE"
            )
        case .ssh:
            throw JWTKeyError(
                reason: "a key of ssh; write it as PEM: ssh-keygen -e -m PKCS8 -f FILE"
            )
        case .privateKey:
            throw JWTKeyError(reason: "a private key; checking takes the public one")
        case .publicKey, nil:
            guard let key = AsymmetricKey(file: contents) else {
                throw JWTKeyError(
                    reason: "no PUBLIC KEY of RSA (\(AsymmetricKey.rsaBitsMin) bits or more), "
                        + "P-256 or Ed25519, and no JWK set"
                )
            }
            return [JWTKey(id: nil, material: .publicKey(key))]
        }
    }

    /// The secret of a `--jwt-secret` file. Whatever looks like a key, a certificate or JSON is
    /// refused: it is public, and no secret.
    static func secret(_ file: [UInt8]) throws(JWTKeyError) -> JWTKey {
        if let kind = PublicKeyFile.kind(of: PublicKeyFile.withoutMark(file)) {
            throw JWTKeyError(reason: "\(kind.rawValue) is no secret; use --jwt-key for keys")
        }
        var secret = file
        // An editor's or `echo`'s line end is not part of the secret.
        if secret.last == UInt8(ascii: "\n") { secret.removeLast() }
        if secret.last == UInt8(ascii: "\r") { secret.removeLast() }
        guard secret.count >= secretBytesMin else {
            let reason = "a secret of \(secret.count) bytes; HS256 needs \(secretBytesMin)"
            throw JWTKeyError(reason: reason)
        }
        return JWTKey(id: nil, material: .secret(MessageAuthenticator(key: secret)))
    }

    // MARK: JWK sets (RFC 7517)

    private static func set(_ contents: [UInt8]) throws(JWTKeyError) -> [JWTKey] {
        let document: JSONValue
        do {
            document = try JSONValue.parse(contents)
        } catch {
            throw JWTKeyError(reason: "not a key set: \(error)")
        }
        let entries = document["keys"]?.array ?? document.array ?? [document]
        guard entries.count <= setMax else {
            throw JWTKeyError(reason: "\(entries.count) keys in a set; the limit is \(setMax)")
        }
        // A set may hold keys for other purposes and of kinds yet to come: those are passed over.
        let keys = entries.compactMap(key)
        guard !keys.isEmpty else {
            throw JWTKeyError(reason: "no key in the set can check HS256, RS256, ES256 or EdDSA")
        }
        return keys
    }

    private static func key(_ jwk: JSONValue) -> JWTKey? {
        if let use = jwk["use"], use != .string("sig") { return nil }
        guard let material = material(jwk) else { return nil }
        let key = JWTKey(id: jwk["kid"]?.string, material: material)
        if let algorithm = jwk["alg"], algorithm != .string(key.algorithm.rawValue) { return nil }
        return key
    }

    private static func material(_ jwk: JSONValue) -> Material? {
        switch jwk["kty"]?.string {
        case "oct":
            guard let secret = bytes(jwk, "k"), secret.count >= secretBytesMin else { return nil }
            return .secret(MessageAuthenticator(key: secret))
        case "RSA":
            guard let modulus = bytes(jwk, "n"), let exponent = bytes(jwk, "e") else { return nil }
            let der = DER.rsaPublicKey(modulus: modulus, exponent: exponent)
            return AsymmetricKey(der: der).map(Material.publicKey)
        case "EC":
            guard jwk["crv"]?.string == "P-256", let x = bytes(jwk, "x"), let y = bytes(jwk, "y"),
                x.count == 32, y.count == 32
            else { return nil }
            return AsymmetricKey(der: DER.p256PublicKey(x: x, y: y)).map(Material.publicKey)
        case "OKP":
            guard jwk["crv"]?.string == "Ed25519", let x = bytes(jwk, "x") else { return nil }
            return AsymmetricKey(ed25519: x).map(Material.publicKey)
        default: return nil
        }
    }

    /// No number in a key we take is longer: RSA of 16,384 bits is 2 KiB.
    private static let numberBytesMax = 2048

    private static func bytes(_ jwk: JSONValue, _ name: String) -> [UInt8]? {
        guard let text = jwk[name]?.string, let bytes = Base64URL.decode(text),
            bytes.count <= numberBytesMax
        else { return nil }
        return bytes
    }
}
