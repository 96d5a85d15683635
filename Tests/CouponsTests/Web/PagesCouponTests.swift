import Testing
import Values

@testable import Coupons
@testable import Site
@testable import TestPages

@Suite struct PagesCouponTests {
    private static var yours: CouponPage {
        var page = CouponOffer.page()
        page.sequence = 1_017
        return page
    }

    private static let views: [CouponPage] = [
        CouponOffer.page(), yours, CouponOffer.page(issued: 1_000),
        CouponOffer.page(startsInMs: 5_000), CouponOffer.page(endsInMs: 0),
    ]

    @Test(arguments: Self.views.indices, Language.allCases)
    func everyViewIsACompletePage(view: Int, language: Language) {
        var page = Self.views[view]
        page.language = language
        let html = html(page)
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"\(language.rawValue)\">"))
        #expect(html.contains("<h1>Welcome</h1>"))
        #expect(html.contains("role=\"status\" aria-live=\"polite\""))
        #expect(html.contains(">\(Words.coupons[language]["labels.claim"])</button>"))
        #expect(!html.contains("{{"))
        #expect(!html.contains("style=\"") && !html.contains(" onclick"))
        #expect(tagsAreBalanced(html))
        expectLabelledFieldsAndOwnIds(html)
        for asset in PageAsset.ofCouponPage { #expect(html.contains("\"\(asset.address)\"")) }
    }

    @Test func anOpenCouponCanBeClaimedAndSaysWhatIsLeftNow() {
        let html = html(CouponOffer.page(endsInMs: 86_400_000))
        #expect(html.contains("data-view=\"open\""))
        #expect(html.contains("<p class=\"lead\">20 % off one purchase</p>"))
        #expect(html.contains("<dt>Left at this moment</dt><dd id=\"remaining\">37 of 1,000</dd>"))
        #expect(html.contains("<form id=\"claim\" method=\"post\" action=\"/coupons/c:1/claim\" >"))
        #expect(html.contains("<p id=\"notice\" class=\"notice\" hidden>"))
        #expect(html.contains("<dt>Ends</dt><dd><time datetime=\"2026-"))
        #expect(html.contains("not a promise"))
        #expect(!html.contains("http-equiv"))
    }

    @Test func whoHasOneSeesTheirNumberAndNoButton() {
        let html = html(Self.yours)
        #expect(html.contains("data-view=\"yours\""))
        #expect(html.contains("<p id=\"sequence\" class=\"number\">1,017</p>"))
        #expect(html.contains("/claim\" hidden>"))
        #expect(html.contains("<div id=\"remaining-row\" hidden>"))
        var again = Self.yours
        again.notice = .already(1_017)
        let text = "class=\"notice\" >You have number 1,017 already.</p>"
        #expect(CouponsTests.html(again).contains(text))
    }

    @Test func beforeTheStartThePageSaysWhenAndLooksAgainThen() {
        let soon = html(CouponOffer.page(startsInMs: 4_001))
        #expect(soon.contains("data-view=\"scheduled\""))
        #expect(soon.contains("class=\"notice\" >Not yet"))
        #expect(soon.contains("data-starts=\"2026-"))
        #expect(soon.contains("http-equiv=\"refresh\" content=\"5;url=/coupons/c:1\""))
        let later = html(CouponOffer.page(startsInMs: 3_600_000))
        #expect(later.contains("content=\"60;url=/coupons/c:1\""))
        #expect(html(CouponOffer.page(startsInMs: 0)).contains("data-view=\"open\""))
    }

    @Test func aCouponThatIsOverSaysHow() {
        let gone = html(CouponOffer.page(issued: 1_000))
        #expect(gone.contains("class=\"notice\" >All are gone.</p>"))
        #expect(gone.contains("<dd id=\"remaining\">0 of 1,000</dd>"))
        let ended = html(CouponOffer.page(endsInMs: 0))
        #expect(ended.contains("class=\"notice\" >It has ended.</p>"))
        for html in [gone, ended] { #expect(html.contains("/claim\" hidden>")) }
    }

    @Test func whoIsNotKnownIsToldSoAndHasNoButton() {
        var page = CouponOffer.page()
        page.visitor = nil
        #expect(html(page).contains("class=\"notice\" >We do not know who you are."))
        #expect(html(page).contains("/claim\" hidden>"))
        #expect(html(page).contains("data-who=\"\""))
    }

    @Test(arguments: [
        (Discount.percent(5), Language.en, "5 % off one purchase"),
        (.amount(1), .en, "1 point off one purchase"),
        (.amount(5_000), .en, "5,000 points off one purchase"),
        (.amount(5_000), .ko, "1회 구매 5,000포인트 할인"),
        (.percent(20), .ja, "1回のお買い物が20%引き"),
    ])
    func aDiscountIsSaidInWords(discount: Discount, language: Language, text: String) {
        #expect(CouponPage.text(discount, language) == text)
    }

    @Test func everyNoticeIsShown() {
        for notice in CouponNotice.allCases {
            var page = CouponOffer.page()
            page.notice = .plain(notice)
            let text = Words.coupons[.en]["notices.\(notice.rawValue)"]
            #expect(html(page).contains("<p id=\"notice\" class=\"notice\" >\(text)</p>"))
        }
    }

    @Test func aHostileNameStaysText() {
        let html = html(CouponOffer.page(name: "\"><script>alert('&')</script>"))
        #expect(!html.contains("<script>"))
        #expect(html.components(of: "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)") == 2)
    }
}
