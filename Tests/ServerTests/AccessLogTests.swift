import TestGate
import Testing
import TestRedis

@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RequestLogTests {
    private func lines(_ site: Site) -> [Substring] {
        site.process.errors.split(separator: "\n").filter { $0.contains("event=request") }
    }

    @Test(arguments: [true, false]) func requestsAreLoggedWhereThatIsWanted(isOn: Bool) async throws
    {
        try await ServerBed.with(sites: 0) { bed in
            let redis = ["--redis", "unix:\(bed.redis.socketPath)"]
            let site = try await Site.start(
                data: bed.data,
                redis + (isOn ? ["--access-log"] : [])
            )
            try await site.configure("shop", "{}")
            let ann = try await site.enter("shop", as: "ann")
            let path = "/api/v1/rooms/shop?token=secret"
            let client = ["X-Forwarded-For": "203.0.113.7"]
            _ = try await site.request("GET", path, client)
            _ = try await site.request("GET", "/nowhere?x=secret")
            let hold = "/api/v1/holds/secret"
            #expect(try await site.request("DELETE", hold, ["X-User-Id": "ann"]).status == 404)
            #expect(try await site.request("GET", hold).status == 405)
            site.process.signal(15)
            #expect(try await site.process.exit() == 0)
            let lines = lines(site)
            guard isOn else {
                #expect(lines.isEmpty)
                return
            }
            #expect(lines.count == 6, "\(lines)")
            let entered = try #require(lines.first { $0.contains("method=POST") })
            #expect(entered.contains("route=/api/v1/rooms/{room}/tickets "))
            #expect(entered.contains(" path=/api/v1/rooms/shop/tickets status=200 "))
            #expect(entered.contains(" bytes=\(ann.body.count) ms="))
            #expect(entered.contains(" address=127.0.0.1 user=ann"))
            let read = try #require(lines.first { $0.contains("203.0.113.7") })
            #expect(read.contains(" path=/api/v1/rooms/shop status=200 "))
            #expect(lines.contains { $0.contains("route=- path=/nowhere status=404") })
            for status in [404, 405] {
                let shown = " path=/api/v1/holds/{hold} status=\(status) "
                #expect(lines.contains { $0.contains(shown) }, "\(lines)")
            }
            #expect(!site.process.errors.contains("secret"))
        }
    }

    /// Also in lines of failures.
    @Test func noTokenOfAHoldIsLogged() async throws {
        try await ServerBed.with(["--access-log"], sites: 1) { bed in
            try await bed.site.openSale("night", #""seats":1,"price":1"#)
            let hold = try await bed.site.hold([1], of: "night", as: "ann")
            bed.redis.kill()
            let path = "/api/v1/holds/\(hold)"
            let answer = try await bed.site.request("DELETE", path, ["X-User-Id": "ann"])
            expectProblem(answer, 503, "store_unavailable")
            bed.site.process.signal(15)
            _ = try await bed.site.process.exit()
            let shown = "request=\"DELETE /api/v1/holds/{hold}\""
            #expect(bed.site.process.errors.contains(shown), "\(bed.site.process.errors)")
            #expect(!bed.site.process.errors.contains(hold))
        }
    }
}
