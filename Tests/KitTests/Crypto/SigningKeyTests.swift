import Foundation
import Testing

@testable import Crypto

@Suite struct SigningKeyTests {
    struct Vector: Sendable {
        let seed: String, publicKey: String, message: String, signature: String
    }

    /// RFC 8032, section 7.1, tests 1 to 3.
    static let vectors = [
        Vector(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            message: "",
            signature: """
                e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac\
                c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
                """
        ),
        Vector(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            message: "72",
            signature: """
                92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e\
                458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
                """
        ),
        Vector(
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            message: "af82",
            signature: """
                6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290\
                ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
                """
        ),
    ]

    @Test(arguments: vectors) func theRFCsVectorsHold(_ vector: Vector) {
        let key = SigningKey(seed: bytes(hex: vector.seed))
        let message = bytes(hex: vector.message)
        #expect(key.publicKey == bytes(hex: vector.publicKey))
        #expect(key.sign(message) == bytes(hex: vector.signature))
        #expect(key.isSignature(bytes(hex: vector.signature), of: message))
        #expect(!key.isSignature(bytes(hex: vector.signature), of: message + [0]))
        #expect(!key.isSignature([], of: message))
    }

    /// RFC 8037, appendices A.2 to A.4.
    @Test func theKeyIsNamedByItsThumbprint() {
        let key = SigningKey(seed: bytes(hex: Self.vectors[0].seed))
        #expect(key.keyID == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        #expect(
            String(decoding: key.jwks(), as: UTF8.self) == """
                {"keys":[{"kty":"OKP","crv":"Ed25519",\
                "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",\
                "kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","alg":"EdDSA","use":"sig"}]}
                """
        )
        let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        #expect(
            Base64URL.encodeString(key.sign(Array(message.utf8))) == """
                hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_\
                MuM0KAg
                """
        )
    }

    @Test func aSavedKeyIsTheSameKey() {
        let key = SigningKey.generate()
        #expect(SigningKey(seed: key.seed).keyID == key.keyID)
        #expect(SigningKey.generate().keyID != key.keyID)
    }
}

@Suite struct PassTests {
    private let key = SigningKey.generate()

    private func sign(expiresAtSeconds: Int64 = 2000) -> String {
        Pass.sign(
            issuer: "onsale",
            audience: "demo",
            subject: "user-1",
            expiresAtSeconds: expiresAtSeconds,
            key: key
        )
    }

    private func verify(
        _ token: String,
        issuer: String = "onsale",
        audience: String = "demo",
        nowSeconds: Int64 = 1000,
        key: SigningKey? = nil
    ) throws -> Pass {
        let verifier = try JWTVerifier(
            .publicKeys((key ?? self.key).jwks()),
            rules: JWTRules(leewaySeconds: 0)
        )
        return try Pass.verify(
            token,
            issuer: issuer,
            audience: audience,
            nowSeconds: nowSeconds,
            verifier: verifier
        )
    }

    @Test func aPassSaysExactlyWhoWhereAndUntilWhen() throws {
        let parts = sign().split(separator: ".").map { Base64URL.decode(String($0)) ?? [] }
        #expect(
            parts[0] == Array(#"{"alg":"EdDSA","typ":"JWT","kid":"\#(key.keyID)"}"#.utf8)
        )
        #expect(
            parts[1] == Array(#"{"iss":"onsale","aud":"demo","sub":"user-1","exp":2000}"#.utf8)
        )
        #expect(parts[2].count == 64)
        let pass = try verify(sign())
        #expect(pass.audience == "demo")
        #expect(pass.subject == "user-1")
        #expect(pass.expiresAtSeconds == 2000)
    }

    @Test func aPassIsForOneIssuerRoomAndTime() {
        #expect(throws: JWTError.wrongIssuer) { try verify(sign(), issuer: "other") }
        #expect(throws: JWTError.wrongAudience) { try verify(sign(), audience: "other") }
        #expect(throws: JWTError.expired) { try verify(sign(), nowSeconds: 2000) }
        #expect(throws: Never.self) { try verify(sign(), nowSeconds: 1999) }
        #expect(throws: JWTError.unknownKey) { try verify(sign(), key: .generate()) }
    }

    @Test func aPassThatDiffersAnywhereIsRefused() throws {
        let token = Array(sign().utf8)
        let verifier = try JWTVerifier(.publicKeys(key.jwks()))
        for index in token.indices {
            var forged = token
            forged[index] =
                forged[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: forged, as: UTF8.self)
            #expect(throws: JWTError.self, "\(index)") { try verifier.verify(text, nowSeconds: 0) }
        }
    }

    @Test func anotherProgramCanCheckAPass() throws {
        let program = try OpenSSLProgram()
        defer { program.remove() }
        let token = sign()
        let parts = token.split(separator: ".")
        // SubjectPublicKeyInfo of Ed25519 (RFC 8410) is this prefix and the key.
        let der = bytes(hex: "302a300506032b6570032100") + key.publicKey
        try program.write(der, to: "key.der")
        try program.write(Array("\(parts[0]).\(parts[1])".utf8), to: "message")
        try program.write(Base64URL.decode(String(parts[2])) ?? [], to: "signature")
        try program.run([
            "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin",
            "-in", "message", "-sigfile", "signature",
        ])
    }
}
