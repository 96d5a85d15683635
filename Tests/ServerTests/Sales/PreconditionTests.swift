import JSON
import Testing

extension SaleContractTests {
    /// `If-Match`: who changes something says from what.
    @Suite struct PreconditionTests {
        private static let pairs = 30

        private func put(
            _ site: Site,
            _ method: String,
            _ path: String,
            _ body: String,
            _ more: [String: String] = [:]
        ) async throws -> Answer {
            var headers = [
                "Authorization": "Bearer \(site.adminKey)", "Content-Type": "application/json",
            ]
            headers.merge(more) { _, new in new }
            return try await site.request(method, "/admin/v1\(path)", headers, body: body)
        }

        private func tag(_ site: Site, _ path: String) async throws -> String {
            let headers = ["Authorization": "Bearer \(site.adminKey)"]
            let answer = try await site.request("GET", "/admin/v1\(path)", headers)
            guard answer.status == 200, let tag = answer.header("ETag") else {
                throw Unexpected(answer)
            }
            return tag
        }

        /// Everything that the operator puts, with two bodies; a thing of its own each time.
        private func make(_ site: Site) async throws -> [(String, String, String, String)] {
            let name = ServerBed.room()
            try await site.openSale(name, #""seats":10,"price":3"#)
            try await site.openCoupon(name, #""quantity":3"#)
            let product = #"{"name":"Tee","price":1,"stock":5}"#
            for (path, body) in [("products", product), ("rooms", "{}"), ("boards", "{}")] {
                let made = try await put(site, "PUT", "/\(path)/\(name)", body)
                guard made.status == 200 else { throw Unexpected(made) }
            }
            return [
                ("PUT", "/concerts/\(name)", #"{"title":"b"}"#, #"{"title":"c"}"#),
                ("PUT", "/performances/\(name)", #"{"seats":20}"#, #"{"price":7}"#),
                ("PUT", "/products/\(name)", #"{"stock":9}"#, #"{"price":7}"#),
                ("PATCH", "/products/\(name)", #"{"stock":{"add":2}}"#, #"{"stock":{"add":3}}"#),
                ("PUT", "/coupons/\(name)", #"{"quantity":9}"#, #"{"name":"b"}"#),
                ("PUT", "/rooms/\(name)", #"{"capacity":9}"#, #"{"rate":9}"#),
                ("PUT", "/boards/\(name)", #"{"windows":["all"]}"#, #"{"timeZone":"Asia/Seoul"}"#),
                // The same again, and nothing at all, are changes, too.
                ("PUT", "/performances/\(name)", "{}", "{}"),
                ("PUT", "/products/\(name)", "{}", "{}"), ("PUT", "/boards/\(name)", "{}", "{}"),
                (
                    "PUT", "/rooms/\(name)/lanes", #"{"lanes":[{"name":"a","weight":2}]}"#,
                    #"{"main":3}"#
                ),
            ]
        }

        /// The stock moves the state of a room, and no tag with it.
        @Test func aRoomThatItsStockHasSoldOutCanBeChanged() async throws {
            let bed = try SaleBed.on(.sqlite), site = bed.site
            let name = ServerBed.room()
            try await site.configure(name, #"{"capacity":5}"#)
            try await site.openSale(name, #""seats":1,"price":0,"room":"\#(name)""#)
            _ = try await site.entered(name, as: "ann")
            let before = try await tag(site, "/rooms/\(name)")
            let hold = try await site.hold([1], of: name, as: "ann")
            #expect(try await site.pay(hold, as: "ann", key: name).status == 201)
            try await until("the room is sold out") {
                try await site.report(name)["state"]?.string == "sold_out"
            }
            #expect(try await tag(site, "/rooms/\(name)") == before)
            for (tag, status) in [(before, 200), (before, 412)] {
                let header = ["If-Match": tag]
                let body = #"{"capacity":6}"#
                #expect(try await put(site, "PUT", "/rooms/\(name)", body, header).status == status)
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func ofTwoWithOneTagOneIsDone(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            for index in 0..<Self.pairs {
                for (method, path, one, other) in try await make(bed.site) {
                    let tag = try await tag(index % 2 == 0 ? bed.site : bed.other, path)
                    let header = ["If-Match": tag]
                    async let first = put(bed.site, method, path, one, header)
                    async let second = put(bed.other, method, path, other, header)
                    let statuses = try await [first.status, second.status]
                    #expect(statuses.sorted() == [200, 412], "\(index) \(method) \(path)")
                    let now = try await self.tag(bed.site, path)
                    #expect(now != tag, "\(method) \(path)")
                }
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func theTagIsTheDocuments(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            for (method, path, one, other) in try await make(bed.site) {
                let old = try await tag(bed.other, path)
                let done = try await put(bed.site, method, path, one, ["If-Match": old])
                #expect(done.status == 200, "\(done.text)")
                let new = try #require(done.header("ETag"))
                #expect(try await tag(bed.other, path) == new, "\(path)")
                let stale = try await put(bed.other, method, path, other, ["If-Match": old])
                expectProblem(stale, 412, "precondition_failed", "\(path)")
                // Weak tags, other texts and nothing at all are nobody's.
                for field in ["W/\(new)", "\(old), W/\(new)", "x", "", "\"*\"", "*, \(old)"] {
                    let answer = try await put(bed.site, method, path, other, ["If-Match": field])
                    expectProblem(answer, 412, "precondition_failed", "\(path) \(field)")
                }
                #expect(try await tag(bed.site, path) == new)
                let listed = ["If-Match": "\"a,b\", \(old),\(new)"]
                let again = try await put(bed.site, method, path, one, listed)
                #expect(again.status == 200, "\(again.text)")
                let any = try await put(bed.other, method, path, other, ["If-Match": "*"])
                #expect(any.status == 200, "\(any.text)")
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func whatIsNotThereMatchesNothing(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), name = ServerBed.room(), old = ServerBed.room()
            try await bed.site.openSale(old, #""seats":1,"price":1"#)
            for (path, body) in [
                ("/concerts/\(name)", #"{"title":"b"}"#),
                (
                    "/performances/\(name)",
                    #"{"concert":"\#(old)","date":"2026-12-24","seats":1,"price":1}"#
                ), ("/products/\(name)", #"{"name":"a","price":1,"stock":1}"#),
                (
                    "/coupons/\(name)",
                    #"{"name":"a","quantity":1,"discountAmount":1}"#
                ), ("/rooms/\(name)", "{}"), ("/boards/\(name)", "{}"),
                ("/rooms/\(name)/lanes", "{}"),
            ] {
                for field in ["*", "\"1\""] {
                    let answer = try await put(bed.site, "PUT", path, body, ["If-Match": field])
                    expectProblem(answer, 412, "precondition_failed", "\(path) \(field)")
                }
                let headers = ["Authorization": "Bearer \(bed.site.adminKey)"]
                let none = try await bed.other.request("GET", "/admin/v1\(path)", headers)
                expectProblem(none, 404, "not_found", "\(path)")
                let stranger = try await bed.other.request("GET", "/admin/v1\(path)")
                expectProblem(stranger, 401, "unauthenticated", "\(path)")
            }
            // A reader that has it hears so.
            let tag = try await tag(bed.site, "/concerts/\(old)")
            let headers = ["Authorization": "Bearer \(bed.site.adminKey)", "If-None-Match": tag]
            let path = "/admin/v1/concerts/\(old)"
            #expect(try await bed.other.request("GET", path, headers).status == 304)
        }
    }

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
