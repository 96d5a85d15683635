import JSON
import Testing

extension SaleContractTests {
    @Suite struct PaymentTests {
        @Test(arguments: LedgerEngine.allCases)
        func aPaymentSaysWhatWasBought(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.openSale(night, #""seats":9,"price":10"#)
            try await bed.site.charge(ann, 100)
            let hold = try await bed.site.hold([7, 3], of: night, as: ann)
            let body = #"{"hold":"\#(hold)","coupon":null}"#
            let answer = try await bed.other.post("/payments", as: ann, key: "k", body)
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.header("Cache-Control") == "no-store")
            #expect(
                answer.names == [
                    "payment", "hold", "performance", "seats", "amount", "balance", "paidAt",
                ]
            )
            #expect(answer.json?["hold"]?.string == hold)
            #expect(answer.json?["performance"]?.string == night)
            #expect(answer.json?["seats"]?.array == [.integer(3), .integer(7)])
            #expect(answer.json?["amount"]?.integer == 20)
            #expect(answer.json?["balance"]?.integer == 80)
            let list = try await bed.site.get("/users/me/payments", as: ann)
            #expect(list.status == 200 && list.header("Cache-Control") == "no-store")
            let paid = try #require(list.json?.array)
            #expect(paid.count == 1)
            #expect(
                paid.first?.members?.map(\.name) == [
                    "payment", "performance", "seats", "amount", "state", "paidAt",
                ]
            )
            for name in ["payment", "performance", "seats", "amount", "paidAt"] {
                #expect(paid.first?[name] == answer.json?[name], "\(name)")
            }
            #expect(paid.first?["state"]?.string == "paid")
            let path = "/api/v1/concerts/\(night)/performances"
            let listing = try await bed.site.request("GET", path).json?.array?.first
            #expect(listing?["available"]?.integer == 7)
        }

        @Test(arguments: LedgerEngine.allCases)
        func whatCannotBePaidIsRefusedByName(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.openSale(night, #""seats":9,"price":10"#)
            let hold = try await bed.site.hold([1, 2], of: night, as: ann)
            let poor = try await bed.site.pay(hold, as: ann, key: "poor")
            expectProblem(poor, 402, "insufficient_points")
            try await bed.site.charge(ann, 19, key: "c1")
            expectProblem(
                try await bed.other.pay(hold, as: ann, key: "poorer"),
                402,
                "insufficient_points"
            )
            // The first answer of a key is its answer.
            try await bed.site.charge(ann, 1, key: "c2")
            let again = try await bed.other.pay(hold, as: ann, key: "poor")
            expectProblem(again, 402, "insufficient_points")
            let other = try await bed.site.pay(hold, as: "bob", key: "k")
            expectProblem(other, 403, "forbidden")
            expectProblem(try await bed.site.pay("x", as: ann, key: "x"), 404, "not_found")
            let coupon = #"{"hold":"\#(hold)","coupon":"c1"}"#
            let withCoupon = try await bed.site.post("/payments", as: ann, key: "cp", coupon)
            expectProblem(withCoupon, 409, "coupon_not_usable")
            #expect(try await bed.other.pay(hold, as: ann, key: "rich").status == 201)
            expectProblem(try await bed.site.pay(hold, as: ann, key: "2"), 409, "hold_expired")
            #expect(try await bed.site.balance(ann) == 0)
            let released = try await bed.site.hold([3], of: night, as: ann)
            let path = "/api/v1/holds/\(released)"
            #expect(try await bed.site.request("DELETE", path, ["X-User-Id": ann]).status == 204)
            let late = try await bed.other.pay(released, as: ann, key: "late")
            expectProblem(late, 409, "hold_expired")
        }

        @Test(arguments: LedgerEngine.allCases)
        func badPaymentsAreRefusedByName(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            for (body, field) in [
                ("{}", "hold"), (#"{"hold":null}"#, "hold"), (#"{"hold":1}"#, "hold"),
                (#"{"hold":"x","coupon":1}"#, "coupon"), (#"{"hold":"x","tip":1}"#, "tip"),
                ("[]", "body"), (#"{"hold":"\#(String(repeating: "h", count: 1_025))"}"#, "hold"),
            ] {
                let answer = try await bed.site.post("/payments", as: "ann", key: "k", body)
                expectProblem(answer, 400, "invalid_request", naming: field, "\(body)")
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func aCancelGivesSeatsAndPointsBackOnce(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.openSale(night, #""seats":2,"price":10"#)
            try await bed.site.charge(ann, 30)
            let hold = try await bed.site.hold([1, 2], of: night, as: ann)
            let paid = try await bed.site.pay(hold, as: ann, key: "k")
            let payment = try #require(paid.json?["payment"]?.string)
            let path = "/payments/\(payment)/cancel"
            expectProblem(try await bed.site.post(path, as: "bob", key: "c"), 403, "forbidden")
            for (site, key) in [(bed.other, "c"), (bed.site, "c"), (bed.site, "another")] {
                let answer = try await site.post(path, as: ann, key: key)
                #expect(answer.status == 200, "\(answer.text)")
                #expect(
                    answer.text == #"{"payment":"\#(payment)","state":"cancelled","balance":30}"#
                )
            }
            #expect(try await bed.site.seats(night) == ["free", "free"])
            let list = try await bed.other.get("/users/me/payments", as: ann).json?.array
            #expect(list?.map { $0["state"]?.string } == ["cancelled"])
            let unknown = try await bed.site.post("/payments/p_x/cancel", as: ann, key: "u")
            expectProblem(unknown, 404, "not_found")
            let long = "/payments/\(String(repeating: "p", count: 129))/cancel"
            expectProblem(try await bed.site.post(long, as: ann, key: "u"), 404, "not_found")
            let body = try await bed.site.post(path, as: ann, key: "b", #"{"why":1}"#)
            expectProblem(body, 400, "invalid_request", naming: "why")
        }

        @Test(arguments: LedgerEngine.allCases)
        func pointsAreChargedWithinTheirBounds(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), ann = ServerBed.room()
            let path = "/users/me/points/charges"
            #expect(try await bed.site.get("/users/me/points", as: ann).text == #"{"balance":0}"#)
            for amount in ["0", "-1", "9007199254740993", "1.5", "\"1\"", "null", "1e300"] {
                let body = #"{"amount":\#(amount)}"#
                let answer = try await bed.site.post(path, as: ann, key: "k", body)
                expectProblem(answer, 400, "invalid_request", naming: "amount", "\(amount)")
            }
            let none = try await bed.site.post(path, as: ann, key: "k", "{}")
            expectProblem(none, 400, "invalid_request", naming: "amount")
            let all = #"{"amount":9007199254740992}"#
            let charged = try await bed.site.post(path, as: ann, key: "all", all)
            #expect(charged.status == 201)
            #expect(charged.text == #"{"balance":9007199254740992}"#)
            let more = try await bed.other.post(path, as: ann, key: "more", #"{"amount":1}"#)
            expectProblem(more, 400, "invalid_request", naming: "amount")
            #expect(try await bed.other.balance(ann) == 1 << 53)
        }

        @Test(arguments: LedgerEngine.allCases)
        func whoNamesNobodyIsUnauthenticated(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            for (method, path) in [
                ("POST", "/performances/\(night)/holds"), ("DELETE", "/holds/x"),
                ("POST", "/payments"), ("POST", "/payments/x/cancel"),
                ("GET", "/users/me/payments"),
                ("GET", "/users/me/points"), ("POST", "/users/me/points/charges"),
            ] {
                let answer = try await bed.site.request(method, "/api/v1\(path)")
                expectProblem(answer, 401, "unauthenticated", "\(method) \(path)")
            }
        }
    }
}
