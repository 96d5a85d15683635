import Testing
import Values

@Suite struct IdentifierTests {
    private static let alphabet = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-:@".unicodeScalars
    )

    @Test func theAlphabetIsExactlyTheContracts() {
        for value in 0..<0x250 as Range<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let name = "a\(Character(scalar))b"
            #expect((RoomID(name) != nil) == Self.alphabet.contains(scalar), "U+\(value)")
            // Users are called as their identity provider calls them.
            #expect((UserID(name) != nil) == (0x21...0x7E).contains(value), "U+\(value)")
        }
    }

    @Test func lengthsAreOneTo128Bytes() {
        #expect(RoomID("") == nil && UserID("") == nil)
        #expect(RoomID("r")?.raw == "r" && UserID("u")?.raw == "u")
        let longest = String(repeating: "x", count: 128)
        #expect(RoomID(longest)?.raw == longest)
        #expect(UserID(longest)?.description == longest)
        #expect(RoomID(longest + "x") == nil && UserID(longest + "x") == nil)
    }

    @Test func lookAlikesAreOthers() {
        #expect(RoomID("caf\u{e9}") == nil)
        // U+212A, the kelvin sign, is equal to K in Swift's comparison of some characters.
        #expect(UserID("\u{212A}") == nil)
        #expect(UserID("Ann") != UserID("ann"))
    }
}
