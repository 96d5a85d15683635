import EventLoop
import Redis
import TestGate
import TestRedis
import Testing

@testable import Engines
@testable import Rooms
@testable import TestRooms

/// However many visits are over at once, no call moves more than its share: Redis does nothing else
/// meanwhile.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RoomSliceTests {
    /// As `SLICE` in `redis/lib/room.lua`.
    private static let sliceMax = 128
    private static let capacity = 250
    private static let keys = [
        "room", "waiting", "inside", "skipped", "tickets", "recent", "ended", "ended-before",
        "journal", "moves",
    ].map { "{r:x}:\($0)" }

    @Test func aCallEndsAndAdmitsASliceTogether() async throws {
        let moved = try await movesOfEachCall(without: nil)
        #expect(moved.allSatisfy { $0 <= Self.sliceMax }, "\(moved)")
        // All sessions have ended, and as many visitors have come in.
        #expect(moved.reduce(0, +) == 2 * Self.capacity, "\(moved)")
        // What a call frees it gives away: half of each.
        #expect(moved.first == Self.sliceMax, "\(moved)")
    }

    @Test func withoutTheGuardACallMovesMore() async throws {
        let moved = try await movesOfEachCall(without: .slice)
        #expect(moved.contains { $0 > Self.sliceMax }, "\(moved)")
    }

    /// How many ends and admissions the journal has after each call, from the moment on at which
    /// all sessions are over.
    private func movesOfEachCall(without missing: ScriptGuard?) async throws -> [Int] {
        let server = try TestRedis()
        defer { server.stop() }
        let loop = EventLoop.start()
        defer { loop.stop() }
        let scripts = RoomScripts { RedisClock.clocked(missing?.off($0) ?? $0) }
        let redis = RedisConnection(server.endpoint, scripts: scripts.all, on: loop)
        await redis.start()
        try #require(await redis.whenConnected(timeoutMs: 10_000))
        try await fill(redis, scripts)
        // The operator lets in more just then: there is room for more than the ends make.
        _ = try await redis.send("HSET", Self.keys[0], "capacity", String(2 * Self.capacity))
        try await RedisClock.set(1_800_000_061_000, in: redis)
        var moved: [Int] = []
        var before = try await redis.send("XLEN", Self.keys[8]).int ?? 0
        for _ in 0..<20 {
            _ = try await redis.run(scripts[.tick], keys: Self.keys, arguments: [.int(0)])
            let after = try await redis.send("XLEN", Self.keys[8]).int ?? 0
            moved.append(after - before)
            before = after
            if moved.last == 0 { break }
        }
        await redis.close()
        return moved
    }

    /// A full room, and a line behind it.
    private func fill(_ redis: RedisConnection, _ scripts: RoomScripts) async throws {
        try await RedisClock.set(1_800_000_000_000, in: redis)
        let settings = "state open session 60 grace 60 opening 0 show exact order fifo"
        _ = try await redis.run(
            scripts[.configure],
            keys: Self.keys,
            arguments: [.int(1), .int(1), .int(4_000_000_000_000_000)]
                + settings.split(separator: " ").map { .string(String($0)) }
                + ["capacity", .int(Int64(Self.capacity))]
        )
        for first in stride(from: 0, to: 2 * Self.capacity, by: 100) {
            let visitors = (first..<first + 100).flatMap { n -> [RedisArgument] in
                [.string("visitor-\(n)"), ""]
            }
            _ = try await redis.run(
                scripts[.enter],
                keys: Self.keys,
                arguments: [.int(1_000_000), .int(0)] + visitors
            )
        }
        for _ in 0..<4 {
            _ = try await redis.run(scripts[.tick], keys: Self.keys, arguments: [.int(0)])
        }
        for first in stride(from: Self.capacity, to: 2 * Self.capacity, by: 50) {
            try await RedisClock.set(1_800_000_050_000, in: redis)
            let visitors = (first..<first + 50).flatMap { n -> [RedisArgument] in
                [.string("visitor-\(n)"), .int(30_000)]
            }
            _ = try await redis.run(scripts[.seen], keys: Self.keys, arguments: visitors)
        }
        let inside = try await redis.send("ZCARD", Self.keys[2]).int
        try #require(inside == Self.capacity)
    }
}
