import Foundation
import JSON
import TestGate
import Testing
import TestRedis

/// The seat page as a browser without a script uses it: forms, cookies, redirects.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct SeatPageTests {
    @Test func aPurchaseGoesStraightThroughFromTheRoom() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.configure("hall", #"{"capacity":1}"#)
            try await bed.site.openSale("show", #""seats":3,"price":70,"room":"hall""#)
            let page = "/performances/show"
            let browser = Browser(bed.site)
            let stranger = try await browser.get(page)
            #expect(notice(in: stranger)?.hasPrefix("You are not inside") == true)
            #expect(try await browser.post(page + "/hold", "seat=1").status == 403)

            let query = "?continue=%2Fperformances%2Fshow"
            #expect(try await browser.post("/rooms/hall/join\(query)").status == 303)
            let room = try await browser.get("/rooms/hall\(query)").text
            #expect(room.contains("href=\"/performances/show\" >"))
            #expect(notice(in: try await browser.get(page)) == nil)

            let made = try await browser.post(page + "/hold", "seat=1&seat=3")
            #expect(made.status == 303 && made.header("Location") == page)
            let held = try await browser.get(page).text
            #expect(held.contains("data-view=\"held\""))
            #expect(held.contains("<dd id=\"held-seats\">1, 3</dd>"))
            let hold = try #require(field("hold", in: held))

            let poor = try await browser.post(page + "/pay", "hold=\(hold)&key=k1")
            #expect(poor.status == 402 && poor.text.contains("140 points are missing"))
            #expect(try await browser.post(page + "/charge", "amount=200&key=c1").status == 303)
            #expect(try await browser.post(page + "/charge", "amount=200&key=c1").status == 303)

            // The first key is used up by its refusal; the page has brought another.
            let key = try #require(poor.text.pieces(of: "name=\"key\" value=\"").last)
            let paid = try await browser.post(page + "/pay", "hold=\(hold)&key=\(key)")
            #expect(paid.status == 200 && paid.text.contains("data-view=\"paid\""))
            #expect(paid.text.contains("<dd id=\"paid-balance\">60 points</dd>"))
            // A reload sends the form again.
            let again = try await browser.post(page + "/pay", "hold=\(hold)&key=\(key)")
            let payments = [paid, again].map { $0.text.pieces(of: "<dd id=\"payment\">").first }
            #expect(payments[0] != nil && payments[0] == payments[1])
            #expect(browser.cookies["onsale_hold"] == "")
            #expect(try await bed.site.seats("show") == ["sold", "free", "sold"])
            let after = try await browser.get(page)
            #expect(notice(in: after)?.hasPrefix("You are not inside") == true)
        }
    }

    @Test func aFormFromAnotherSiteDoesNothing() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.openSale("show", #""seats":3,"price":0"#)
            let browser = Browser(bed.site)
            _ = try await browser.get("/performances/show")
            for form in ["hold", "pay", "give-back", "charge"] {
                let answer = try await browser.post(
                    "/performances/show/\(form)",
                    "seat=1&hold=x&key=k&amount=5",
                    from: "cross-site"
                )
                #expect(answer.status == 403, "\(form)")
            }
            #expect(try await bed.site.seats("show") == ["free", "free", "free"])
            // The same form from this site's own page does something.
            let own = try await browser.post("/performances/show/hold", "seat=1")
            #expect(own.status == 303)
            #expect(try await bed.site.seats("show") == ["held", "free", "free"])
        }
    }

    @Test func whatCannotBeHeldIsSaidOnThePage() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let settings = #""seats":5,"price":1,"maxSeatsPerUser":2"#
            try await bed.site.openSale("show", settings)
            _ = try await bed.site.hold([2], of: "show", as: "rival")
            let page = "/performances/show/hold"
            let cases: [(body: String, status: Int, says: String)] = [
                ("seat=1&seat=2", 409, "No longer free: 2."),
                ("seat=1&seat=3&seat=4", 409, "at the most"),
                ("", 400, "Choose at least one seat."),
                ("seat=0", 400, "Choose at least one seat."),
                ("seat=%31x", 400, "Choose at least one seat."),
                ("seat=1&seat=9", 404, "That did not work."),
            ]
            for (body, status, says) in cases {
                let answer = try await Browser(bed.site).post(page, body)
                #expect(answer.status == status, "\(body)")
                #expect(notice(in: answer)?.contains(says) == true, "\(body)")
                #expect(answer.header("Set-Cookie")?.contains("onsale_hold") != true)
            }
            #expect(try await bed.site.seats("show").filter { $0 != "free" }.count == 1)
        }
    }

    @Test func anothersHoldIsNeitherPaidNorGivenBack() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.openSale("show", #""seats":2,"price":0"#)
            let hold = try await bed.site.hold([2], of: "show", as: "rival")
            let browser = Browser(bed.site)
            let pay = try await browser.post("/performances/show/pay", "hold=\(hold)&key=k")
            #expect(pay.status == 403)
            _ = try await browser.post("/performances/show/give-back", "hold=\(hold)")
            #expect(try await bed.site.seats("show") == ["free", "held"])
            // Its own it gives back.
            _ = try await browser.post("/performances/show/hold", "seat=1")
            let own = try #require(
                field("hold", in: try await browser.get("/performances/show").text)
            )
            let back = try await browser.post("/performances/show/give-back", "hold=\(own)")
            #expect(back.status == 303 && browser.cookies["onsale_hold"] == "")
            #expect(try await bed.site.seats("show") == ["free", "held"])
        }
    }

    @Test func aHoldIsPaidFromThePageWhileRedisIsAway() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.openSale("show", #""seats":2,"price":0"#)
            let browser = Browser(bed.site)
            _ = try await browser.post("/performances/show/hold", "seat=1")
            bed.redis.freeze()
            defer { bed.redis.thaw() }
            let held = try await browser.get("/performances/show")
            #expect(held.status == 200)
            #expect(notice(in: held)?.hasPrefix("The seats cannot be reached") == true)
            let hold = try #require(field("hold", in: held.text))
            let stranger = try await Browser(bed.site).get("/performances/show")
            #expect(stranger.status == 503 && stranger.text.contains("http-equiv=\"refresh\""))
            let paid = try await browser.post("/performances/show/pay", "hold=\(hold)&key=k")
            #expect(paid.status == 200 && paid.text.contains("data-view=\"paid\""))
        }
    }

    @Test func theFirstPageListsPerformances() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.configure("hall", #"{"capacity":1}"#)
            try await bed.site.openSale("show", #""seats":1234,"price":0,"room":"hall""#)
            let text = try await bed.site.request("GET", "/").text
            #expect(text.contains("href=\"/rooms/hall?continue=%2Fperformances%2Fshow\""))
            #expect(text.contains("<dd>1,234</dd>"))
            let unknown = try await bed.site.request("GET", "/performances/none")
            #expect(unknown.status == 404)
        }
    }
}
