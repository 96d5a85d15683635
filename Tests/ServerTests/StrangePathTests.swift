import Testing

@testable import TestKit

extension SaleContractTests {
    /// What stands in a path may be any bytes: none of them makes an engine fail.
    @Suite struct StrangePathTests {
        private static let strange = [
            "%00", "a%00b", "%FF", "%C0%80", String(repeating: "a", count: 300),
            String(repeating: "%00", count: 100),
        ]
        /// One of them is what the route wants, or as good as that.
        private static let bodies = [
            "{}", #"{"reason":"a"}"#, #"{"seats":[1]}"#, #"{"title":"a"}"#, #"{"amount":1}"#,
            #"{"count":1}"#,
        ]
        private static let form = "key=a%00b&hold=a%00b&code=%00&coupon=%00&seat=%00&amount=1"

        /// The paths of a pattern in which one parameter is strange, and the others are `name`.
        private static func paths(_ pattern: String, _ name: String) -> [String] {
            let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
            let places = parts.indices.filter { parts[$0].hasPrefix("{") }
            return places.flatMap { place in
                strange.map { text in
                    parts.indices.map { index in
                        index == place ? text : places.contains(index) ? name : String(parts[index])
                    }.joined(separator: "/")
                }
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func noStrangePathMakesAnEngineFail(_ engine: LedgerEngine) async throws {
            let site = try SaleBed.on(engine).site, name = ServerBed.room()
            try await site.openSale(name, #""seats":1,"price":1"#)
            try await site.openCoupon(name, #""quantity":3"#)
            for (path, body) in [
                ("/products/\(name)", #"{"name":"Tee","price":1,"stock":5}"#),
                ("/rooms/\(name)", "{}"), ("/boards/\(name)", "{}"),
            ] { #expect(try await site.operate("PUT", path, body).status == 200) }
            var asked = 0
            for line in try TableRoute.all() {
                for path in Self.paths(line.pattern, name) {
                    for body in line.method == "GET" ? [nil] : Self.bodies + [Self.form] {
                        let type = body == Self.form ? "x-www-form-urlencoded" : "json"
                        let headers = [
                            "X-User-Id": "ann", "Authorization": "Bearer \(site.adminKey)",
                            "Idempotency-Key": "k\(asked)", "Content-Type": "application/\(type)",
                        ]
                        let answer =
                            try await site.request(line.method, path, headers, body: body)
                        #expect(answer.status < 500, "\(line.name) \(path) \(answer.text)")
                        #expect(answer.status != 429, "\(line.name)")
                        asked += 1
                    }
                }
            }
            #expect(asked > 1_000, "\(asked)")
        }

        @Test(arguments: LedgerEngine.allCases, ["payments", "orders"])
        func aStrangeNameIsNothings(_ engine: LedgerEngine, _ kind: String) async throws {
            let site = try SaleBed.on(engine).site
            for name in Self.strange {
                let headers = ["X-User-Id": "ann", "Idempotency-Key": "k"]
                let path = "/api/v1/\(kind)/\(name)/cancel"
                let own = try await site.request("POST", path, headers)
                expectProblem(own, 404, "not_found", "\(path)")
                let body = #"{"reason":"a"}"#
                let other = try await site.operate("POST", "/\(kind)/\(name)/cancel", body)
                expectProblem(other, 404, "not_found", "\(path)")
            }
        }
    }
}
