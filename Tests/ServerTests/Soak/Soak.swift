import EventLoop
import Foundation
import Redis
import Testing
import TestPostgres
import TestRedis

@testable import TestKit

/// Two processes that are busy for a long time, and what is looked at meanwhile.
final class Soak {
    let loop = EventLoop.start()
    let sites: [Site]
    private(set) var traffic: SoakTraffic
    private let clock: VirtualClock?
    private let ledger: TestDatabase
    private let redis: RedisConnection

    init(_ ground: Ground, _ clock: VirtualClock?) async throws {
        self.clock = clock
        sites = [try await ground.start(), try await ground.start()]
        traffic = SoakTraffic(sites)
        ledger = try #require(ground.database)
        redis = RedisConnection(try #require(ground.redis).endpoint, on: loop)
        await redis.start()
        try #require(await redis.whenConnected(timeoutMs: 10_000))
    }

    func end() async { await redis.close() }

    /// Opens everything and lets a first round go by.
    func begin() async throws {
        let opening =
            clock?.text(secondsFromNow: 1_800) ?? DrawTime.text(secondsFromNow: 60)
        try await traffic.open(drawingAt: opening)
        Self.say(SoakMeasure.header)
        try await serve()
        try await settle()
    }

    /// A round of traffic in every room.
    func serve() async throws {
        var traffic = traffic
        for _ in 0..<3 { try await traffic.round() }
        self.traffic = traffic
    }

    @discardableResult
    func measure(_ name: String) async throws -> SoakMeasure {
        let found = try await SoakMeasure.now(sites, redis, ledger)
        Self.say(found.line(after: name))
        return found
    }

    /// At once, for who looks on for half an hour.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    // MARK: Virtual time

    /// Lets so much time go by at once, waits until all is well again, and serves a round.
    func pass(seconds: Double, _ name: String) async throws {
        try await rest(seconds: seconds)
        try await useAll()
        try await serve()
        try await measure(name)
    }

    /// The third of three newcomers is let in when the minute has slid past the first two.
    func slideWindow() async throws {
        guard let clock else { return }
        let room = SoakTraffic.windowRoom
        var tickets: [(user: String, ticket: String)] = []
        for index in 0..<3 {
            let user = "w\(index)"
            tickets.append((user, try await sites[index % 2].entered(room, as: user).ticket))
        }
        let begunMs = clock.nowMs
        try await clock.run(until: "the window has slid") {
            var states: [String] = []
            for (user, ticket) in tickets {
                let told = try await sites[0].standing(room, as: user, ticket)
                states.append(told.state)
            }
            return states.allSatisfy { $0 == "admitted" }
        }
        #expect(clock.nowMs - begunMs >= 59_000)
        try await measure("the window")
    }

    /// To the next midnight, after which the day's list becomes a chart.
    func passMidnight() async throws {
        guard let clock else { return }
        let dayMs: Int64 = 86_400_000
        let midnightMs = (clock.nowMs / dayMs + 1) * dayMs
        try await rest(seconds: Double(midnightMs - clock.nowMs) / 1_000)
        try await serve()
        try await clock.run(until: "the day has become a chart") {
            let sql = """
                select count(*) from frozen_periods
                where board = 'game' and list = 'daily' and starts_ms = \(midnightMs - dayMs)
                """
            return try ledger.psql(sql) == "1"
        }
        try await measure("midnight")
    }

    func rest(seconds: Double) async throws {
        clock?.advance(seconds: seconds)
        try await settle()
        // What is looked after once a minute has had its minute.
        clock?.advance(seconds: 61)
        try await settle()
        try await untilPruned()
    }

    /// Somebody enters every room, through either process: what was leased before is over, so each
    /// is leased more first.
    private func useAll() async throws {
        guard let clock else { return }
        let user = "lease-\(clock.nowMs)"
        // A ledger whose calls the jump of the clock has cut off is asked again.
        try await clock.run(until: "every room is leased sequences of this time") {
            try await traffic.enterAll(user)
            let sql = "select count(*) from rooms where sequence_lease < \(clock.nowMs) * 1000"
            return try ledger.psql(sql) == "0"
        }
    }

    /// Waits until both processes are ready.
    private func settle() async throws {
        guard clock != nil else { return }
        for site in sites {
            try await until("a process is ready: \(site.process.errors)") {
                guard site.process.isRunning else {
                    throw OnsaleProcess.Unready(errors: site.process.errors)
                }
                return try await site.isReady()
            }
        }
    }

    /// Waits until what is over has left the ledger.
    private func untilPruned() async throws {
        guard let clock else { return }
        var left = ""
        try await clock.run(until: "the ledger is pruned: \(left)") {
            let nowMs = clock.nowMs
            left = try ledger.psql(
                """
                select (select count(*) from admissions where ends_at_ms < \(nowMs - 3_720_000)),
                  (select count(*) from idempotency where at_ms < \(nowMs - 86_520_000)),
                  (select count(*) from samples where at_ms < \(nowMs - 604_920_000))
                """
            )
            return left == "0|0|0"
        }
    }
}
