import JSON
import Testing

extension SaleContractTests {
    @Suite struct OrderTests {
        @Test(arguments: LedgerEngine.allCases)
        func anOrderSaysWhatWasBought(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tee = ServerBed.room(), ann = "ann-\(tee)"
            let mug = "a-mug-\(tee)"
            try await bed.site.supply(tee, 5, price: 30)
            try await bed.site.supply(mug, 5, price: 7)
            try await bed.site.charge(ann, 100)
            let answer = try await bed.other.order("\(tee) 2, \(mug) 1", as: ann, key: "k")
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.header("Cache-Control") == "no-store")
            let order = try #require(answer.json?["order"]?.string)
            let paidAt = try #require(answer.json?["paidAt"]?.string)
            let lines =
                #""lines":[{"product":"\#(tee)","quantity":2,"price":30},"#
                + #"{"product":"\#(mug)","quantity":1,"price":7}]"#
            #expect(
                answer.text == #"{"order":"\#(order)",\#(lines),"amount":67,"discount":0,"#
                    + #""balance":33,"paidAt":"\#(paidAt)"}"#
            )
            #expect(order.hasPrefix("o_"))
            let again = try await bed.site.order("\(tee) 2, \(mug) 1", as: ann, key: "k")
            #expect(again.status == 201 && again.text == answer.text)
            #expect(try await bed.site.stock(tee) == 3)
            let cheap = try await bed.site.order("\(mug) 1", as: ann, key: "k2")
            let list = try await bed.site.get("/users/me/orders", as: ann)
            #expect(list.status == 200 && list.header("Cache-Control") == "no-store")
            let named = list.json?.array?.map { $0["order"]?.string }
            #expect(Set(named ?? []) == [order, cheap.json?["order"]?.string])
            #expect(
                list.text.contains(
                    #"{"order":"\#(order)",\#(lines),"amount":67,"coupon":null,"discount":0,"#
                        + #""state":"paid","paidAt":"\#(paidAt)"}"#
                ),
                "\(list.text)"
            )
        }

        @Test(arguments: LedgerEngine.allCases)
        func whatCannotBeOrderedIsRefusedByName(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tee = ServerBed.room(), ann = "ann-\(tee)"
            try await bed.site.supply(tee, 2)
            try await bed.site.supply("x-\(tee)", 9, price: 1 << 53)
            let poor = try await bed.site.order("\(tee) 1", as: ann, key: "poor")
            expectProblem(poor, 402, "insufficient_points")
            try await bed.site.charge(ann, 100)
            // The first answer of a key is its answer.
            let again = try await bed.other.order("\(tee) 1", as: ann, key: "poor")
            expectProblem(again, 402, "insufficient_points")
            for site in [bed.site, bed.other] {
                let out = try await site.order("\(tee) 3", as: ann, key: "out")
                #expect(out.status == 409 && out.code == "out_of_stock")
                #expect(
                    out.names == ["type", "title", "status", "code", "detail", "product"]
                )
                #expect(out.json?["product"]?.string == tee)
            }
            let unknown = try await bed.site.order("none-\(tee) 1", as: ann, key: "u")
            expectProblem(unknown, 404, "not_found", naming: "none-\(tee)")
            let coupon = try await bed.site.order("\(tee) 1", as: ann, key: "c", coupon: "none")
            expectProblem(coupon, 409, "coupon_not_usable")
            let huge = try await bed.site.order("x-\(tee) 2", as: ann, key: "h")
            expectProblem(huge, 400, "invalid_request", naming: "lines")
            let other = try await bed.other.order("\(tee) 1", as: ann, key: "out")
            expectProblem(other, 422, "idempotency_mismatch")
            #expect(try await bed.site.stock(tee) == 2)
            #expect(try await bed.site.balance(ann) == 100)
        }

        @Test(arguments: LedgerEngine.allCases)
        func badOrdersAreRefusedByName(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            let one = #"{"product":"a","quantity":1}"#
            let many = (0...50).map { #"{"product":"p\#($0)","quantity":1}"# }
            for (body, field) in [
                ("{}", "lines"), (#"{"lines":[]}"#, "lines"), (#"{"lines":null}"#, "lines"),
                (#"{"lines":1}"#, "lines"), (#"{"lines":[1]}"#, "lines[0]"),
                (#"{"lines":[\#(one),{"product":"b"}]}"#, "lines[1].quantity"),
                (#"{"lines":[{"quantity":1}]}"#, "lines[0].product"),
                (#"{"lines":[{"product":"a b","quantity":1}]}"#, "lines[0].product"),
                (#"{"lines":[{"product":7,"quantity":1}]}"#, "lines[0].product"),
                (#"{"lines":[{"product":"a","quantity":0}]}"#, "lines[0].quantity"),
                (#"{"lines":[{"product":"a","quantity":10001}]}"#, "lines[0].quantity"),
                (#"{"lines":[{"product":"a","quantity":1,"price":1}]}"#, "lines[0].price"),
                (#"{"lines":[\#(one),\#(one)]}"#, "lines"),
                (#"{"lines":[\#(many.joined(separator: ","))]}"#, "lines"),
                (#"{"lines":[\#(one)],"coupon":1}"#, "coupon"),
                (#"{"lines":[\#(one)],"coupon":"a b"}"#, "coupon"),
                (#"{"lines":[\#(one)],"tip":1}"#, "tip"), ("[]", "body"),
            ] {
                let answer = try await bed.site.post("/orders", as: "ann", key: "k", body)
                expectProblem(answer, 400, "invalid_request", naming: field, "\(body)")
            }
            let lines = #"{"lines":[\#(one)]}"#
            for (path, body) in [("/orders", lines), ("/orders/o_x/cancel", "{}")] {
                let keyless = try await bed.site.post(path, as: "ann", body)
                expectProblem(keyless, 400, "invalid_request", naming: "Idempotency-Key")
            }
            for (method, path) in [
                ("POST", "/orders"), ("POST", "/orders/o_x/cancel"), ("GET", "/users/me/orders"),
            ] {
                let answer = try await bed.site.request(method, "/api/v1\(path)")
                expectProblem(answer, 401, "unauthenticated", "\(path)")
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func aCancelGivesStockAndPointsBackOnce(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tee = ServerBed.room(), ann = "ann-\(tee)"
            try await bed.site.supply(tee, 2)
            try await bed.site.charge(ann, 30)
            let paid = try await bed.site.order("\(tee) 2", as: ann, key: "k")
            let order = try #require(paid.json?["order"]?.string)
            let path = "/orders/\(order)/cancel"
            expectProblem(try await bed.site.post(path, as: "bob", key: "c"), 403, "forbidden")
            for (site, key) in [(bed.other, "c"), (bed.site, "c"), (bed.site, "another")] {
                let answer = try await site.post(path, as: ann, key: key)
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.text == #"{"order":"\#(order)","state":"cancelled","balance":30}"#)
            }
            #expect(try await bed.other.stock(tee) == 2)
            let list = try await bed.other.get("/users/me/orders", as: ann).json?.array
            #expect(list?.map { $0["state"]?.string } == ["cancelled"])
            let long = "/orders/\(String(repeating: "o", count: 129))/cancel"
            for path in ["/orders/o_x/cancel", long, "/payments/\(order)/cancel"] {
                let unknown = try await bed.site.post(path, as: ann, key: "u")
                expectProblem(unknown, 404, "not_found", "\(path)")
            }
            let body = try await bed.site.post(path, as: ann, key: "b", #"{"why":1}"#)
            expectProblem(body, 400, "invalid_request", naming: "why")
        }

        /// Everybody wants the last items, half of them at the other process.
        @Test(arguments: LedgerEngine.allCases)
        func nothingIsSoldThatIsNotThere(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tee = ServerBed.room()
            try await bed.site.supply(tee, 7)
            try await bed.site.supply("b-\(tee)", 100)
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        let site = index % 2 == 0 ? bed.site : bed.other
                        let user = "\(tee)-\(index)"
                        try await site.charge(user, 100)
                        let lines = ["\(tee) 1", "b-\(tee) 1"]
                        let sorted = index % 3 == 0 ? lines : lines.reversed()
                        return try await site.order(sorted.joined(separator: ", "), as: user)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.status == 201 } == 7)
            #expect(answers.count { $0.code == "out_of_stock" } == 33)
            #expect(try await bed.other.stock(tee) == 0)
            #expect(try await bed.other.stock("b-\(tee)") == 93)
        }

        @Test(arguments: LedgerEngine.allCases)
        func fiftyTimesOneKeyIsOneOrder(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), tee = ServerBed.room(), ann = "ann-\(tee)"
            try await bed.site.supply(tee, 100)
            try await bed.site.charge(ann, 100)
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for index in 0..<50 {
                    let site = index % 2 == 0 ? bed.site : bed.other
                    group.addTask { try await site.order("\(tee) 2", as: ann) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let done = answers.filter { $0.status == 201 }
            #expect(!done.isEmpty && Set(done.map(\.text)).count == 1)
            #expect(answers.allSatisfy { $0.status == 201 || $0.code == "in_progress" })
            #expect(try await bed.other.stock(tee) == 98)
            #expect(try await bed.other.balance(ann) == 80)
        }
    }
}
