import Onsale
import Testing

@testable import Web

@Suite struct PagesIndexTests {
    private let rooms = [
        IndexPage.Room(name: "demo", state: .open, waiting: 12_345, inside: 100),
        IndexPage.Room(name: "<i>&\"", state: .soldOut, waiting: 0, inside: 0),
    ]

    @Test(arguments: Language.allCases)
    func roomsAreListedWithTheirStateAndNumbers(language: Language) {
        let html = html(IndexPage(rooms: rooms, language: language, isDemo: true))
        let phrases = Phrases.of(language).index
        #expect(html.contains("<html lang=\"\(language.rawValue)\">"))
        #expect(html.contains("<main>"))
        #expect(html.contains("<a href=\"/rooms/demo\">demo</a>"))
        #expect(html.contains("12,345"))
        #expect(html.contains("<a href=\"/rooms/%3Ci%3E%26%22\">&lt;i&gt;&amp;&quot;</a>"))
        #expect(html.contains(phrases.states[.soldOut] ?? "-"))
        #expect(html.contains("<p class=\"notice\" >\(phrases.demo)</p>"))
        #expect(!html.contains("{{"))
    }

    @Test func anEmptyHouseSaysSo() {
        let html = html(IndexPage(rooms: [], language: .en, isDemo: false))
        #expect(html.contains("<p class=\"card\" >There are no rooms yet.</p>"))
        #expect(html.contains("<ul class=\"rooms\" hidden>"))
        #expect(html.contains("<p class=\"notice\" hidden>"))
    }
}
