import JSON
import Testing

extension SaleContractTests {
    /// Who buys: whoever the credentials name, and nobody else.
    @Suite struct IdentityTests {
        private func post(
            _ site: Site,
            _ path: String,
            _ headers: [String: String],
            _ body: String = "{}"
        ) async throws -> Answer {
            let all = headers.merging(["Content-Type": "application/json"]) { $1 }
            return try await site.request("POST", "/api/v1\(path)", all, body: body)
        }

        /// A ticket proves a place in line. Who has somebody's ticket does not have their purse.
        @Test(arguments: LedgerEngine.allCases)
        func aTicketBuysAndReadsNothing(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.configure(night, #"{"capacity":5}"#)
            try await bed.site.openSale(night, #""seats":9,"price":10,"room":"\#(night)""#)
            try await bed.site.charge(ann, 30)
            let ticket = try await bed.site.entered(night, as: ann).ticket
            let hold = try await bed.site.hold([1], of: night, as: ann)
            let other = try await bed.site.hold([2], of: night, as: ann)
            let paid = try await bed.site.pay(hold, as: ann, key: "p")
            let payment = try #require(paid.json?["payment"]?.string)
            let tickets = [
                ["Onsale-Ticket": ticket], ["Cookie": "onsale_ticket=\(ticket)"],
                ["Cookie": "onsale_ticket_\(night)=\(ticket)", "Sec-Fetch-Site": "same-origin"],
            ]
            for ticket in tickets {
                let headers = ticket.merging(["Onsale-Room": night, "Idempotency-Key": "k"]) { $1 }
                let changes = [
                    ("/performances/\(night)/holds", #"{"seats":[3]}"#),
                    ("/payments", #"{"hold":"\#(other)"}"#), ("/payments/\(payment)/cancel", "{}"),
                    ("/users/me/points/charges", #"{"amount":1}"#),
                    ("/orders", #"{"lines":[{"product":"p","quantity":1}]}"#),
                    ("/orders/o/cancel", "{}"), ("/coupons/c/claims", "{}"),
                ]
                for (path, body) in changes {
                    let answer = try await post(bed.site, path, headers, body)
                    expectProblem(answer, 401, "unauthenticated", "\(path) \(ticket)")
                }
                for path in ["points", "payments", "orders", "coupons"] {
                    let path = "/api/v1/users/me/\(path)"
                    let answer = try await bed.site.request("GET", path, headers)
                    expectProblem(answer, 401, "unauthenticated", "\(path)")
                }
                let path = "/api/v1/holds/\(other)"
                let release = try await bed.site.request("DELETE", path, headers)
                expectProblem(release, 401, "unauthenticated")
            }
            #expect(try await bed.site.balance(ann) == 20)
            // Nor does the page of the seats tell what it knows of its owner.
            func page(_ user: String?) async throws -> Answer {
                var headers = ["Onsale-Ticket": ticket]
                headers["X-User-Id"] = user
                return try await bed.site.request("GET", "/performances/\(night)", headers)
            }
            expectProblem(try await page(nil), 401, "unauthenticated")
            expectProblem(try await page("eve"), 403, "ticket_invalid")
            #expect(try await page(ann).status == 200)
            // And pages that are there for everybody do not take it for nobody's.
            let coupon = #"{"name":"A","quantity":1,"discountAmount":1}"#
            #expect(try await bed.site.operate("PUT", "/coupons/\(night)", coupon).status == 200)
            for path in ["/shop", "/coupons/\(night)"] {
                let header = ["Onsale-Ticket": ticket, "Onsale-Room": night]
                let answer = try await bed.site.request("GET", path, header)
                expectProblem(answer, 401, "unauthenticated", "\(path)")
                #expect(try await bed.site.request("GET", path).status == 200, "\(path)")
            }
        }

        /// A browser sends cookies, and a proxy may add credentials, whoever made it ask.
        @Test(arguments: LedgerEngine.allCases)
        func anotherSiteChangesNothing(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), user = ServerBed.room()
            func charge(_ headers: [String: String]) async throws -> Answer {
                let all = headers.merging(["Idempotency-Key": "k", "X-User-Id": user]) { $1 }
                return try await post(bed.site, "/users/me/points/charges", all, #"{"amount":1}"#)
            }
            // As the client of these tests says it.
            let host = "test"
            let foreign = [
                ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"],
                ["Sec-Fetch-Site": "anything"], ["Origin": "https://elsewhere.example"],
                ["Origin": "null"], ["Origin": "http://\(host).elsewhere.example"],
                ["Origin": "http://localhost:1"], ["Origin": ""],
                ["Sec-Fetch-Site": "cross-site", "Origin": "http://\(host)"],
            ]
            for headers in foreign {
                expectProblem(try await charge(headers), 403, "forbidden", "\(headers)")
            }
            #expect(try await bed.site.balance(user) == 0)
            let own = [
                [:], ["Sec-Fetch-Site": "same-origin"], ["Sec-Fetch-Site": "none"],
                ["Origin": "http://\(host)"], ["Origin": "HTTPS://\(host)"],
            ]
            for headers in own { #expect(try await charge(headers).status == 201, "\(headers)") }
            #expect(try await bed.site.balance(user) == 1)
            // The line, the forms and the operator's side obey the same rule.
            let room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let origin = ["Origin": "https://elsewhere.example", "X-User-Id": user]
            for path in ["/api/v1/rooms/\(room)/tickets", "/rooms/\(room)/join", "/shop/order"] {
                let answer = try await bed.site.request("POST", path, origin)
                expectProblem(answer, 403, "forbidden", "\(path)")
            }
            let pause = "/admin/v1/rooms/\(room)/pause"
            let key = ["Authorization": "Bearer \(bed.site.adminKey)"].merging(origin) { $1 }
            let paused = try await bed.site.request("POST", pause, key)
            expectProblem(paused, 403, "forbidden")
            // To read tells the other site nothing: it cannot see the answer.
            let points = "/api/v1/users/me/points"
            let read = try await bed.site.request("GET", points, origin)
            #expect(read.status == 200)
        }
    }
}
