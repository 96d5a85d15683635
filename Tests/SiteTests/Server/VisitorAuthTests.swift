import Foundation
import JSON
import TestGate
import Testing
import TestRedis

/// `--auth visitor`: people without accounts.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct VisitorAuthTests {
    private func withSites(_ body: (Site, Site) async throws -> Void) async throws {
        try await ServerBed.with(sites: 0) { bed in
            let arguments = [
                "--redis", "unix:\(bed.redis.socketPath)", "--auth", "visitor", "--host", "0.0.0.0",
            ]
            let site = try await Site.start(data: bed.data, arguments)
            #expect(!site.process.errors.contains("WARNING"))
            let keys = ["--ticket-key-file", bed.data + "/ticket.key"]
            let other = try await Site.start(data: bed.data + "/other", arguments + keys)
            try await site.configure("shop", #"{"capacity":0}"#)
            try await body(site, other)
        }
    }

    private func visitor(_ site: Site) async throws -> (name: String, token: String) {
        let answer = try await site.request("POST", "/api/v1/visitors")
        #expect(answer.status == 201 && answer.header("Cache-Control") == "no-store")
        let json = try #require(answer.json)
        return (try #require(json["visitor"]?.string), try #require(json["token"]?.string))
    }

    @Test func aTokenNamesAVisitorAtEveryProcess() async throws {
        try await withSites { site, other in
            let ann = try await visitor(site), bob = try await visitor(other)
            #expect(ann.name != bob.name)
            let path = "/api/v1/rooms/shop/tickets"
            let bearer = ["Authorization": "Bearer \(ann.token)"]
            let entered = try await site.request("POST", path, bearer)
            #expect(entered.status == 202)
            let again = try await other.request("POST", path, bearer)
            #expect(try TicketDocument(again).ticket == TicketDocument(entered).ticket)
            let points = try await other.request("GET", "/api/v1/users/me/points", bearer)
            #expect(points.text == #"{"balance":0}"#)
            // Names are given, not taken.
            let forged = [
                ["X-User-Id": ann.name], ["Authorization": "Bearer \(ann.name)"],
                ["Authorization": "Bearer \(ann.token.dropLast())x"], ["X-User-Id": "ann"],
                ["Authorization": "Bearer \(try TicketDocument(entered).ticket)"],
                ["Cookie": "onsale_visitor=\(ann.name)"], ["Cookie": "onsale_visitor=web-ann"],
            ]
            for headers in forged {
                let answer = try await site.request("POST", path, headers)
                expectProblem(answer, 401, "unauthenticated", "\(headers)")
            }
        }
    }

    /// Without a script, and as the page's script calls.
    @Test func aBrowserIsOneVisitorOnEveryPage() async throws {
        try await withSites { site, other in
            try await site.openSale("night", #""seats":9,"price":10,"room":null"#)
            let browser = Browser(site)
            #expect(try await browser.post("/rooms/shop/join").status == 303)
            let cookie = try #require(browser.cookies["onsale_visitor"])
            #expect(try await browser.get("/rooms/shop").text.contains("data-view=\"waiting\""))
            let charge = try await browser.post(
                "/performances/night/charge",
                "amount=25&key=form-1"
            )
            #expect(charge.status == 303)
            #expect(browser.cookies["onsale_visitor"] == cookie)
            let script = ["Cookie": "onsale_visitor=\(cookie)", "Sec-Fetch-Site": "same-origin"]
            let points = try await site.request("GET", "/api/v1/users/me/points", script)
            #expect(points.text == #"{"balance":25}"#)
            let foreign = script.merging(["Sec-Fetch-Site": "cross-site"]) { $1 }
            let claim = try await other.request("POST", "/api/v1/coupons/c/claims", foreign)
            expectProblem(claim, 403, "forbidden")
            // Over HTTPS the cookie says that this host has set it.
            let https = ["X-Forwarded-Proto": "https, http"]
            let page = try await site.request("GET", "/shop", https)
            let set = try #require(page.header("Set-Cookie"))
            #expect(set.hasPrefix("__Host-onsale_visitor=") && set.hasSuffix("; Secure"))
        }
    }

    @Test func otherServersGiveNoNames() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let answer = try await bed.site.request("POST", "/api/v1/visitors")
            expectProblem(answer, 404, "not_found")
        }
    }
}
