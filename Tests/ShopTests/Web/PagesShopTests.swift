import Testing
import Values

@testable import Coupons
@testable import Shop
@testable import Site
@testable import TestPages

@Suite struct PagesShopTests {
    private static var away: ShopPage {
        ShopPage(language: .en, visitor: ShopPages.visitor, products: nil)
    }

    private static let views: [ShopPage] = [
        ShopPages.shop(), ShopPages.bought, ShopPages.pending, away,
        ShopPage(language: .en, visitor: nil, products: []),
    ]

    @Test(arguments: Self.views.indices, Language.allCases)
    func everyViewIsACompletePage(view: Int, language: Language) {
        var page = Self.views[view]
        page.language = language
        let html = html(page)
        #expect(html.hasPrefix("<!doctype html>\n<html lang=\"\(language.rawValue)\">"))
        #expect(html.contains("<h1>\(Words.shop[language]["labels.title"])</h1>"))
        #expect(html.contains("role=\"status\" aria-live=\"polite\""))
        #expect(!html.contains("{{"))
        #expect(!html.contains("style=\"") && !html.contains(" onclick"))
        #expect(tagsAreBalanced(html))
        expectLabelledFieldsAndOwnIds(html)
        for asset in PageAsset.ofShopPage { #expect(html.contains("\"\(asset.address)\"")) }
    }

    @Test func aProductHasItsPriceItsStockAndAQuantity() {
        let html = html(ShopPages.shop())
        #expect(html.contains("<label for=\"quantity-1\">Cap</label>"))
        #expect(html.contains("<span id=\"price-1\">25,000 points</span>"))
        #expect(html.contains("<span id=\"stock-1\">7 left</span>"))
        #expect(html.contains("name=\"q:cap\" type=\"number\""))
        #expect(html.contains("max=\"7\"") && html.contains("max=\"10000\""))
        #expect(html.contains("<span id=\"stock-3\">sold out</span>"))
        #expect(html.components(of: "data-stock=\"stock-3\" disabled>") == 1)
        #expect(html.contains("<dd id=\"balance\">60,000 points</dd>"))
        let coupon = "<option value=\"c:1\" data-amount=\"\" data-percent=\"20\" >"
        #expect(html.contains(coupon + "Welcome · 20 % off one purchase</option>"))
        let button = "<button id=\"order-button\" class=\"button\">Order and pay</button>"
        #expect(html.components(of: button) == 1)
    }

    @Test func aChoiceIsKeptAfterARefusal() {
        var page = ShopPages.shop()
        page.choice = ShopPages.choice
        page.notice = .outOfStock(ShopPages.product("cap"))
        let html = html(page)
        #expect(html.contains("class=\"notice\" >There are not enough left of Cap."))
        #expect(html.components(of: "step=\"1\" value=\"2\"") == 1)
        #expect(html.components(of: "step=\"1\" value=\"3\"") == 1)
        #expect(html.contains("data-percent=\"20\" selected>"))
    }

    @Test func whoLacksPointsIsToldHowManyAndCanCharge() {
        var page = ShopPages.shop()
        page.choice = ShopPages.choice
        // 86,000 less a fifth, and 60,000 are there.
        #expect(page.missing == 8_800)
        page.notice = .insufficientPoints(missing: page.missing)
        let html = html(page)
        #expect(html.contains("8,800 points are missing. Nothing was bought."))
        #expect(html.contains("step=\"1\" value=\"8800\""))
        #expect(html.contains("action=\"/shop/charge\" >"))
    }

    @Test func whatIsMissingIsAtLeastOneAndNeverBeyondTheLimit() {
        var page = ShopPages.shop()
        #expect(page.missing == 1)
        page.products = [
            Product(id: ShopPages.product("cap"), name: "Cap", price: Points.max, stock: 9)
        ]
        page.choice.lines = [OrderLine(product: ShopPages.product("cap"), quantity: 10_000)]
        #expect(page.missing == Points.max)
    }

    @Test func aReceiptShowsWhatWasBought() {
        let html = html(ShopPages.bought)
        #expect(html.contains("aria-labelledby=\"receipt-title\" >"))
        #expect(html.contains("<dd id=\"order-number\">o_9</dd>"))
        #expect(html.contains("<dd id=\"bought\">2 × Cap, 3 × Mug</dd>"))
        #expect(html.contains("<dd id=\"paid-discount\">17,200 points</dd>"))
        #expect(html.contains("<dd id=\"paid-amount\">68,800 points</dd>"))
        #expect(html.contains("<dd id=\"paid-balance\">1,200 points</dd>"))
        // The next order has a key of its own.
        #expect(!ShopTests.html(ShopPages.bought).contains(ShopPages.bought.keys.pay))
    }

    @Test func anOrderOfUnknownFateIsOfferedAgainWithItsKeyAndNothingElse() {
        let page = ShopPages.pending
        let html = html(page)
        #expect(html.contains("data-view=\"pending\""))
        #expect(html.contains("aria-labelledby=\"pending-title\" >"))
        #expect(html.contains("type=\"hidden\" name=\"key\" value=\"\(page.keys.pay)\""))
        #expect(html.contains("type=\"hidden\" name=\"coupon\" value=\"c:1\""))
        #expect(html.contains("type=\"hidden\" name=\"q:cap\" value=\"2\""))
        #expect(html.contains("type=\"hidden\" name=\"q:mug\" value=\"3\""))
        #expect(html.contains("<form id=\"order\" method=\"post\" action=\"/shop/order\" hidden>"))
        #expect(html.contains("action=\"/shop/charge\" hidden>"))
    }

    @Test func aChargeOfUnknownFateIsOfferedAgainAsItWas() {
        var page = Self.away
        page.pendingCharge = 500
        let html = html(page)
        #expect(html.contains("data-view=\"pending\""))
        #expect(html.contains("step=\"1\" value=\"500\" readonly>"))
        #expect(html.contains("action=\"/shop/charge\" >"))
    }

    @Test func whoIsNotKnownCanLookAndNotBuy() {
        let html = html(ShopPage(language: .en, visitor: nil, products: ShopPages.products))
        #expect(html.contains("class=\"notice\" >We do not know who you are."))
        #expect(html.contains("<label for=\"quantity-1\">Cap</label>"))
        #expect(html.contains("<div class=\"actions\" hidden>"))
        #expect(html.contains("action=\"/shop/charge\" hidden>"))
    }

    @Test func anEmptyShopSaysSo() {
        let html = html(ShopPage(language: .en, visitor: ShopPages.visitor, products: []))
        #expect(html.contains("<p class=\"card\" >There is nothing in the shop yet.</p>"))
        #expect(html.contains("action=\"/shop/order\" hidden>"))
    }

    @Test func everyNoticeIsShown() {
        for notice in ShopNotice.allCases {
            var page = ShopPages.shop()
            page.notice = .plain(notice)
            let text = Words.shop[.en]["notices.\(notice.rawValue)"]
            #expect(html(page).contains("<p id=\"notice\" class=\"notice\" >\(text)</p>"))
        }
    }

    @Test func hostileTextsStayText() throws {
        let hostile = "\"><script>alert('&')</script>"
        var page = ShopPages.bought
        page.products = [
            Product(id: ShopPages.product("cap"), name: hostile, price: 1, stock: 1)
        ]
        page.coupons = [
            ShopPage.Usable(
                coupon: ShopPages.id("c:1"),
                sequence: 1,
                name: hostile,
                discount: .amount(1)
            )
        ]
        page.notice = .outOfStock(ShopPages.product("cap"))
        let html = html(page)
        #expect(!html.contains("<script>"))
        // The notice, the receipt, the label, what the script reads, the coupon.
        #expect(html.components(of: "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)") == 5)
    }
}

@Suite struct OrderFormTests {
    private func order(_ text: String) throws(OrderForm.Fault) -> OrderForm {
        guard let form = FormBody(Array(text.utf8)) else { preconditionFailure("too long") }
        return try OrderForm(form)
    }

    @Test func linesAreTheFieldsThatAreNotEmpty() throws {
        let order = try order("key=k&q%3Acap=2&q%3Amug=&q%3Asign=0&q:pen=3&coupon=c:1")
        #expect(
            order.lines == [
                OrderLine(product: ShopPages.product("cap"), quantity: 2),
                OrderLine(product: ShopPages.product("pen"), quantity: 3),
            ]
        )
        #expect(order.coupon == ShopPages.id("c:1"))
        #expect(try self.order("q:cap=1&coupon=").coupon == nil)
    }

    @Test(arguments: [
        ("", OrderForm.Fault.empty), ("q:cap=0&q:mug=", .empty), ("q:cap=-1", .badQuantity),
        ("q:cap=1.5", .badQuantity), ("q:cap=x", .badQuantity), ("q:cap=10001", .badQuantity),
        ("q:cap=99999999999999999999", .badQuantity), ("q:=1", .badName),
        ("q:c%20p=1", .badName), ("q:cap=1&q:cap=2", .badName), ("q:cap=1&coupon=a%20b", .badName),
        ((0...50).map { "q:p\($0)=1" }.joined(separator: "&"), .tooMany),
    ])
    func whatIsNoOrderIsRefused(text: String, fault: OrderForm.Fault) {
        #expect(throws: fault) { try order(text) }
    }

    @Test func theSameOrderHasTheSameText() throws {
        let one = try order("q:cap=2&q:mug=3&coupon=c:1")
        #expect(one.text == (try order("coupon=c:1&q:mug=3&q:sign=0&q:cap=2")).text)
        for other in ["q:cap=2&q:mug=4&coupon=c:1", "q:cap=2&q:mug=3", "q:cap=2&coupon=c:1"] {
            #expect(one.text != (try order(other)).text)
        }
    }
}
