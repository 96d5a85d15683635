import Foundation
import TestGate
import TestPrograms
import Testing
import TestPostgres
import TestRedis

@testable import TestKit

/// The shop page as a browser without a script uses it: forms, keys, cookies.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct ShopPageTests {
    private func key(_ answer: Answer) throws -> String {
        let order = try #require(answer.text.components(separatedBy: "id=\"order\"").last)
        return try #require(field("key", in: order))
    }

    private func orderNumber(_ answer: Answer) -> String? {
        answer.text.pieces(of: "<dd id=\"order-number\">").first
    }

    @Test func anOrderIsPaidOnceHoweverOftenItsFormIsSent() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.supply("cap", 5, price: 30)
            try await bed.site.supply("mug", 5, price: 7)
            let browser = Browser(bed.site)
            let shop = try await browser.get("/shop")
            #expect(shop.text.contains("<dd id=\"balance\">0 points</dd>"))
            let order = "q:cap=2&q:mug=&coupon=&key=\(try key(shop))"
            let poor = try await browser.post("/shop/order", order)
            #expect(poor.status == 402 && notice(in: poor)?.contains("60 points are miss") == true)
            #expect(poor.text.contains("step=\"1\" value=\"60\""))

            for _ in 1...2 {
                let charge = try await browser.post("/shop/charge", "amount=100&key=c1")
                #expect(charge.status == 303 && charge.header("Location") == "/shop")
            }
            // The first key is used up by its refusal; the page has brought another.
            let again = "q:cap=2&q:mug=&coupon=&key=\(try key(poor))"
            let paid = try await browser.post("/shop/order", again)
            #expect(paid.status == 200)
            #expect(paid.text.contains("<dd id=\"paid-balance\">40 points</dd>"))
            let repeated = try await browser.post("/shop/order", again)
            #expect(orderNumber(paid) != nil && orderNumber(paid) == orderNumber(repeated))
            #expect(try await bed.site.stock("cap") == 3)
            #expect(try await browser.get("/shop").text.contains("<dd id=\"balance\">40 points"))
        }
    }

    @Test func twoClicksAtOnceBuyOnce() async throws {
        try await ServerBed.with { bed in
            try await bed.site.supply("cap", 50, price: 1)
            let browser = Browser(bed.site)
            _ = try await browser.post("/shop/charge", "amount=100&key=c")
            let cookie = browser.cookies.map { "\($0.key)=\($0.value)" }.joined()
            let headers = [
                "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded",
                "Sec-Fetch-Site": "same-origin",
            ]
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                let body = "q:cap=3&key=k"
                for click in 0..<8 {
                    let site = bed.sites[click % 2]
                    group.addTask {
                        try await site.request("POST", "/shop/order", headers, body: body)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let bought = answers.filter { $0.status == 200 }
            #expect(!bought.isEmpty)
            #expect(Set(bought.map(orderNumber)).count == 1)
            // Who was too quick for an answer is offered the same order, with the same key.
            for answer in answers where answer.status != 200 {
                #expect(answer.status == 409 && answer.text.contains("data-view=\"pending\""))
                #expect(answer.text.contains("name=\"key\" value=\"k\""))
                #expect(answer.text.contains("name=\"q:cap\" value=\"3\""))
            }
            #expect(try await bed.site.stock("cap") == 47)
        }
    }

    @Test func aCouponThatTakesNothingOffIsOfferedOn() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.supply("pin", 5, price: 1)
            let browser = Browser(bed.site)
            let discount = #"{"name":"Ten","quantity":5,"discountPercent":10}"#
            #expect(try await bed.site.operate("PUT", "/coupons/ten", discount).status == 200)
            _ = try await browser.post("/coupons/ten/claim", "")
            _ = try await browser.post("/shop/charge", "amount=100&key=c")
            let answer = try await browser.post("/shop/order", "q:pin=1&coupon=ten&key=k")
            #expect(answer.status == 409 && notice(in: answer)?.contains("coupon") == true)
            #expect(answer.text.contains("<option value=\"ten\""))
            #expect(try await bed.site.stock("pin") == 5)
        }
    }

    @Test func aCouponIsOfferedUntilItIsUsed() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.supply("cap", 5, price: 100)
            let coupon = #"{"name":"Welcome","quantity":9,"discountPercent":20}"#
            _ = try await bed.site.operate("PUT", "/coupons/c", coupon)
            let browser = Browser(bed.site)
            #expect(try await !browser.get("/shop").text.contains("<option value=\"c\""))
            _ = try await browser.post("/coupons/c/claim")
            _ = try await browser.post("/shop/charge", "amount=1000&key=c")
            let option = "<option value=\"c\" data-amount=\"\" data-percent=\"20\" >Welcome · 20 %"
            #expect(try await browser.get("/shop").text.contains(option))
            let paid = try await browser.post("/shop/order", "q:cap=2&coupon=c&key=k1")
            #expect(paid.text.contains("<dd id=\"paid-discount\">40 points</dd>"))
            #expect(paid.text.contains("<dd id=\"paid-amount\">160 points</dd>"))
            #expect(!paid.text.contains("<option value=\"c\""))
            let twice = try await browser.post("/shop/order", "q:cap=2&coupon=c&key=k2")
            #expect(twice.status == 409)
            #expect(notice(in: twice)?.hasPrefix("This coupon cannot be used") == true)
            #expect(try await bed.site.stock("cap") == 3)
        }
    }

    @Test func whatCannotBeOrderedIsSaidOnThePageAndTheChoiceKept() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.supply("cap", 2, price: 1)
            let browser = Browser(bed.site)
            _ = try await browser.post("/shop/charge", "amount=1000&key=c")
            let cases: [(body: String, status: Int, says: String)] = [
                ("q:cap=3&key=1", 409, "There are not enough left of"),
                ("q:none=1&key=2", 404, "Something you chose is no longer sold."),
                ("q:cap=&key=3", 400, "Say how many you want"),
                ("q:cap=1.5&key=4", 400, "Enter whole numbers"),
                ("q:cap=1", 400, "That did not work."),
                ("q:cap=1&coupon=none&key=5", 409, "This coupon cannot be used"),
                ("q:cap=2&key=1", 422, "An order was sent from this page before."),
            ]
            for (body, status, says) in cases {
                let answer = try await browser.post("/shop/order", body)
                #expect(answer.status == status, "\(body)")
                #expect(notice(in: answer)?.hasPrefix(says) == true, "\(body)")
            }
            let kept = try await browser.post("/shop/order", "q:cap=2&coupon=none&key=6")
            #expect(kept.text.contains("step=\"1\" value=\"2\""))
            #expect(try await browser.post("/shop/charge", "amount=0&key=d").status == 400)
            #expect(try await bed.site.stock("cap") == 2)
        }
    }

    @Test func aFormFromAnotherSiteBuysNothing() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.supply("cap", 2, price: 0)
            let browser = Browser(bed.site)
            _ = try await browser.get("/shop")
            for form in ["order", "charge"] {
                let body = "q:cap=1&amount=5&key=k"
                let answer = try await browser.post("/shop/\(form)", body, from: "cross-site")
                #expect(answer.status == 403, "\(form)")
            }
            #expect(try await bed.site.stock("cap") == 2)
            #expect(try await browser.post("/shop/order", "q:cap=1&key=k").status == 200)
            #expect(try await bed.site.stock("cap") == 1)
        }
    }

    @Test func anOrderSentWhileTheLedgerDiesIsKeptForAnotherTry() async throws {
        try await withFolder { data in
            let redis = try TestRedis()
            defer { redis.stop() }
            let postgres = try PrivatePostgres()
            defer { postgres.stop() }
            let engines = ["--redis", "unix:\(redis.socketPath)", "--ledger", postgres.url()]
            let site = try await Site.start(data: data, engines)
            try await site.supply("cap", 5, price: 10)
            let browser = Browser(site)
            _ = try await browser.post("/shop/charge", "amount=100&key=c")
            try postgres.kill()
            let lost = try await browser.post("/shop/order", "q:cap=2&key=k")
            #expect(lost.status == 503 && lost.text.contains("data-view=\"pending\""))
            let charge = try await browser.post("/shop/charge", "amount=7&key=c7")
            #expect(charge.status == 503 && charge.text.contains("name=\"key\" value=\"c7\""))
            try await until("the server knows") {
                try await site.request("GET", "/readyz?for=sales").status == 503
            }
            try postgres.start()
            try await until("the server is ready") {
                try await site.request("GET", "/readyz?for=sales").status == 200
            }
            // What the page that came back sends.
            let key = try #require(field("key", in: try pending(lost)))
            #expect(key == "k")
            let lines = try #require(field("q:cap", in: try pending(lost)))
            let order = "q:cap=\(lines)&coupon=&key=\(key)"
            let paid = try await browser.post("/shop/order", order)
            let again = try await browser.post("/shop/order", order)
            #expect(paid.status == 200 && orderNumber(paid) == orderNumber(again))
            #expect(try await site.stock("cap") == 3)
        }
    }

    private func pending(_ answer: Answer) throws -> String {
        try #require(answer.text.components(separatedBy: "id=\"pending\"").last)
    }

    @Test func theFirstPageLeadsToTheShop() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.supply("cap", 2, price: 0)
            let text = try await bed.site.request("GET", "/").text
            #expect(text.contains("<a href=\"/shop\">Shop</a>"))
            #expect(text.contains("1 product"))
        }
    }
}
