import EventLoop
import Foundation
import Redis
import TestGate
import Testing
import TestPostgres

@testable import TestKit

/// A busy site over a long time: two processes on one Redis and one PostgreSQL stay up, take no
/// more than what was sold needs, and keep every promise.
///
/// In virtual time: the clocks of Redis and of the servers are moved on, timers and all. In real
/// time, with the clocks as they are: `make soak MINUTES=30`, which sets `ONSALE_SOAK_MINUTES`.
@Suite(.sideBySide(isLong: true)) struct SoakTests {
    private static let minutes = ProcessInfo.processInfo.environment["ONSALE_SOAK_MINUTES"]
        .flatMap { Double($0) }
    /// What a process may take more at the end than after its first round: malloc gives pages back
    /// late, and a sanitizer keeps 256 MB of what was freed to see who still uses it.
    private static let residentGrowthMaxMB =
        ProcessInfo.processInfo.environment["ONSALE_SANITIZE"] == nil ? 32 : 512
    private static let descriptorGrowthMax = 4

    @Test(.timeLimit(.minutes(5))) func threeWeeksInAMinute() async throws {
        let clock = try VirtualClock()
        try await Ground.with("postgres", clock: clock) { ground in
            let soak = try await Soak(ground, clock)
            defer { soak.loop.stop() }
            try await soak.begin()
            let first = try await soak.measure("the start")
            try await soak.slideWindow()
            for _ in 0..<3 { try await soak.pass(seconds: 200, "a lease") }
            for _ in 0..<2 { try await soak.pass(seconds: 3_600, "an hour") }
            try await soak.passMidnight()
            try await soak.pass(seconds: 6 * 3_600, "6 hours")
            try await soak.passMidnight()
            try await soak.pass(seconds: 25 * 3_600, "25 hours")
            try await soak.pass(seconds: 3 * 86_400, "3 days")
            try await soak.pass(seconds: 8 * 86_400, "8 days")
            try await soak.pass(seconds: 8 * 86_400, "8 days")
            // The visitors of the last round are gone, too.
            try await soak.rest(seconds: 25 * 3_600)
            let last = try await soak.measure("a rest")
            check(first, last, soak.traffic.sold)
            #expect(last.rows["admissions"] == 0)
            #expect(last.rows["idempotency"] == 0)
            // 32 days, 12 weeks, 14 months and a dozen more of each of three boards.
            #expect(last.keys["boards", default: 0] <= 3 * 70)
            try await ground.audit()
            #expect(soak.sites.allSatisfy { $0.process.isRunning })
            await soak.end()
        }
    }

    @Test(.enabled(if: minutes != nil, "make soak MINUTES=30"))
    func aLongNightInRealTime() async throws {
        try await Ground.with("postgres") { ground in
            let soak = try await Soak(ground, nil)
            defer { soak.loop.stop() }
            try await soak.begin()
            let first = try await soak.measure("the start")
            let begin = ContinuousClock.now
            for minute in 1...max(1, Int(Self.minutes ?? 1)) {
                for part in 1...6 {
                    try await soak.serve()
                    let due = begin + .seconds((minute - 1) * 60 + part * 10)
                    try await until("ten seconds are over", seconds: 60) {
                        ContinuousClock.now >= due
                    }
                }
                _ = try await soak.measure("\(minute) min")
            }
            let last = try await soak.measure("the end")
            check(first, last, soak.traffic.sold)
            try await ground.audit()
            #expect(soak.sites.allSatisfy { $0.process.isRunning })
            await soak.end()
        }
    }

    /// What may not grow has not, and the rest is what was sold.
    private func check(_ first: SoakMeasure, _ last: SoakMeasure, _ sold: SoakTraffic.Sold) {
        for (before, after) in zip(first.residentMB, last.residentMB) {
            #expect(after <= before + Self.residentGrowthMaxMB, "memory: \(first), \(last)")
        }
        for (before, after) in zip(first.descriptors, last.descriptors) {
            #expect(after <= before + Self.descriptorGrowthMax, "descriptors: \(first), \(last)")
        }
        let keys = last.keys
        // Ten keys a room, seven a performance, four a coupon.
        #expect(keys["rooms", default: 0] <= (SoakTraffic.rooms + 1) * 10)
        #expect(keys["seats", default: 0] <= SoakTraffic.performances.count * 7)
        #expect(keys["coupons", default: 0] <= 4)
        #expect(keys["other", default: 0] <= 2, "\(keys)")
        let rows = last.rows
        #expect(rows["rooms"] == SoakTraffic.rooms + 1)
        #expect(rows["payments"] == sold.payments)
        #expect(rows["sold_seats"] == sold.payments - sold.cancels)
        #expect(rows["orders"] == sold.orders)
        #expect(rows["coupon_claims"] == sold.claims)
        #expect(rows["score_events"] == sold.scores)
        #expect(rows["transfers"] == sold.charges + sold.payments + sold.cancels + sold.orders)
    }
}
