import Testing

@testable import Crypto

@Suite struct JWTVerifierTests {
    private let secret = Array("0123456789abcdef0123456789abcdef".utf8)
    private let hs256 = #"{"alg":"HS256","typ":"JWT"}"#

    private func verifier(_ contents: [UInt8]) throws -> JWTVerifier {
        try JWTVerifier(Self.file(contents))
    }

    /// Keys in PEM are public, all else here is a secret.
    private static func file(_ contents: [UInt8]) -> JWTKeyFile {
        contents.first == UInt8(ascii: "-") ? .publicKeys(contents) : .secret(contents)
    }

    private func verify(_ payload: String, now: Int64 = 1000) throws -> String {
        try verifier(secret).verify(token(hs256, payload, secret: secret), nowSeconds: now)
    }

    // MARK: Claims

    @Test func theSubjectOfAGenuineTokenIsAnswered() throws {
        #expect(try verify(#"{"sub":"alice","exp":2000}"#) == "alice")
        #expect(
            try verify(#"{"sub":"alice","exp":1001.5,"nbf":999,"aud":["x"],"n":null}"#) == "alice"
        )
    }

    @Test func theSubjectMustBeAString() {
        for payload in [
            #"{"exp":2000}"#, #"{"sub":1,"exp":2000}"#, #"{"sub":null,"exp":2000}"#,
            #"{"sub":["a"],"exp":2000}"#,
        ] {
            #expect(throws: JWTError.missingSubject("sub")) { try verify(payload) }
        }
    }

    @Test func aTokenIsGoodBetweenItsTimesWithAMinuteOfLeeway() throws {
        #expect(try verify(#"{"sub":"a","exp":1000}"#, now: 1059) == "a")
        #expect(throws: JWTError.expired) { try verify(#"{"sub":"a","exp":1000}"#, now: 1060) }
        #expect(try verify(#"{"sub":"a","exp":2000,"nbf":1000}"#, now: 940) == "a")
        #expect(throws: JWTError.notYetValid) {
            try verify(#"{"sub":"a","exp":2000,"nbf":1000}"#, now: 939)
        }
        let exact = try JWTVerifier(.secret(secret), rules: JWTRules(leewaySeconds: 0))
        let expiring = token(hs256, #"{"sub":"a","exp":1000}"#, secret: secret)
        #expect(try exact.verify(expiring, nowSeconds: 999) == "a")
        #expect(throws: JWTError.expired) { try exact.verify(expiring, nowSeconds: 1000) }
    }

    @Test(arguments: [
        #"{"sub":"a","exp":"9999999999"}"#, #"{"sub":"a","exp":null}"#, #"{"sub":"a","nbf":true}"#,
        #"{"sub":"a","sub":"b"}"#, "[]", "\"a\"", "", "{",
    ])
    func aPayloadThatCannotBeReadIsRefused(_ payload: String) {
        #expect(throws: JWTError.self) { try verify(payload) }
    }

    @Test func aTokenWithoutAnEndIsRefused() {
        #expect(throws: JWTError.missingExpiry) { try verify(#"{"sub":"a"}"#) }
    }

    @Test func aTokenForAnotherApplicationIsRefused() throws {
        let rules = JWTRules(issuer: "https://id.example", audiences: ["shop", "app"])
        let verifier = try JWTVerifier(.secret(secret), rules: rules)
        func verify(_ claims: String) throws -> String {
            let payload = #"{"sub":"a","exp":2000"# + claims + "}"
            return try verifier.verify(token(hs256, payload, secret: secret), nowSeconds: 1000)
        }
        let issuer = #","iss":"https://id.example""#
        for audience in [#""shop""#, #""app""#, #"["else","app"]"#] {
            #expect(try verify(issuer + #","aud":"# + audience) == "a")
        }
        for audience in [#""billing-app""#, #"["else"]"#, "[]", "null", "1", #"{"shop":1}"#] {
            #expect(throws: JWTError.wrongAudience) { try verify(issuer + #","aud":"# + audience) }
        }
        #expect(throws: JWTError.wrongAudience) { try verify(issuer) }
        for claim in ["", #","iss":"https://elsewhere""#, #","iss":["https://id.example"]"#] {
            #expect(throws: JWTError.wrongIssuer) { try verify(claim + #","aud":"shop""#) }
        }
    }

    @Test func anotherClaimMayNameTheVisitor() throws {
        let rules = JWTRules(subjectClaim: "preferred_username")
        let verifier = try JWTVerifier(.secret(secret), rules: rules)
        let named = #"{"sub":"1","preferred_username":"ada","exp":2000}"#
        let text = token(hs256, named, secret: secret)
        #expect(try verifier.verify(text, nowSeconds: 0) == "ada")
        let unnamed = token(hs256, #"{"sub":"1","exp":2000}"#, secret: secret)
        #expect(throws: JWTError.missingSubject("preferred_username")) {
            try verifier.verify(unnamed, nowSeconds: 0)
        }
    }

    // MARK: Form

    @Test(arguments: ["", ".", "..", "...", "a.b", "a.b.c.d", "e30.e30.", "*.e30.e30"])
    func whatIsNoTokenIsRefused(_ text: String) {
        #expect(throws: JWTError.self) { try verifier(secret).verify(text, nowSeconds: 0) }
    }

    @Test func aTokenThatDiffersAnywhereIsRefused() throws {
        let verifier = try verifier(secret)
        let genuine = Array(token(hs256, #"{"sub":"alice","exp":2000}"#, secret: secret).utf8)
        for index in genuine.indices {
            for byte in [
                UInt8(ascii: "A"), UInt8(ascii: "."), UInt8(ascii: "="), genuine[index] ^ 1,
            ]
            where byte != genuine[index] {
                var forged = genuine
                forged[index] = byte
                let text = String(decoding: forged, as: UTF8.self)
                #expect(throws: JWTError.self, "\(text)") {
                    try verifier.verify(text, nowSeconds: 0)
                }
            }
        }
    }

    @Test func aTokenIsAtMostEightKibibytes() throws {
        let filler = String(repeating: "x", count: 6000)
        #expect(try verify(#"{"sub":"a","exp":2000,"x":"\#(filler)"}"#) == "a")
        #expect(throws: JWTError.tooLong) {
            try verify(#"{"sub":"a","exp":2000,"x":"\#(filler)\#(filler)"}"#)
        }
    }

    @Test func aCriticalExtensionIsRefused() throws {
        let header = #"{"alg":"HS256","crit":["b64"],"b64":false}"#
        let text = token(header, #"{"sub":"a","exp":2000}"#, secret: secret)
        #expect(throws: JWTError.malformed("critical extension")) {
            try verifier(secret).verify(text, nowSeconds: 0)
        }
    }

    // MARK: Algorithms

    @Test(arguments: ["none", "None", "hs256", "HS512", "RS256", "ES256", "EdDSA", ""])
    func onlyTheKeysAlgorithmIsAccepted(_ algorithm: String) throws {
        let text = token(#"{"alg":"\#(algorithm)"}"#, #"{"sub":"a","exp":2000}"#, secret: secret)
        #expect(throws: JWTError.wrongAlgorithm) {
            try verifier(secret).verify(text, nowSeconds: 0)
        }
        let unsigned = unsigned(#"{"alg":"\#(algorithm)"}"#, #"{"sub":"a","exp":2000}"#) + "."
        #expect(throws: JWTError.wrongAlgorithm) {
            try verifier(secret).verify(unsigned, nowSeconds: 0)
        }
        #expect(throws: JWTError.wrongAlgorithm) {
            try verifier(secret).verify(
                token("{}", #"{"sub":"a","exp":2000}"#, secret: secret),
                nowSeconds: 0
            )
        }
    }

    @Test func aPublicKeyIsNoSecret() throws {
        let program = try OpenSSLProgram()
        defer { program.remove() }
        let keys = [
            try program.makeRSA("rsa"), try program.makeP256("ec"),
            try program.makeKey("ed", "ED25519", []),
        ]
        for pem in keys {
            let text = token(hs256, #"{"sub":"a","exp":2000}"#, secret: pem)
            #expect(throws: JWTError.wrongAlgorithm) {
                try verifier(pem).verify(text, nowSeconds: 0)
            }
        }
    }

    @Test func keysOfAnotherProgramAreUnderstood() throws {
        let program = try OpenSSLProgram()
        defer { program.remove() }
        let rsa = try verifier(try program.makeRSA("rsa"))
        let ec = try verifier(try program.makeP256("ec"))
        // r or s is shorter than 32 bytes in one of 128 signatures; 8 see the common paddings.
        for round in 0..<8 {
            let payload = #"{"sub":"user-\#(round)","exp":2000}"#
            let text = try program.token(#"{"alg":"ES256"}"#, payload, signedWith: "ec")
            #expect(try ec.verify(text, nowSeconds: 0) == "user-\(round)")
            #expect(throws: JWTError.wrongAlgorithm) { try rsa.verify(text, nowSeconds: 0) }
        }
        let text = try program.token(
            #"{"alg":"RS256","kid":"k"}"#,
            #"{"sub":"a","exp":2000}"#,
            signedWith: "rsa"
        )
        #expect(try rsa.verify(text, nowSeconds: 0) == "a")
        #expect(throws: JWTError.wrongAlgorithm) { try ec.verify(text, nowSeconds: 0) }
        let pass = Pass.sign(
            issuer: "i",
            audience: "a",
            subject: "s",
            expiresAtSeconds: 9,
            key: .generate()
        )
        #expect(throws: JWTError.wrongAlgorithm) { try ec.verify(pass, nowSeconds: 0) }
    }
}
