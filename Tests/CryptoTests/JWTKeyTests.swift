import Crypto
import Testing

/// What `--jwt-key` may hold.
@Suite struct JWTKeyTests {
    private func reason(_ contents: [UInt8]) -> String? {
        #expect(throws: JWTKeyError.self) { try JWTVerifier(keyFileContents: contents) }?.reason
    }

    private func oct(_ id: String, _ secret: [UInt8], _ more: String = "") -> String {
        #"{"kty":"oct","kid":"\#(id)","k":"\#(Base64URL.encodeString(secret))"\#(more)}"#
    }

    private func header(_ id: String) -> String { #"{"alg":"HS256","kid":"\#(id)"}"# }

    @Test func aSecretIsTakenAsItIsWithoutItsLineEnd() throws {
        let secret = [UInt8](repeating: UInt8(ascii: "s"), count: 32)
        let text = token(#"{"alg":"HS256"}"#, #"{"sub":"a"}"#, secret: secret)
        for lineEnd in ["", "\n", "\r\n"] {
            let verifier = try JWTVerifier(keyFileContents: secret + Array(lineEnd.utf8))
            #expect(try verifier.verify(text, nowSeconds: 0) == "a")
        }
        #expect(reason(Array(secret.dropLast()) + Array("\n".utf8))?.contains("31 bytes") == true)
        #expect(reason([])?.contains("0 bytes") == true)
    }

    @Test func aSetPicksTheKeyThatTheTokenNames() throws {
        let first = SecureRandom.bytes(32)
        let second = SecureRandom.bytes(48)
        let signer = SigningKey.generate()
        let x = Base64URL.encodeString(signer.publicKey)
        let okp = #"{"kty":"OKP","crv":"Ed25519","kid":"\#(signer.keyID)","x":"\#(x)"}"#
        let set = #"{"keys":[\#(oct("1", first)),\#(oct("2", second)),\#(okp)]}"#
        let verifier = try JWTVerifier(keyFileContents: Array(set.utf8))
        let payload = #"{"sub":"a"}"#
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
        _ = try JWTVerifier(keyFileContents: Array(#"{"keys":[{"kty":"new"},\#(good)]}"#.utf8))
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
}
