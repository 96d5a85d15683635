import Testing
import Values

@testable import Site

@Suite struct PagesLanguageTests {
    @Test(arguments: [
        (nil, Language.en),
        ("", .en),
        ("ko", .ko),
        ("ko-KR", .ko),
        ("KO-kr", .ko),
        ("ja-JP,ja;q=0.9,en-US;q=0.8", .ja),
        ("en;q=0.5, ko;q=0.9", .ko),
        ("fr, de;q=0.9", .en),
        ("fr, ja;q=0.3", .ja),
        ("ko;q=0, ja;q=0.1", .ja),
        ("ko;q=0", .en),
        ("ko;q=much, ja", .ja),
        ("ko;q=nan, ja", .ja),
        ("ja, ko", .ja),
        ("*", .en),
        ("kok, ja;q=0.1", .ja),
        (";;,,=,q=1", .en),
        (" ko ; q=0.9 , en ; q=0.1 ", .ko),
    ])
    func theBestOfOurLanguagesIsChosen(header: String?, expected: Language) {
        #expect(Language.choose(acceptLanguage: header) == expected)
    }

    @Test func aHeaderBeyondTheLimitIsCut() {
        let filler = String(repeating: "x", count: Language.headerBytesMax)
        #expect(Language.choose(acceptLanguage: filler + ",ko") == .en)
        #expect(Language.choose(acceptLanguage: "ja," + filler) == .ja)
    }
}
