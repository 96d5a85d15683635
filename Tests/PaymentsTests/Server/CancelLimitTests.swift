import JSON
import Testing

extension SaleContractTests {
    /// To hold, pay and cancel in a loop ends.
    @Suite struct CancelLimitTests {
        /// Buys a seat as `user` and answers the payment.
        private func buy(_ site: Site, _ night: String, _ seat: Int, _ user: String, _ key: String)
            async throws -> String
        {
            let hold = try await site.hold([seat], of: night, as: user)
            let paid = try await site.pay(hold, as: user, key: "pay-\(key)")
            guard let payment = paid.json?["payment"]?.string else { throw Unexpected(paid) }
            return payment
        }

        private func cancel(_ site: Site, _ payment: String, _ user: String, _ key: String)
            async throws -> Answer
        {
            try await site.post("/payments/\(payment)/cancel", as: user, key: "back-\(key)")
        }

        @Test(arguments: LedgerEngine.allCases)
        func aLoopOfOneUserEnds(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.openSale(night, #""seats":3,"price":1,"cancelsPerUser":2"#)
            try await bed.site.charge(ann, 1)
            var last = ""
            for turn in 1...3 {
                let payment = try await buy(bed.site, night, 1, ann, "\(turn)")
                let answer = try await cancel(bed.other, payment, ann, "\(turn)")
                guard turn == 3 else {
                    #expect(answer.status == 200, "\(answer.text)")
                    last = payment
                    continue
                }
                expectProblem(answer, 409, "cancel_not_allowed", member: "allowed")
                let allowed = answer.json?["allowed"]
                #expect(allowed?["cancelsPerUser"]?.integer == 2)
                #expect(allowed?["cancelUntil"]?.isNull == true)
                // What was cancelled is, whatever is sent; nothing else has moved.
                #expect(try await cancel(bed.site, last, ann, "again").status == 200)
                #expect(try await bed.site.balance(ann) == 0)
                #expect(try await bed.site.seats(night) == ["sold", "free", "free"])
                // The limit is raised: the same key is answered anew.
                let more = #"{"cancelsPerUser":null}"#
                let put = try await bed.other.operate("PUT", "/performances/\(night)", more)
                #expect(put.json?["cancelsPerUser"]?.isNull == true)
                #expect(try await cancel(bed.site, payment, ann, "3").status == 200)
            }
            #expect(try await bed.site.balance(ann) == 1)
        }

        @Test(arguments: LedgerEngine.allCases)
        func ofManyAtOnceNoOneTooManyPasses(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            let settings = #""seats":12,"price":1,"maxSeatsPerUser":12,"cancelsPerUser":5"#
            try await bed.site.openSale(night, settings)
            try await bed.site.charge(ann, 12)
            var payments: [String] = []
            for seat in 1...12 {
                payments.append(try await buy(bed.site, night, seat, ann, "\(seat)"))
            }
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for (index, payment) in payments.enumerated() {
                    let site = index % 2 == 0 ? bed.site : bed.other
                    group.addTask { try await cancel(site, payment, ann, "\(index)") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.status == 200 } == 5)
            #expect(answers.count { $0.status == 409 } == 7)
            #expect(try await bed.site.balance(ann) == 5)
        }

        @Test(arguments: LedgerEngine.allCases)
        func afterTheEndNobodyCancels(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.openSale(night, #""seats":2,"price":1"#)
            try await bed.site.charge(ann, 2)
            let first = try await buy(bed.site, night, 1, ann, "1")
            let second = try await buy(bed.site, night, 2, ann, "2")
            let path = "/performances/\(night)"
            let late = try await bed.other.operate(
                "PUT",
                path,
                #"{"cancelUntil":"2026-01-01T09:00:00+09:00"}"#
            )
            #expect(late.json?["cancelUntil"]?.string == "2026-01-01T00:00:00.000Z")
            #expect(late.json?["cancelsPerUser"]?.integer == 20)
            let refused = try await cancel(bed.site, first, ann, "1")
            expectProblem(refused, 409, "cancel_not_allowed", member: "allowed")
            let until = refused.json?["allowed"]?["cancelUntil"]?.string
            #expect(until == "2026-01-01T00:00:00.000Z")
            // What is left out keeps its value.
            let same = try await bed.site.operate("PUT", path, #"{"price":2}"#)
            #expect(same.json?["cancelUntil"]?.string == "2026-01-01T00:00:00.000Z")
            let list = "/api/v1/concerts/\(night)/performances"
            let listed = try await bed.site.request("GET", list)
            let shown = listed.json?.array?.first?["cancelUntil"]?.string
            #expect(shown == "2026-01-01T00:00:00.000Z")
            _ = try await bed.site.operate("PUT", path, #"{"cancelUntil":"2999-01-01T00:00:00Z"}"#)
            #expect(try await cancel(bed.other, first, ann, "1").status == 200)
            _ = try await bed.site.operate("PUT", path, #"{"cancelsPerUser":0}"#)
            expectProblem(
                try await cancel(bed.site, second, ann, "2"),
                409,
                "cancel_not_allowed",
                member: "allowed"
            )
            for (body, field) in [
                (#"{"cancelsPerUser":-1}"#, "cancelsPerUser"),
                (#"{"cancelsPerUser":10001}"#, "cancelsPerUser"),
                (#"{"cancelUntil":"tomorrow"}"#, "cancelUntil"),
            ] {
                let answer = try await bed.site.operate("PUT", path, body)
                expectProblem(answer, 400, "invalid_request", naming: field, "\(body)")
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func aLoopOfOrdersEndsForTheDay(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tee = ServerBed.room(), ann = "ann-\(tee)"
            let put = #"{"name":"Tee","price":1,"stock":1}"#
            _ = try await bed.site.operate("PUT", "/products/\(tee)", put)
            try await bed.site.charge(ann, 1)
            let lines = #"{"lines":[{"product":"\#(tee)","quantity":1}]}"#
            var refused: Answer?
            // A day may end meanwhile, and begin the count once more.
            for turn in 1...42 where refused == nil {
                let order = try await bed.site.post("/orders", as: ann, key: "o\(turn)", lines)
                let id = try #require(order.json?["order"]?.string)
                let path = "/orders/\(id)/cancel"
                let back = try await bed.other.post(path, as: ann, key: "b\(turn)")
                if back.status != 200 { refused = back }
                #expect(turn > 20 || back.status == 200, "\(back.text)")
            }
            let answer = try #require(refused)
            expectProblem(answer, 409, "cancel_not_allowed", member: "allowed")
            #expect(answer.json?["allowed"]?["cancelsPerDay"]?.integer == 20)
            #expect(try await bed.site.balance(ann) == 0)
        }
    }

    /// The operator cancels for the buyer.
    @Suite struct OperatorCancelTests {
        @Test(arguments: LedgerEngine.allCases)
        func theOperatorCancelsAPaymentOnce(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            let user = "ann:b@\(night)"
            try await bed.site.openSale(night, #""seats":2,"price":10,"cancelsPerUser":0"#)
            try await bed.site.charge(user, 20)
            let hold = try await bed.site.hold([1, 2], of: night, as: user)
            let paid = try await bed.site.pay(hold, as: user, key: "k")
            let payment = try #require(paid.json?["payment"]?.string)
            let path = "/payments/\(payment)/cancel"
            expectProblem(
                try await bed.site.post(path, as: user, key: "c"),
                409,
                "cancel_not_allowed",
                member: "allowed"
            )
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for index in 0..<20 {
                    let site = index % 2 == 0 ? bed.site : bed.other
                    group.addTask { try await site.operate("POST", path, #"{"reason":"ill"}"#) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let text = #"{"payment":"\#(payment)","state":"cancelled","balance":20,"reason":"ill"}"#
            #expect(Set(answers.map(\.text)) == [text])
            #expect(Set(answers.map(\.status)) == [200])
            #expect(answers[0].header("Cache-Control") == "no-store")
            let later = try await bed.other.operate("POST", path, #"{"reason":"other"}"#)
            #expect(later.text == text)
            #expect(try await bed.site.balance(user) == 20)
            #expect(try await bed.site.seats(night) == ["free", "free"])
            let own = try await bed.site.get("/users/me/payments", as: user).json?.array
            #expect(own?.map { $0["state"]?.string } == ["cancelled"])
            // To the buyer it is cancelled.
            #expect(try await bed.other.post(path, as: user, key: "d").status == 200)
            #expect(try await bed.site.balance(user) == 20)
        }

        @Test(arguments: LedgerEngine.allCases)
        func theOperatorCancelsAnOrderOnce(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tee = ServerBed.room(), ann = "ann-\(tee)"
            let put = #"{"name":"Tee","price":3,"stock":4}"#
            _ = try await bed.site.operate("PUT", "/products/\(tee)", put)
            try await bed.site.charge(ann, 12)
            let lines = #"{"lines":[{"product":"\#(tee)","quantity":2}]}"#
            let first = try await bed.site.post("/orders", as: ann, key: "o1", lines)
            let order = try #require(first.json?["order"]?.string)
            let path = "/orders/\(order)/cancel"
            for (site, reason) in [(bed.site, "lost"), (bed.other, "again")] {
                let answer = try await site.operate("POST", path, #"{"reason":"\#(reason)"}"#)
                let text =
                    #"{"order":"\#(order)","state":"cancelled","balance":12,"reason":"lost"}"#
                #expect(answer.text == text)
            }
            let stock = try await bed.site.request("GET", "/api/v1/products/\(tee)")
            #expect(stock.json?["stock"]?.integer == 4)
            // One that the buyer has cancelled has no reason.
            let second = try await bed.site.post("/orders", as: ann, key: "o2", lines)
            let own = try #require(second.json?["order"]?.string)
            _ = try await bed.site.post("/orders/\(own)/cancel", as: ann, key: "b")
            let body = #"{"reason":"x"}"#
            let none = try await bed.site.operate("POST", "/orders/\(own)/cancel", body)
            #expect(none.status == 200 && none.json?["reason"]?.isNull == true)
            #expect(try await bed.site.balance(ann) == 12)
        }

        @Test(arguments: LedgerEngine.allCases)
        func onlyTheOperatorAndWithAReason(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            for path in ["/payments/p_x/cancel", "/orders/o_x/cancel"] {
                let site = bed.site
                let stranger = try await site.request(
                    "POST",
                    "/admin/v1\(path)",
                    ["X-User-Id": "ann", "Content-Type": "application/json"],
                    body: #"{"reason":"x"}"#
                )
                expectProblem(stranger, 401, "unauthenticated")
                let unknown = try await site.operate("POST", path, #"{"reason":"x"}"#)
                expectProblem(unknown, 404, "not_found")
                let long = String(repeating: "r", count: 501)
                for reason in ["", #""reason":"""#, #""reason":null"#, #""reason":"\#(long)""#] {
                    let body = "{\(reason)}"
                    let answer = try await site.operate("POST", path, body)
                    expectProblem(answer, 400, "invalid_request", naming: "reason", "\(body)")
                }
            }
        }
    }
}
