import TestRedis
import Testing

@Suite(.timeLimit(.minutes(1))) struct RequestLogTests {
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
            site.process.signal(15)
            #expect(try await site.process.exit() == 0)
            let lines = lines(site)
            guard isOn else {
                #expect(lines.isEmpty)
                return
            }
            #expect(lines.count == 4, "\(lines)")
            let entered = try #require(lines.first { $0.contains("method=POST") })
            #expect(entered.contains("route=/api/v1/rooms/{room}/tickets "))
            #expect(entered.contains(" path=/api/v1/rooms/shop/tickets status=200 "))
            #expect(entered.contains(" bytes=\(ann.body.count) ms="))
            #expect(entered.contains(" address=127.0.0.1 user=ann"))
            let read = try #require(lines.first { $0.contains("203.0.113.7") })
            #expect(read.contains(" path=/api/v1/rooms/shop status=200 "))
            #expect(lines.contains { $0.contains("route=- path=/nowhere status=404") })
            #expect(!site.process.errors.contains("secret"))
        }
    }
}
