import Testing

@testable import Crypto

@Suite struct MessageAuthenticatorTests {
    struct Vector: Sendable {
        let key: [UInt8], data: [UInt8], code: String
    }

    /// RFC 4231, test cases 1 to 4, 6 and 7 (5 is truncated).
    static let vectors = [
        Vector(
            key: .init(repeating: 0x0B, count: 20),
            data: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        Vector(
            key: Array("Jefe".utf8),
            data: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        Vector(
            key: .init(repeating: 0xAA, count: 20),
            data: .init(repeating: 0xDD, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        Vector(
            key: Array(1...25),
            data: .init(repeating: 0xCD, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        Vector(
            key: .init(repeating: 0xAA, count: 131),
            data: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        Vector(
            key: .init(repeating: 0xAA, count: 131),
            data: Array(
                """
                This is a test using a larger than block-size key and a larger than block-size \
                data. The key needs to be hashed before being used by the HMAC algorithm.
                """.utf8
            ),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test(arguments: vectors) func theRFCsVectorsHoldEveryTime(_ vector: Vector) {
        let authenticator = MessageAuthenticator(key: vector.key)
        // Again and again on one context, with another message in between.
        for _ in 0..<3 {
            let code = authenticator.authenticate(vector.data)
            #expect(code.indices.map { code[$0] } == bytes(hex: vector.code))
            #expect(authenticator.isAuthentic(vector.data, code: bytes(hex: vector.code)))
            _ = authenticator.authenticate([1, 2, 3])
            _ = authenticator.authenticate([])
        }
    }

    @Test func aCodeThatDiffersAnywhereIsRefused() {
        let vector = Self.vectors[1]
        let authenticator = MessageAuthenticator(key: vector.key)
        let code = bytes(hex: vector.code)
        for index in code.indices {
            var forged = code
            forged[index] ^= 1
            #expect(!authenticator.isAuthentic(vector.data, code: forged))
        }
        for index in vector.data.indices {
            var forged = vector.data
            forged[index] ^= 0x80
            #expect(!authenticator.isAuthentic(forged, code: code))
        }
        #expect(!authenticator.isAuthentic(vector.data, code: Array(code.dropLast())))
        #expect(!authenticator.isAuthentic(vector.data, code: code + [0]))
        #expect(!authenticator.isAuthentic(vector.data, code: []))
    }

    @Test func equalityComparesEveryByte() {
        #expect(MessageAuthenticator.isEqualInConstantTime([1, 2, 3], [1, 2, 3]))
        #expect(MessageAuthenticator.isEqualInConstantTime([UInt8](), []))
        #expect(!MessageAuthenticator.isEqualInConstantTime([1, 2, 3], [1, 2, 4]))
        #expect(!MessageAuthenticator.isEqualInConstantTime([1, 2, 3], [1, 2]))
    }

    @Test func hashesAndRandomBytesAreWhatTheySay() {
        #expect(
            SHA256.hash(Array("abc".utf8))
                == bytes(hex: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        )
        #expect(SecureRandom.bytes(33).count == 33)
        #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
    }
}
