import JSON
import Testing

extension SaleContractTests {
    /// Who buys without credentials: whoever the ticket names.
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

        /// The whole way of the seat page: with the cookie alone.
        @Test(arguments: LedgerEngine.allCases)
        func aTicketIsEnoughToBuy(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.configure(night, #"{"capacity":5}"#)
            try await bed.site.openSale(night, #""seats":9,"price":10,"room":"\#(night)""#)
            let ticket = try await bed.site.entered(night, as: ann).ticket
            let cookie = ["Cookie": "onsale_ticket=\(ticket)", "Sec-Fetch-Site": "same-origin"]
            let page = cookie.merging(["Onsale-Room": night, "Idempotency-Key": "k"]) { $1 }
            let charged = try await post(
                bed.other,
                "/users/me/points/charges",
                page,
                #"{"amount":30}"#
            )
            #expect(charged.status == 201, "\(charged.text)")
            // The performance's own room needs no naming.
            let path = "/performances/\(night)/holds"
            let held = try await post(bed.other, path, cookie, #"{"seats":[1]}"#)
            #expect(held.status == 201, "\(held.text)")
            let spare = try await post(bed.other, path, page, #"{"seats":[2]}"#)
            let unwanted = try #require(spare.json?["hold"]?.string)
            let released = try await bed.site.request("DELETE", "/api/v1/holds/\(unwanted)", page)
            #expect(released.status == 204)
            let hold = try #require(held.json?["hold"]?.string)
            let second = page.merging(["Idempotency-Key": "p"]) { $1 }
            let paid = try await post(bed.other, "/payments", second, #"{"hold":"\#(hold)"}"#)
            #expect(paid.status == 201, "\(paid.text)")
            let points = try await bed.site.request("GET", "/api/v1/users/me/points", page)
            #expect(points.text == #"{"balance":20}"#)
            let payment = try #require(paid.json?["payment"]?.string)
            let third = page.merging(["Idempotency-Key": "c"]) { $1 }
            let cancelled = try await post(bed.other, "/payments/\(payment)/cancel", third)
            #expect(cancelled.status == 200, "\(cancelled.text)")
            // It was ann's all the time.
            #expect(try await bed.site.balance(ann) == 30)
            let list = try await bed.site.get("/users/me/payments", as: ann).json?.array
            #expect(list?.count == 1)
            let header = ["Onsale-Ticket": ticket, "Onsale-Room": night]
            let told = try await bed.site.request("GET", "/api/v1/users/me/points", header)
            #expect(told.text == #"{"balance":30}"#)
        }

        @Test(arguments: LedgerEngine.allCases)
        func aTicketMustBeOfTheRoomThatIsNamed(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), other = ServerBed.room()
            for room in [night, other] { try await bed.site.configure(room, "{}") }
            try await bed.site.openSale(night, #""seats":9,"price":10,"room":"\#(night)""#)
            let ticket = try await bed.site.entered(other, as: "ann").ticket
            let cookie = ["Cookie": "onsale_ticket=\(ticket)"]
            let path = "/performances/\(night)/holds"
            let body = #"{"seats":[1]}"#
            expectProblem(try await post(bed.site, path, cookie, body), 403, "ticket_invalid")
            // A good ticket of another room names its owner, who is not inside this one.
            let named = cookie.merging(["Onsale-Room": other]) { $1 }
            expectProblem(try await post(bed.site, path, named, body), 403, "not_admitted")
            let points = "/api/v1/users/me/points"
            let unnamed = try await bed.site.request("GET", points, cookie)
            expectProblem(unnamed, 401, "unauthenticated", naming: "Onsale-Room")
            let wrong = cookie.merging(["Onsale-Room": night]) { $1 }
            expectProblem(try await bed.site.request("GET", points, wrong), 403, "ticket_invalid")
            let odd = cookie.merging(["Onsale-Room": "a b"]) { $1 }
            expectProblem(
                try await bed.site.request("GET", points, odd),
                400,
                "invalid_request",
                naming: "Onsale-Room"
            )
            for forged in [String(ticket.dropLast()) + "x", "x", ticket + "A"] {
                let headers = ["Onsale-Ticket": forged, "Onsale-Room": other]
                let answer = try await bed.site.request("GET", points, headers)
                expectProblem(answer, 403, "ticket_invalid", "\(forged)")
            }
        }

        /// A browser sends the cookie for whoever made it ask: another site must not buy with it.
        @Test(arguments: LedgerEngine.allCases)
        func anotherSiteCannotBuyWithTheCookie(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let ticket = try await bed.site.entered(room, as: room).ticket
            func charge(_ headers: [String: String]) async throws -> Answer {
                let key = ["Idempotency-Key": "k", "Onsale-Room": room]
                let all = headers.merging(key) { $1 }
                return try await post(bed.site, "/users/me/points/charges", all, #"{"amount":1}"#)
            }
            for site in ["cross-site", "same-site", "anything"] {
                let headers = ["Cookie": "onsale_ticket=\(ticket)", "Sec-Fetch-Site": site]
                expectProblem(try await charge(headers), 403, "forbidden", "\(site)")
            }
            #expect(try await bed.site.balance(room) == 0)
            // Reading tells the other site nothing: it cannot see the answer.
            let read = try await bed.site.request(
                "GET",
                "/api/v1/users/me/points",
                [
                    "Cookie": "onsale_ticket=\(ticket)", "Onsale-Room": room,
                    "Sec-Fetch-Site": "cross-site",
                ]
            )
            #expect(read.status == 200)
            // What no browser adds by itself was meant.
            let header = ["Onsale-Ticket": ticket, "Sec-Fetch-Site": "cross-site"]
            #expect(try await charge(header).status == 201)
            let none = ["Cookie": "onsale_ticket=\(ticket)", "Sec-Fetch-Site": "none"]
            #expect(try await charge(none).status == 201)
            #expect(try await charge(["Cookie": "onsale_ticket=\(ticket)"]).status == 201)
            #expect(try await bed.site.balance(room) == 1)
        }

        /// Credentials count, whatever ticket the browser still has.
        @Test(arguments: LedgerEngine.allCases)
        func credentialsGoBeforeTickets(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let ticket = try await bed.site.entered(room, as: "ann-\(room)").ticket
            try await bed.site.charge("bob-\(room)", 5)
            let answer = try await bed.site.request(
                "GET",
                "/api/v1/users/me/points",
                [
                    "Cookie": "onsale_ticket=\(ticket)", "Onsale-Room": room,
                    "X-User-Id": "bob-\(room)",
                ]
            )
            #expect(answer.text == #"{"balance":5}"#)
        }
    }
}
