import Testing
import Values

@testable import Rooms
@testable import Site

@Suite struct PagesEscapingTests {
    private let hostile = "\"><script>alert('&')</script>"

    @Test func aHostileRoomNameStaysText() {
        for view in PagesRoomTests.views {
            let html = html(RoomPage(room: hostile, language: .en, view: view))
            #expect(!html.contains("<script>"))
            #expect(html.contains("&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"))
            #expect(html.contains("action=\"/rooms/%22%3E%3Cscript%3Ealert%28%27%26%27%29"))
        }
    }

    @Test func aHostileContinuePathStaysAnAddress() {
        let path = ContinuePath("/buy?a=\"><b>'&c=1")
        let view = RoomPage.View.admitted(sessionExpiresAt: PagesRoomTests.opening)
        let html = html(RoomPage(room: "demo", language: .en, view: view, continuePath: path))
        #expect(path != nil)
        #expect(!html.contains("<b>"))
        #expect(html.contains("href=\"/buy?a=&quot;&gt;&lt;b&gt;&#39;&amp;c=1\" >"))
        #expect(html.contains("join?continue=%2Fbuy%3Fa%3D%22%3E%3Cb%3E%27%26c%3D1\""))
    }

    @Test func aHostileOpeningStaysText() {
        let view = RoomPage.View.notInLine(waiting: 1, opening: hostile)
        #expect(!html(RoomPage(room: "demo", language: .en, view: view)).contains("<script>"))
    }

    @Test func noPhraseCanEndItsScriptElement() {
        #expect(
            Words.quoted("</script>&\"\\\n\u{2028}")
                == #""\u003c/script\u003e\u0026\"\\\n\u2028""#
        )
        for language in Language.allCases {
            let block = Words.rooms[language].script
            #expect(!block.bytes.contains(UInt8(ascii: "<")))
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\/evil.example",
        "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " /seats",
        "javascript:alert(1)",
        "", "seats", "/a b", "/a\\b", "/a\u{7F}", "/" + String(repeating: "a", count: 2_048),
    ])
    func aContinueToElsewhereIsRefused(raw: String) {
        #expect(ContinuePath(raw) == nil)
    }

    @Test(arguments: ["/", "/seats", "/seats?day=1&row=2#map", "/a//b", "/공연/1"])
    func aPathOfThisOriginIsAccepted(raw: String) {
        #expect(ContinuePath(raw)?.path == raw)
    }

    /// As a proxy sends it (a bare query), as a page or `encodeURIComponent` does, as Python's
    /// `quote` does.
    @Test(arguments: [
        ("/buy?a=1&b=2", "/buy?a=1&b=2"), ("/buy?q=a%20b&c=%25#x", "/buy?q=a%20b&c=%25#x"),
        ("/buy?q=a+b&x", "/buy?q=a+b&x"), ("/a%20b", "/a%20b"), ("/100%25", "/100%25"),
        ("/a%23b?c=%23&d=%26", "/a%23b?c=%23&d=%26"), ("/buy&lang=ko", "/buy"),
        ("%2Fbuy%3Fa%3D1%26b%3D2", "/buy?a=1&b=2"), ("%2Fa%2520b%3Fc%3D%2525", "/a%20b?c=%25"),
        ("%2Fbuy%3Fa%3D1%26b%3D2&lang=ko", "/buy?a=1&b=2"), ("%2Fa%20b%23c", "/a%20b#c"),
        ("/buy%3Fa%3D1%26b%3D2", "/buy?a=1&b=2"), ("%2Fa+b", "/a%20b"),
    ])
    func aContinueKeepsItsWholeAddress(sent: String, path: String) {
        #expect(ContinuePath(sent: sent)?.path == path)
        // Through the forms of the page.
        let again = ContinuePath(sent: path).flatMap { String($0.query.dropFirst(10)) }
        #expect(again.flatMap { ContinuePath(sent: $0) }?.path == path)
    }

    @Test(arguments: [
        "%2F%2Fevil.example", "//evil.example?a=1", "/%5Cevil%3F", "%2F%5Cevil", "%2F%09%2Fevil",
        "%20%2Fa", "%0A//evil", "https://evil.example/?a", "",
    ])
    func aSentContinueToElsewhereIsRefused(sent: String) {
        #expect(ContinuePath(sent: sent) == nil)
    }

    @Test func theLinkIsShownOnlyToTheAdmitted() {
        let path = ContinuePath("/seats")
        for view in PagesRoomTests.views {
            let page = RoomPage(room: "demo", language: .en, view: view, continuePath: path)
            #expect(html(page).contains("href=\"/seats\" >") == (page.name == .admitted))
        }
        #expect(ContinuePath(nil) == nil)
    }
}
