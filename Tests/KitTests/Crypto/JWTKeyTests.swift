import Testing

@testable import Crypto

/// What `--jwt-key` and `--jwt-secret` may hold.
@Suite struct JWTKeyTests {
    private func reason(_ contents: [UInt8]) -> String? {
        #expect(throws: JWTKeyError.self) { try JWTVerifier(.publicKeys(contents)) }?.reason
    }

    private func reason(secret contents: [UInt8]) -> String? {
        #expect(throws: JWTKeyError.self) { try JWTVerifier(.secret(contents)) }?.reason
    }

    private func oct(_ id: String, _ secret: [UInt8], _ more: String = "") -> String {
        #"{"kty":"oct","kid":"\#(id)","k":"\#(Base64URL.encodeString(secret))"\#(more)}"#
    }

    private func header(_ id: String) -> String { #"{"alg":"HS256","kid":"\#(id)"}"# }

    @Test func aSecretIsTakenAsItIsWithoutItsLineEnd() throws {
        let secret = [UInt8](repeating: UInt8(ascii: "s"), count: 32)
        let text = token(#"{"alg":"HS256"}"#, #"{"sub":"a","exp":9}"#, secret: secret)
        for lineEnd in ["", "\n", "\r\n"] {
            let verifier = try JWTVerifier(.secret(secret + Array(lineEnd.utf8)))
            #expect(try verifier.verify(text, nowSeconds: 0) == "a")
        }
        #expect(
            reason(secret: Array(secret.dropLast()) + Array("\n".utf8))?.contains("31 bytes")
                == true
        )
        #expect(reason(secret: [])?.contains("0 bytes") == true)
    }

    @Test func aSetPicksTheKeyThatTheTokenNames() throws {
        let first = SecureRandom.bytes(32)
        let second = SecureRandom.bytes(48)
        let signer = SigningKey.generate()
        let x = Base64URL.encodeString(signer.publicKey)
        let okp = #"{"kty":"OKP","crv":"Ed25519","kid":"\#(signer.keyID)","x":"\#(x)"}"#
        let set = #"{"keys":[\#(oct("1", first)),\#(oct("2", second)),\#(okp)]}"#
        let verifier = try JWTVerifier(.publicKeys(Array(set.utf8)))
        let payload = #"{"sub":"a","exp":9}"#
        #expect(
            try verifier.verify(token(header("1"), payload, secret: first), nowSeconds: 0) == "a"
        )
        #expect(
            try verifier.verify(token(header("2"), payload, secret: second), nowSeconds: 0) == "a"
        )
        #expect(throws: JWTError.badSignature) {
            try verifier.verify(token(header("1"), payload, secret: second), nowSeconds: 0)
        }
        #expect(throws: JWTError.unknownKey) {
            try verifier.verify(token(header("3"), payload, secret: second), nowSeconds: 0)
        }
        #expect(throws: JWTError.wrongAlgorithm) {
            let text = token(header(signer.keyID), payload, secret: signer.publicKey)
            return try verifier.verify(text, nowSeconds: 0)
        }
        // Without a name every key of the algorithm is tried.
        let unnamed = token(#"{"alg":"HS256"}"#, payload, secret: second)
        #expect(try verifier.verify(unnamed, nowSeconds: 0) == "a")
        let pass = Pass.sign(
            issuer: "i",
            audience: "a",
            subject: "s",
            expiresAtSeconds: 9,
            key: signer
        )
        #expect(try verifier.verify(pass, nowSeconds: 0) == "s")
    }

    @Test func keysForOtherPurposesArePassedOver() throws {
        let secret = SecureRandom.bytes(32)
        for more in [#","use":"enc""#, #","alg":"HS512""#, #","alg":"A128KW""#] {
            let set = #"{"keys":[\#(oct("1", secret, more))]}"#
            #expect(reason(Array(set.utf8))?.contains("no key in the set") == true)
        }
        let good = oct("1", secret, #","use":"sig","alg":"HS256""#)
        _ = try JWTVerifier(.publicKeys(Array(#"{"keys":[{"kty":"new"},\#(good)]}"#.utf8)))
        let short = oct("1", Array(secret.dropLast()))
        #expect(reason(Array(#"{"keys":[\#(short)]}"#.utf8)) != nil)
        #expect(reason(Array(#"{"keys":[]}"#.utf8)) != nil)
    }

    @Test func aPointOffTheCurveIsNoKey() {
        let zero = Base64URL.encodeString([UInt8](repeating: 1, count: 32))
        let key = #"{"kty":"EC","crv":"P-256","x":"\#(zero)","y":"\#(zero)"}"#
        #expect(reason(Array(key.utf8))?.contains("no key in the set") == true)
    }

    @Test func aSetHasAnEnd() {
        let key = oct("1", SecureRandom.bytes(32))
        let set = #"{"keys":["# + Array(repeating: key, count: 33).joined(separator: ",") + "]}"
        #expect(reason(Array(set.utf8))?.contains("the limit is 32") == true)
        #expect(reason(Array("{\"keys\":".utf8))?.contains("not a key set") == true)
    }

    @Test func keysThatAreTooWeakOrOfTheWrongKindAreRefused() throws {
        let program = try OpenSSLProgram()
        defer { program.remove() }
        let kinds = [
            try program.makeRSA("small", bits: 1024),
            try program.makeKey("p384", "EC", ["ec_paramgen_curve:P-384"]),
            try program.makeKey("x", "X25519", []),
            Array("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n".utf8),
        ]
        for pem in kinds { #expect(reason(pem)?.contains("no PUBLIC KEY of RSA") == true) }
        #expect(reason(try program.read("small.key"))?.contains("a private key") == true)
    }

    /// Whoever has the public key must not be able to sign for anybody.
    @Test func nothingPublicIsASecret() throws {
        let program = try OpenSSLProgram()
        defer { program.remove() }
        let pem = try program.makeRSA("rsa")
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bag = Array("Bag Attributes\n    friendlyName: key\nKey Attributes: <none>\n".utf8)
        let der = try program.run(["pkey", "-pubin", "-in", "rsa.pub", "-outform", "DER"])
        let pkcs1 = try program.run(["rsa", "-pubin", "-in", "rsa.pub", "-RSAPublicKey_out"])
        try program.run(["req", "-x509", "-key", "rsa.key", "-subj", "/CN=x", "-out", "rsa.crt"])
        let certificate = try program.read("rsa.crt")
        let inDER = try program.run(["x509", "-in", "rsa.crt", "-outform", "DER"])
        let set = Array(#"{"keys":[\#(oct("1", SecureRandom.bytes(32)))]}"#.utf8)
        let list = Array(#"[\#(oct("1", SecureRandom.bytes(32)))]"#.utf8)
        let ssh = Array("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 somebody@example\n".utf8)
        let lines = pem.split(separator: UInt8(ascii: "\n"))
        let base64 = [UInt8](lines.dropFirst().dropLast().joined())

        // What holds a key is read as the key it is.
        for file in [pem, mark + pem, bag + pem, der, pkcs1, set, mark + set, list] {
            _ = try JWTVerifier(.publicKeys(file))
        }
        let key = try JWTVerifier(.publicKeys(mark + bag + pem))
        let text = try program.token(
            #"{"alg":"RS256"}"#,
            #"{"sub":"a","exp":9}"#,
            signedWith: "rsa"
        )
        #expect(try key.verify(text, nowSeconds: 0) == "a")
        // What is something else is refused with its name.
        #expect(reason(certificate)?.contains("a certificate") == true)
        #expect(reason(bag + certificate)?.contains("a certificate") == true)
        #expect(reason(inDER)?.contains("a certificate") == true)
        #expect(reason(ssh)?.contains("a key of ssh") == true)
        #expect(reason(SecureRandom.bytes(48))?.contains("no PUBLIC KEY") == true)
        // And none of it is ever a secret.
        let wide: [[UInt8]] = pem.map { [$0, 0] }
        let utf16 = [0xFF, 0xFE] + wide.joined()
        let visible: [[UInt8]] = [
            pem, mark + pem, bag + pem, der, pkcs1, set, mark + set, list, certificate, inDER, ssh,
            utf16, bag, base64,
        ]
        for file in visible {
            #expect(reason(secret: file)?.contains("is no secret") == true, "\(file.prefix(30))")
        }
        for _ in 0..<200 { _ = try JWTVerifier(.secret(SecureRandom.bytes(48))) }
        for _ in 0..<200 { _ = try JWTVerifier(.secret(Base64URL.encode(SecureRandom.bytes(48)))) }
    }
}
