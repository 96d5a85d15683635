import Foundation
import JSON
import TestGate
import Testing
import TestRedis

@testable import TestKit

/// The coupon page as a browser without a script uses it.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct CouponPageTests {
    private func offer(_ site: Site, _ coupon: String, _ more: String) async throws {
        let body = #"{"name":"Welcome","discountPercent":20,\#(more)}"#
        let answer = try await site.operate("PUT", "/coupons/\(coupon)", body)
        guard answer.status == 200 else { throw Unexpected(answer) }
    }

    private func issued(_ site: Site, _ coupon: String) async throws -> Int64? {
        try await site.request("GET", "/api/v1/coupons/\(coupon)").json?["issued"]?.integer
    }

    @Test func aCouponIsClaimedByAFormOncePerBrowser() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await offer(bed.site, "c", #""quantity":2"#)
            let page = "/coupons/c"
            let browser = Browser(bed.site)
            let fresh = try await browser.get(page)
            #expect(fresh.text.contains("data-view=\"open\""))
            #expect(fresh.text.contains("<dd id=\"remaining\">2 of 2</dd>"))
            let made = try await browser.post(page + "/claim")
            #expect(made.status == 303 && made.header("Location") == page)
            let own = try await browser.get(page).text
            #expect(own.contains("<p id=\"sequence\" class=\"number\">1</p>"))
            let again = try await browser.post(page + "/claim")
            #expect(again.status == 409)
            #expect(notice(in: again) == "You have number 1 already.")

            let second = Browser(bed.site)
            #expect(try await second.post(page + "/claim").status == 303)
            let late = try await Browser(bed.site).post(page + "/claim")
            #expect(late.status == 410 && notice(in: late) == "All are gone.")
            #expect(late.text.contains("data-view=\"finished\""))
            #expect(try await issued(bed.site, "c") == 2)
        }
    }

    @Test func thePageAndItsScriptClaimForTheSameVisitor() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await offer(bed.site, "c", #""quantity":9"#)
            let browser = Browser(bed.site)
            let user = try #require(
                try await browser.get("/coupons/c").text.pieces(of: "data-who=\"").first
            )
            let cookie = try #require(browser.cookies["onsale_visitor"])
            let claims = "/api/v1/coupons/c/claims"
            let asPage = ["Cookie": "onsale_visitor=\(cookie)", "Sec-Fetch-Site": "same-origin"]
            #expect(try await bed.site.request("POST", claims, asPage).status == 201)
            #expect(try await browser.get("/coupons/c").text.contains("data-view=\"yours\""))
            #expect(try await browser.post("/coupons/c/claim").status == 409)
            // Nobody becomes somebody by a cookie of their own making.
            for forged in [user, "web-ann", "ann", String(cookie.dropLast()) + "-"] {
                let forged = ["Cookie": "onsale_visitor=\(forged)"]
                let other = try await bed.site.request("GET", "/coupons/c", forged)
                #expect(!other.text.contains("data-who=\"\(user)\""))
                let claim = try await bed.site.request("POST", claims, forged)
                expectProblem(claim, 401, "unauthenticated")
            }
        }
    }

    @Test func aFormFromAnotherSiteClaimsNothing() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await offer(bed.site, "c", #""quantity":9"#)
            let browser = Browser(bed.site)
            _ = try await browser.get("/coupons/c")
            #expect(try await browser.post("/coupons/c/claim", from: "cross-site").status == 403)
            #expect(try await issued(bed.site, "c") == 0)
            #expect(try await browser.post("/coupons/c/claim").status == 303)
            #expect(try await issued(bed.site, "c") == 1)
        }
    }

    @Test func whoComesTooEarlyOrTooLateIsToldSo() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await offer(bed.site, "early", #""quantity":9,"startsAt":"2099-01-01T00:00:00Z""#)
            try await offer(bed.site, "late", #""quantity":9,"endsAt":"2001-01-01T00:00:00Z""#)
            for (coupon, status, says) in [("early", 409, "Not yet"), ("late", 410, "It has end")] {
                let browser = Browser(bed.site)
                let page = try await browser.get("/coupons/\(coupon)")
                #expect(page.status == 200 && notice(in: page)?.hasPrefix(says) == true)
                let answer = try await browser.post("/coupons/\(coupon)/claim")
                #expect(answer.status == status, "\(coupon)")
                #expect(notice(in: answer)?.hasPrefix(says) == true, "\(coupon)")
                #expect(try await issued(bed.site, coupon) == 0)
            }
            #expect(try await Browser(bed.site).get("/coupons/none").status == 404)
            #expect(try await Browser(bed.site).post("/coupons/none/claim").status == 404)
        }
    }

    @Test func whileRedisIsAwayThePageTellsWhatTheLedgerKnows() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await offer(bed.site, "c", #""quantity":9"#)
            let browser = Browser(bed.site)
            _ = try await browser.post("/coupons/c/claim")
            bed.redis.freeze()
            defer { bed.redis.thaw() }
            let own = try await browser.get("/coupons/c")
            #expect(own.status == 200)
            #expect(own.text.contains("<p id=\"sequence\" class=\"number\">1</p>"))
            let newcomer = try await Browser(bed.site).post("/coupons/c/claim")
            #expect(newcomer.status == 503)
            #expect(notice(in: newcomer)?.hasPrefix("We still do not know") == true)
            #expect(newcomer.text.contains("action=\"/coupons/c/claim\" >"))
        }
    }

    @Test func aVisitorWhoseTokenThePageCannotSeeIsToldSo() async throws {
        try await ServerBed.with(sites: 0) { bed in
            let path = bed.data + "/visitors.key"
            try Data("a secret of at least thirty-two bytes".utf8).write(to: URL(filePath: path))
            let redis = "unix:\(bed.redis.socketPath)"
            let site = try await Site.start(
                data: bed.data,
                ["--redis", redis, "--auth", "jwt", "--jwt-secret", path]
            )
            try await offer(site, "c", #""quantity":9"#)
            let browser = Browser(site)
            for path in ["/coupons/c", "/shop"] {
                let page = try await browser.get(path)
                #expect(page.status == 200 && page.header("Set-Cookie") == nil)
                #expect(notice(in: page)?.hasPrefix("We do not know who you are.") == true)
            }
            for path in ["/coupons/c/claim", "/shop/order", "/shop/charge"] {
                #expect(try await browser.post(path, "amount=5&key=k&q:cap=1").status == 401)
            }
            #expect(try await issued(site, "c") == 0)
        }
    }

    @Test func theFirstPageLeadsToCouponsThatCanBeHad() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await offer(bed.site, "c", #""quantity":1"#)
            try await offer(bed.site, "late", #""quantity":9,"endsAt":"2001-01-01T00:00:00Z""#)
            let text = try await bed.site.request("GET", "/").text
            #expect(text.contains("<a href=\"/coupons/c\">Welcome</a>"))
            #expect(!text.contains("/coupons/late") && !text.contains("href=\"/shop\""))
            _ = try await Browser(bed.site).post("/coupons/c/claim")
            // The page is a second old at most.
            try await until("the coupon is gone from the page") {
                try await !bed.site.request("GET", "/").text.contains("/coupons/c")
            }
        }
    }
}
