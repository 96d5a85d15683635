import EventLoop
import JSON
import Redis
import TestGate
import Testing
import TestRedis

@testable import TestKit

/// What fails while no answer waits for it is heard of.
@Suite(.alone, .timeLimit(.minutes(2))) struct BackgroundTests {
    @Test func aRoomThatCannotBeLookedAtIsCountedLoggedAndTold() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let site = bed.site
            try await site.configure("shop", #"{"capacity":0}"#)
            #expect(try await site.enter("shop", as: "ann").status == 202)
            try await withRedis(bed) { redis in
                // Another program's key in the place of ours.
                _ = try await redis.send("DEL", "{r:shop}:waiting")
                _ = try await redis.send("SET", "{r:shop}:waiting", "x")
                var reasons: [String] = []
                try await until("ticks fail", seconds: 30) {
                    let ready = try await site.request("GET", "/readyz")
                    reasons = ready.json?["reasons"]?.array?.compactMap(\.string) ?? []
                    return !reasons.isEmpty
                }
                // The other rooms do not wait for this one.
                for part in ["", "?for=line", "?for=sales"] {
                    let ready = try await site.request("GET", "/readyz\(part)")
                    #expect(ready.status == 200 && ready.text.contains("degraded"), "\(ready)")
                }
                #expect(reasons == ["ticks_failing"])
                let metrics = try PrometheusText(try await site.request("GET", "/metrics").text)
                let failures = metrics.value(
                    "onsale_background_failures_total",
                    ["task": "tick"]
                )
                #expect(failures ?? 0 >= 5)
                #expect(site.process.errors.contains("event=tick_failed room=shop error="))
                _ = try await redis.send("DEL", "{r:shop}:waiting")
                try await until("ready again", seconds: 30) {
                    try await site.isReady()
                }
            }
        }
    }

    @Test func anOutboxThatIsStuckIsTold() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let site = bed.site
            try await site.supply("tee", 9)
            try await site.charge("ann", 100)
            #expect(try await site.order("tee 1", as: "ann", key: "a").status == 201)
            try await withRedis(bed) { redis in
                // Another program's key where best sellers are kept.
                _ = try await redis.send("DEL", "rank:{products}:meta")
                _ = try await redis.send("SET", "rank:{products}:meta", "x")
                #expect(try await site.order("tee 1", as: "ann", key: "b").status == 201)
                try await until("it is told", seconds: 30) {
                    let ready = try await site.request("GET", "/readyz?for=sales")
                    #expect(ready.status == 200)
                    return ready.text.contains("outbox_stuck")
                }
                #expect(site.process.errors.contains("reasons=outbox_stuck"))
                _ = try await redis.send("DEL", "rank:{products}:meta")
                try await until("ready again", seconds: 30) { try await site.isReady() }
            }
        }
    }

    private func withRedis(_ bed: ServerBed, _ body: (RedisConnection) async throws -> Void)
        async throws
    {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let redis = RedisConnection(bed.redis.endpoint, on: loop)
        await redis.start()
        try #require(await redis.whenConnected(timeoutMs: 10_000))
        try await body(redis)
        await redis.close()
    }
}
