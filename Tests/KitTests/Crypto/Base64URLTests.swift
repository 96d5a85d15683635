import Crypto
import Foundation
import Testing

@Suite struct Base64URLTests {
    /// RFC 4648, section 10, without the padding.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ])
    func theRFCsVectorsHold(_ plain: String, _ text: String) {
        #expect(Base64URL.encodeString(Array(plain.utf8)) == text)
        #expect(Base64URL.decode(text) == Array(plain.utf8))
    }

    @Test func theAlphabetIsTheOneForURLs() {
        #expect(Base64URL.encodeString([0xFB, 0xEF, 0xFF]) == "--__")
        #expect(Base64URL.decode("--__") == [0xFB, 0xEF, 0xFF])
    }

    @Test(arguments: [
        "Zg==", "Zg=", "Zm9v=", "=", "A", "Zm9vY", "++//", "Zm 9v", "Zm9v\n", " Zm9v", "Zm9\u{E9}",
        "Z\u{0}9v", "Zh", "Zv", "Zm9", "Zm-", "AB", "AAB",
    ])
    func anythingButTheCanonicalSpellingIsRefused(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func everyByteOutsideTheAlphabetIsRefused() {
        let alphabet = Set(Base64URL.encode(Array(0...255)))
        #expect(alphabet.count == 64)
        for byte in UInt8.min...UInt8.max where !alphabet.contains(byte) {
            #expect(Base64URL.decode([byte, 65, 65, 65]) == nil, "\(byte)")
            #expect(Base64URL.decode([65, byte]) == nil, "\(byte)")
        }
    }

    @Test func everyLengthComesBackAndAgreesWithFoundation() {
        for count in 0...130 {
            let bytes = SecureRandom.bytes(count)
            let text = Base64URL.encodeString(bytes)
            let expected = Data(bytes).base64EncodedString()
                .replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "=", with: "")
            #expect(text == expected)
            #expect(text.utf8.count == Base64URL.encodedCount(of: count))
            #expect(Base64URL.decode(text) == bytes)
        }
    }

    @Test func encodingAppends() {
        var text = Array("a.".utf8)
        Base64URL.encode([0, 0, 0].span, appendingTo: &text)
        #expect(text == Array("a.AAAA".utf8))
    }
}
