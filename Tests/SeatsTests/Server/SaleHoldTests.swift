import JSON
import Testing

extension SaleContractTests {
    @Suite struct HoldTests {
        private func hold(_ site: Site, _ night: String, as user: String, _ body: String)
            async throws -> Answer
        {
            try await site.post("/performances/\(night)/holds", as: user, body)
        }

        private func release(_ site: Site, _ hold: String, as user: String) async throws -> Answer {
            try await site.request("DELETE", "/api/v1/holds/\(hold)", ["X-User-Id": user])
        }

        @Test(arguments: LedgerEngine.allCases)
        func aHoldSaysWhatItIs(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.openSale(night, #""seats":9,"price":10"#)
            let answer = try await hold(bed.site, night, as: "ann", #"{"seats":[7,3]}"#)
            #expect(answer.status == 201)
            #expect(answer.header("Cache-Control") == "no-store")
            #expect(answer.names == ["hold", "performance", "seats", "amount", "expiresAt"])
            #expect(answer.json?["performance"]?.string == night)
            #expect(answer.json?["seats"]?.array == [.integer(3), .integer(7)])
            #expect(answer.json?["amount"]?.integer == 20)
            #expect(answer.json?["expiresAt"]?.string?.hasSuffix("Z") == true)
        }

        @Test(arguments: LedgerEngine.allCases)
        func seatsOfSomebodyElseAreNamed(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.openSale(night, #""seats":9,"price":10"#)
            _ = try await bed.site.hold([2, 4], of: night, as: "ann")
            let answer = try await hold(bed.other, night, as: "bob", #"{"seats":[1,2,3,4]}"#)
            #expect(answer.status == 409)
            #expect(answer.code == "seats_taken")
            #expect(answer.header("Content-Type") == "application/problem+json")
            #expect(answer.names == ["type", "title", "status", "code", "detail", "taken"])
            #expect(answer.json?["taken"]?.array == [.integer(2), .integer(4)])
            let states = try await bed.site.seats(night)
            #expect(states.filter { $0 == "held" }.count == 2)
        }

        @Test(arguments: LedgerEngine.allCases)
        func badSeatsAreRefused(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.openSale(night, #""seats":9,"price":10,"maxSeatsPerUser":2"#)
            let many = (1...101).map(String.init).joined(separator: ",")
            for seats in [
                "[]", "[0]", "[-1]", "[1,1]", "[1.5]", "[1e300]", #"["1"]"#, "null", "1", "{}",
                "[null]",
                "[\(many)]", "[9007199254740993]",
            ] {
                let answer = try await hold(bed.site, night, as: "ann", #"{"seats":\#(seats)}"#)
                expectProblem(answer, 400, "invalid_request", naming: "seats", "\(seats)")
            }
            let none = try await hold(bed.site, night, as: "ann", "{}")
            expectProblem(none, 400, "invalid_request", naming: "seats")
            let odd = try await hold(bed.site, night, as: "ann", #"{"seats":[1],"row":1}"#)
            expectProblem(odd, 400, "invalid_request", naming: "row")
            let unknown = try await hold(bed.site, night, as: "ann", #"{"seats":[10,1]}"#)
            expectProblem(unknown, 404, "not_found", naming: "10")
            let limit = try await hold(bed.site, night, as: "ann", #"{"seats":[1,2,3]}"#)
            expectProblem(limit, 409, "seat_limit", naming: "2")
            let nowhere = try await hold(bed.site, "no-\(night)", as: "ann", #"{"seats":[1]}"#)
            expectProblem(nowhere, 404, "not_found")
            let untyped = ["X-User-Id": "ann"]
            let path = "/api/v1/performances/\(night)/holds"
            let answer = try await bed.site.request("POST", path, untyped, body: "{}")
            expectProblem(answer, 415, "unsupported_media_type")
            #expect(try await bed.other.seats(night).allSatisfy { $0 == "free" })
        }

        @Test(arguments: LedgerEngine.allCases)
        func onlyTheAdmittedHoldSeats(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.configure(night, #"{"capacity":1}"#)
            try await bed.site.openSale(night, #""seats":9,"price":10,"room":"\#(night)""#)
            let early = try await hold(bed.site, night, as: "ann", #"{"seats":[1]}"#)
            expectProblem(early, 403, "not_admitted")
            let ticket = try await bed.site.entered(night, as: "ann")
            #expect(ticket.state == "admitted")
            let held = try await hold(bed.other, night, as: "ann", #"{"seats":[1]}"#)
            #expect(held.status == 201)
            #expect(try await bed.site.leave(night, as: "ann", ticket.ticket).status == 204)
            let late = try await hold(bed.site, night, as: "ann", #"{"seats":[2]}"#)
            expectProblem(late, 403, "not_admitted")
            let closed = ServerBed.room()
            try await bed.site.openSale(
                closed,
                #""seats":9,"price":10,"opening":"2999-01-01T00:00:00Z""#
            )
            let before = try await hold(bed.site, closed, as: "ann", #"{"seats":[1]}"#)
            expectProblem(before, 403, "not_admitted")
        }

        @Test(arguments: LedgerEngine.allCases)
        func whatIsSoldOutIsGone(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.openSale(night, #""seats":1,"price":0"#)
            let first = try await bed.site.hold([1], of: night, as: "ann")
            #expect(try await bed.site.pay(first, as: "ann", key: night).status == 201)
            let answer = try await hold(bed.other, night, as: "bob", #"{"seats":[1]}"#)
            expectProblem(answer, 410, "performance_sold_out")
        }

        @Test(arguments: LedgerEngine.allCases)
        func aHoldIsGivenBackByItsOwner(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.openSale(night, #""seats":9,"price":10"#)
            let token = try await bed.site.hold([1], of: night, as: "ann")
            expectProblem(try await release(bed.other, token, as: "bob"), 403, "forbidden")
            #expect(try await bed.site.seats(night)[0] == "held")
            #expect(try await release(bed.other, token, as: "ann").status == 204)
            #expect(try await bed.site.seats(night)[0] == "free")
            // Over, and over again.
            #expect(try await release(bed.site, token, as: "ann").status == 204)
            // A token may end in `x` by chance.
            let other = token.last == "x" ? "w" : "x"
            for forged in ["x", String(token.dropLast()) + other, token + "A"] {
                let answer = try await release(bed.site, forged, as: "ann")
                expectProblem(answer, 404, "not_found", "\(forged)")
            }
            let nobody = try await bed.site.request("DELETE", "/api/v1/holds/\(token)")
            expectProblem(nobody, 401, "unauthenticated")
        }
    }
}
