import JSON
import Testing

extension SaleContractTests {
    /// Charges that have a name elsewhere: a payment provider's transactions.
    @Suite struct ChargeReferenceTests {
        private func own(_ site: Site, _ user: String, _ key: String, _ body: String)
            async throws -> Answer
        {
            try await site.post("/users/me/points/charges", as: user, key: key, body)
        }

        private func hook(_ site: Site, _ user: String, _ body: String) async throws -> Answer {
            try await site.operate("POST", "/users/\(user)/points/charges", body)
        }

        @Test(arguments: LedgerEngine.allCases)
        func aReferenceOfAUserCountsOnceUnderAnyKey(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), ann = "ann-\(ServerBed.room())"
            let body = #"{"amount":70,"reference":"psp tx~1"}"#
            let first = try await own(bed.site, ann, "1", body)
            #expect(first.status == 201 && first.text == #"{"balance":70}"#)
            let again = try await own(bed.other, ann, "2", body)
            #expect(again.status == 200 && again.text == #"{"balance":70}"#)
            let more = try await own(bed.other, ann, "3", #"{"amount":71,"reference":"psp tx~1"}"#)
            expectProblem(more, 409, "reference_used")
            let none = try await own(bed.site, ann, "4", #"{"amount":5,"reference":null}"#)
            #expect(none.status == 201 && none.text == #"{"balance":75}"#)
            for bad in [#""""#, #""\u00e9""#, "7", "\"\(String(repeating: "r", count: 256))\""] {
                let answer = try await own(bed.site, ann, "b", #"{"amount":1,"reference":\#(bad)}"#)
                expectProblem(answer, 400, "invalid_request", naming: "reference", "\(bad)")
            }
            #expect(try await bed.site.balance(ann) == 75)
        }

        @Test(arguments: LedgerEngine.allCases)
        func aProvidersBackEndChargesAnyUserOnce(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tx = ServerBed.room()
            // `auth0|a/b-...`
            let path = "auth0%7Ca%2Fb-\(tx)"
            let body = #"{"amount":70,"reference":"\#(tx)"}"#
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for index in 0..<20 {
                    let site = index % 2 == 0 ? bed.site : bed.other
                    group.addTask { try await hook(site, path, body) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.status == 201 } == 1)
            #expect(answers.count { $0.status == 200 } == 19)
            #expect(Set(answers.map(\.text)) == [#"{"balance":70}"#])
            let other = try await hook(bed.site, "bob", body)
            expectProblem(other, 409, "reference_used")
            let most = try await hook(bed.site, path, #"{"amount":71,"reference":"\#(tx)"}"#)
            expectProblem(most, 409, "reference_used")
            let unnamed = try await hook(bed.site, path, #"{"amount":71}"#)
            expectProblem(unnamed, 400, "invalid_request", naming: "reference")
            let bad = try await hook(bed.site, "a%20b", body)
            expectProblem(bad, 400, "invalid_request", naming: "user")
            let stranger = try await bed.site.request(
                "POST",
                "/admin/v1/users/\(path)/points/charges",
                ["X-User-Id": "ann", "Content-Type": "application/json"],
                body: body
            )
            expectProblem(stranger, 401, "unauthenticated")
            #expect(answers[0].header("Cache-Control") == "no-store")
            let next = try await hook(bed.site, path, #"{"amount":1,"reference":"\#(tx)-2"}"#)
            #expect(next.status == 201 && next.text == #"{"balance":71}"#)
        }
    }
}
