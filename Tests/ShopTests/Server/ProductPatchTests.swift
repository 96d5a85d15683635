import JSON
import Testing

extension SaleContractTests {
    /// Products that sell while the operator changes them.
    @Suite struct ProductPatchTests {
        private func patch(
            _ site: Site,
            _ product: String,
            _ body: String,
            key: String? = nil
        ) async throws -> Answer {
            var headers = [
                "Authorization": "Bearer \(site.adminKey)", "Content-Type": "application/json",
            ]
            headers["Idempotency-Key"] = key
            let path = "/admin/v1/products/\(product)"
            return try await site.request("PATCH", path, headers, body: body)
        }

        private func make(_ site: Site, stock: Int) async throws -> String {
            let name = ServerBed.room()
            let body = #"{"name":"Tee: \"L\"","price":1,"stock":\#(stock)}"#
            let made = try await site.operate("PUT", "/products/\(name)", body)
            guard made.status == 200 else { throw Unexpected(made) }
            return name
        }

        @Test(arguments: LedgerEngine.allCases)
        func whatIsAddedAndWhatIsOrderedBothCount(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), ann = "ann-\(ServerBed.room())"
            let tee = try await make(bed.site, stock: 100)
            try await bed.site.charge(ann, 1_000)
            let lines = #"{"lines":[{"product":"\#(tee)","quantity":2}]}"#
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<40 {
                    let site = index % 2 == 0 ? bed.site : bed.other
                    group.addTask {
                        try await site.post("/orders", as: ann, key: "o\(index)", lines).status
                    }
                    group.addTask {
                        let added = index % 4 == 0 ? -3 : 5
                        return try await patch(site, tee, #"{"stock":{"add":\#(added)}}"#).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 201 } == 40 && statuses.count { $0 == 200 } == 40)
            let now = try await bed.other.request("GET", "/api/v1/products/\(tee)")
            let left: Int64 = 100 - 80 + 30 * 5 - 10 * 3
            #expect(now.json?["stock"]?.integer == left)
            #expect(try await bed.site.balance(ann) == 920)
        }

        @Test(arguments: LedgerEngine.allCases)
        func aKeyCountsOnce(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            let tee = try await make(bed.site, stock: 10), key = ServerBed.room()
            let body = #"{"stock":{"add":-7}}"#
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for index in 0..<20 {
                    let site = index % 2 == 0 ? bed.site : bed.other
                    group.addTask { try await patch(site, tee, body, key: key) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let text = #"{"product":"\#(tee)","name":"Tee: \"L\"","price":1,"stock":3}"#
            for answer in answers where answer.status != 409 {
                #expect(answer.status == 200 && answer.text == text, "\(answer.text)")
            }
            for answer in answers where answer.status == 409 {
                expectProblem(answer, 409, "in_progress")
            }
            let first = try await patch(bed.site, tee, body, key: key)
            // Also when it was changed since: what was answered is answered again.
            _ = try await patch(bed.other, tee, #"{"price":2,"name":"b"}"#)
            let later = try await patch(bed.other, tee, body, key: key)
            #expect(later.text == text && later.header("ETag") == first.header("ETag"))
            let other = try await patch(bed.site, tee, #"{"stock":{"add":1}}"#, key: key)
            expectProblem(other, 422, "idempotency_mismatch")
            let bad = try await patch(bed.site, tee, body, key: "")
            expectProblem(bad, 400, "invalid_request", naming: "Idempotency-Key")
            let now = try await bed.site.request("GET", "/api/v1/products/\(tee)")
            #expect(now.text == #"{"product":"\#(tee)","name":"b","price":2,"stock":3}"#)
        }

        @Test(arguments: LedgerEngine.allCases)
        func neitherBelowNothingNorBeyondTheMost(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            let tee = try await make(bed.site, stock: 3)
            let little = try await patch(bed.other, tee, #"{"price":9,"stock":{"add":-4}}"#)
            expectProblem(little, 409, "out_of_stock", member: "product")
            #expect(little.json?["product"]?.string == tee)
            let much = try await patch(bed.site, tee, #"{"stock":{"add":999999998}}"#)
            expectProblem(much, 400, "invalid_request", naming: "stock.add")
            for (body, field) in [
                (#"{"stock":3}"#, "stock"), (#"{"stock":{}}"#, "stock.add"),
                (#"{"stock":{"add":null}}"#, "stock.add"), (#"{"stock":null}"#, "stock"),
                (#"{"stock":{"add":1000000001}}"#, "stock.add"),
                (#"{"stock":{"set":1}}"#, "stock.set"), (#"{"name":""}"#, "name"),
                (#"{"price":-1}"#, "price"), (#"{"sold":1}"#, "sold"),
            ] {
                let answer = try await patch(bed.site, tee, body)
                expectProblem(answer, 400, "invalid_request", naming: field, "\(body)")
            }
            let unknown = try await patch(bed.site, ServerBed.room(), #"{"price":1}"#)
            expectProblem(unknown, 404, "not_found")
            let key = try await patch(bed.site, ServerBed.room(), #"{"price":1}"#, key: tee)
            expectProblem(key, 404, "not_found")
            let now = try await bed.other.request("GET", "/api/v1/products/\(tee)")
            #expect(now.text == #"{"product":"\#(tee)","name":"Tee: \"L\"","price":1,"stock":3}"#)
            let stranger = try await bed.site.request(
                "PATCH",
                "/admin/v1/products/\(tee)",
                ["Content-Type": "application/json"],
                body: "{}"
            )
            expectProblem(stranger, 401, "unauthenticated")
        }
    }
}
