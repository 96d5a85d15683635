import Redis
import TestGate
import Testing
import Values

@testable import Seats
@testable import TestKit

/// Redis comes back empty or older; the ledger says what is sold.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct SeatLossTests {
    @Test func emptiedSeatsAreLoadedOnceForAll() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 4)
            _ = try await bed.bought([2], of: id, for: "ann", as: "pay-1")
            // Redis's time goes on. In the very instant of the lost seats, a store that knew them
            // could not tell the other's load from an older Redis.
            try await bed.flush(clockMs: SeatBed.startMs + 1)
            let before = bed.book.loads
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        let outcome = try await bed.stores[index % 2].map(id)
                        guard case .map(let map) = outcome else { throw SeatBedError(what: "?") }
                        #expect(String(decoding: map.states, as: UTF8.self) == "fsff")
                    }
                }
                try await group.waitForAll()
            }
            #expect((1...2).contains(bed.book.loads - before))
            #expect(try await bed.report(id).buyers == ["ann": 1])
        }
    }

    /// A state without its map, or a map without its state, is no state.
    @Test(arguments: ["seats", "map"])
    func halfOfAStateIsLoadedAnew(_ key: String) async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 3)
            _ = try await bed.bought([1], of: id, for: "ann", as: "pay-1")
            _ = try await bed.held([2], of: id, for: "bob")
            _ = try await bed.redis.send("DEL", "{p:p}:\(key):p")
            #expect(try await bed.states(id) == "sff")
            #expect(try await bed.report(id).buyers == ["ann": 1])
        }
    }

    @Test func aLostHoldIsTakenAgainIfItsSeatsAreFree() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 4)
            let lucky = try await bed.held([1, 2], of: id, for: "ann")
            let late = try await bed.held([3], of: id, for: "bob")
            let beaten = try await bed.held([4], of: id, for: "cat")
            let nowMs = late.expiresMs - 1
            try await bed.flush(clockMs: nowMs)
            _ = try await bed.held([4], of: id, for: "dan")
            #expect(try await bed.store.fence(beaten) == .over)
            guard case .fenced = try await bed.stores[1].fence(lucky) else {
                return #expect(Bool(false))
            }
            #expect(try await bed.states(id) == "hhfh")
            try await bed.set(clockMs: late.expiresMs)
            #expect(try await bed.store.fence(late) == .over)
            // Given back in the new generation, it is not lost but over.
            try await bed.store.unfence(lucky)
            #expect(try await bed.store.fence(lucky) == .over)
        }
    }

    /// A fail-over to a replica that was behind: the process that saw more loads the seats anew,
    /// live holds stay.
    @Test func anOlderRedisIsNoticed() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 4)
            let early = try await bed.held([1], of: id, for: "ann")
            var saved: [(String, [UInt8])] = []
            for key in SeatKeys(id, behind: nil).all {
                if case .bytes(let bytes) = try await bed.redis.send("DUMP", key) {
                    saved.append((key, bytes))
                }
            }
            _ = try await bed.bought([2, 3], of: id, for: "bob", as: "pay-1")
            for (key, bytes) in saved {
                _ = try await bed.redis.send([
                    "RESTORE", .string(key), 0, .bytes(bytes), "REPLACE",
                ])
            }
            let cat = try user("cat")
            #expect(try await bed.store.hold([2], of: id, for: cat) == .taken([2]))
            #expect(try await bed.states(id, by: 1) == "hssf")
            guard case .fenced = try await bed.store.fence(early) else {
                return #expect(Bool(false))
            }
        }
    }

    /// One that knows nothing but the token of a later time notices it, too.
    @Test func aHoldOfALaterGenerationTellsThatRedisIsOlder() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 2)
            var hold = try await bed.held([1], of: id, for: "ann")
            hold.generation += 5
            hold.nonce = [UInt8](repeating: 1, count: SealedHold.nonceCount)
            hold.seats = [2]
            let generation = try await bed.report(id).generation
            guard case .fenced = try await bed.stores[1].fence(hold) else {
                return #expect(Bool(false))
            }
            #expect(try await bed.report(id).generation > generation + 5)
            #expect(try await bed.states(id) == "hh")
        }
    }

    /// A sold-out stadium: every seat its own buyer.
    @Test func fiftyThousandSeatsAreLoadedAndShown() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("big", seats: 50_000)
            for seat in 1..<50_000 {
                let hold = SealedHold(
                    performance: id,
                    user: try user("u\(seat)"),
                    seats: [seat],
                    amount: 1,
                    expiresMs: 0,
                    generation: 0,
                    nonce: (0..<12).map { UInt8(truncatingIfNeeded: seat >> ($0 * 4)) }
                )
                bed.book.append(hold, as: "pay-\(seat)")
            }
            let map = try await bed.states(id)
            #expect(map == String(repeating: "s", count: 49_999) + "f")
            let report = try await bed.report(id)
            #expect(report.buyers.count == 49_999 && report.sold == 49_999)
            _ = try await bed.held([50_000], of: id, for: "u1", by: 1)
            // Nothing of the load is left behind.
            let keys = try await bed.redis.send("KEYS", "{p:big}:load:*")
            #expect(keys.array?.isEmpty == true)
            // Each version is sent once.
            guard case .map(let shown) = try await bed.stores[1].map(id) else {
                return #expect(Bool(false))
            }
            #expect(try await bed.store.map(id, knownVersion: shown.version) == .unchanged)
            #expect(try await bed.store.map(id) == .map(shown))
        }
    }

    /// Thousands of holds that end together are ended before a seat is called taken.
    @Test func manyHoldsThatAreOverFreeTheirSeatsAtOnce() async throws {
        try await SeatBed.with { bed in
            let id = try bed.performance("p", seats: 3_000)
            for seat in 1...3_000 {
                _ = try await bed.held([seat], of: id, for: "u\(seat)", by: seat % 2)
            }
            try await bed.set(clockMs: SeatBed.startMs + 300_000)
            let last = try await bed.held([3_000], of: id, for: "ann")
            #expect(last.seats == [3_000])
            let free = String(repeating: "f", count: 2_999) + "h"
            #expect(try await bed.states(id, by: 1) == free)
            #expect(try await bed.report(id).holds.count == 1)
        }
    }
}
