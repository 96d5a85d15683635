import Redis
import TestGate
import TestRedis
import Testing
import Values

@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// The audit of boards: what is right is found to be right, whatever goes on, and what somebody has
/// changed is found.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct BoardAuditTests {
    private typealias Bed = RankingBed

    /// Small numbers, so that many stand equal and time and names decide; sales given back, scores
    /// set to what they are, nothing added.
    @Test(arguments: Engine.allCases, [UInt64.random(in: 0...999_999), 11])
    func whatHappenedIsOnTheBoards(_ engine: Engine, _ seed: UInt64) async throws {
        try await Bed.with(engine) { bed in
            var random = SeededRandom(seed)
            try await bed.makeGame()
            var orders: [(name: String, buyer: String)] = []
            for step in 0..<200 {
                let pauses = [0, 0, 700, 60_000, Bed.hourMs, 5 * Bed.hourMs, 2 * Bed.dayMs]
                try await bed.pass(pauses.randomElement(using: &random) ?? 0)
                let member = "m\(Int.random(in: 0..<6, using: &random))"
                switch Int.random(in: 0..<6, using: &random) {
                case 0, 1:
                    let units = Int64.random(in: 1...2, using: &random)
                    let name = try await bed.sell([member: units], as: "u\(step)", by: step)
                    orders.append((name, "u\(step)"))
                case 2:
                    let place = orders.indices.suffix(8).randomElement(using: &random)
                    guard let place else { continue }
                    let order = orders.remove(at: place)
                    try await bed.cancel(order.name, of: order.buyer)
                case 3:
                    try await bed.play(member, .set(Int64.random(in: 0...2, using: &random)))
                default: try await bed.play(member, .add(Int64.random(in: -1...2, using: &random)))
                }
                guard step % 50 == 49 else { continue }
                try await bed.settle()
                let lines = await bed.audit(slice: 3)
                #expect(lines.map(\.finding) == [.kept, .kept, .kept], "seed \(seed): \(lines)")
            }
        }
    }

    /// Each list of a board, with one unit more in Redis than there is.
    @Test(arguments: Engine.allCases)
    func aScoreThatSomebodyHasChangedIsFound(_ engine: Engine) async throws {
        try await Bed.with(engine) { bed in
            try await bed.sellForTwoMonths()
            let lists = try bed.lists(of: .products)
            #expect(lists.count == 8)
            let kept = await bed.audit()
            let lost = "not in Redis: the next request builds it"
            #expect(kept.map(\.detail) == [lost, "8 lists, 24 places"])
            for list in engine == .sqlite ? lists : [lists[1]] {
                let (key, unit) = bed.key(of: list, .products)
                let first = try await bed.first(of: key)
                _ = try await bed.redis.send("ZINCRBY", key, String(unit), first)
                let lines = await bed.audit()
                #expect(lines.map(\.finding) == [.kept, .broken], "\(list)")
                #expect(lines[1].promise.contains("products"))
                #expect(lines[1].detail.hasPrefix(list.window.rawValue), "\(lines[1].detail)")
                #expect(lines[1].detail.contains("in Redis"))
                _ = try await bed.redis.send("ZINCRBY", key, String(-unit), first)
            }
            #expect(await bed.audit() == kept)
        }
    }

    enum Change: CaseIterable { case gone, invented, earlier }

    @Test(arguments: Change.allCases, [BoardWindow.daily, .all])
    func aPlaceThatSomebodyHasChangedIsFound(_ change: Change, _ window: BoardWindow) async throws {
        try await Bed.with(.sqlite) { bed in
            try await bed.sell(["tee": 2, "cap": 1], as: "ann")
            try await bed.pass(5_000)
            try await bed.sell(["mug": 2], as: "bob")
            try await bed.settle()
            let list = try #require(try bed.lists(of: .products).first { $0.window == window })
            let (key, unit) = bed.key(of: list, .products)
            let first = try await bed.first(of: key)
            switch change {
            case .gone: _ = try await bed.redis.send("ZREM", key, first)
            case .invented:
                let name = list == .all ? "0000000000000:eve" : "eve"
                _ = try await bed.redis.send("ZADD", key, String(unit), name)
            // `mug` comes to stand before `tee`, with the units it has.
            case .earlier where list == .all:
                let at = try await bed.redis.send("HGET", "\(key):at", "mug").string
                _ = try await bed.redis.send("ZREM", key, "\(at ?? ""):mug")
                _ = try await bed.redis.send("ZADD", key, "2", "fffffffffffff:mug")
                _ = try await bed.redis.send("HSET", "\(key):at", "mug", "fffffffffffff")
            case .earlier: _ = try await bed.redis.send("ZINCRBY", key, "100", "mug")
            }
            let line = await bed.audit()[1]
            #expect(line.finding == .broken, "\(line)")
            #expect(line.detail.contains("before tee") == (change == .earlier), "\(line)")
        }
    }

    /// The audit changes nothing, nor is anything wrong: whoever reads it builds it.
    @Test func aBoardThatRedisHasLostIsNoBreak() async throws {
        try await Bed.with(.sqlite) { bed in
            try await bed.sellForTwoMonths()
            try await bed.flush()
            let lines = await bed.audit()
            let lost = "not in Redis: the next request builds it"
            #expect(lines.map(\.finding) == [.kept, .kept])
            #expect(lines.map(\.detail) == [lost, lost])
            let keys = try await bed.redis.send("KEYS", "rank:*")
            #expect(keys.array?.isEmpty == true)
        }
    }

    @Test func withoutRedisNothingIsFound() async throws {
        try await Bed.with(.sqlite) { bed in
            bed.bed.server.kill()
            let lines = await bed.audit()
            #expect(lines.map(\.finding) == [.notChecked, .notChecked])
        }
    }

    /// What a relay has not brought is not there; it is said, for it stays so.
    @Test func whatNobodyBringsIsMissing() async throws {
        try await Bed.with(.sqlite) { bed in
            try await bed.sell(["tee": 2], as: "ann")
            try await bed.settle()
            await bed.sides[0].relay.stop()
            try await bed.sell(["tee": 1], as: "bob")
            let line = await bed.audit()[1]
            #expect(line.finding == .broken)
            #expect(line.detail == "realtime: tee has 2 in Redis and 3 in the ledger")
        }
    }

    /// Sales go on while it looks.
    @Test(arguments: Engine.allCases) func whatMovesIsNotBroken(_ engine: Engine) async throws {
        try await Bed.with(engine) { bed in
            try await bed.sell(["tee": 1, "cap": 1, "mug": 1], as: "first")
            await bed.startRelay()
            let lines = await withThrowingTaskGroup(of: Void.self) { group in
                for side in 0..<2 {
                    group.addTask {
                        var step = 0
                        while !Task.isCancelled {
                            let name = "s\(side)-\(step)"
                            let order = try await bed.sell(
                                ["tee": 1, "cap": 2],
                                as: name,
                                by: side
                            )
                            if step % 3 == 0 { try await bed.cancel(order, of: name) }
                            bed.nudge()
                            step += 1
                        }
                    }
                }
                var lines: [AuditLine] = []
                for _ in 0..<5 {
                    let found = await bed.audit()
                    lines += found
                }
                group.cancelAll()
                return lines
            }
            // On a busy machine a read of the ledger may take too long, which is told as it is.
            let found = Set(lines.map(\.finding))
            #expect(found.contains(.kept) && found.isSubset(of: [.kept, .notChecked]), "\(lines)")
        }
    }

    /// Somebody has written into Redis what is no list of ours.
    @Test func aListThatCannotBeReadIsBuiltAnew() async throws {
        try await Bed.with(.sqlite, sides: 1) { bed in
            try await bed.sell(["tee": 2, "cap": 1], as: "first")
            try await bed.settle()
            for junk in [
                ["ZADD", "rank:{products}:a", "999", "evil"], ["SET", "rank:{products}:a", "x"],
            ] {
                if junk[0] == "SET" { _ = try await bed.redis.send("DEL", junk[1]) }
                _ = try await bed.redis.send(junk.map { .string($0) })
                #expect(await bed.audit().map(\.finding).contains { $0 != .kept }, "\(junk)")
                let mended = await bed.audit(repairs: true).filter { $0.finding != .kept }
                #expect(mended.map(\.finding) == [.mended], "\(mended)")
                #expect(await bed.audit().allSatisfy { $0.finding == .kept }, "\(junk)")
            }
        }
    }

    /// More than one page of Redis, and many slices of the ledger.
    @Test(arguments: Engine.allCases) func longListsAreReadToTheirEnd(_ engine: Engine) async throws
    {
        try await Bed.with(engine) { bed in
            try await bed.makeGame([.daily, .all])
            try await bed.fillGame(members: 2_300)
            try await bed.settle()
            let line = await bed.audit(slice: 700)[1]
            #expect(line.promise.contains("game"))
            #expect(line.detail == "3 lists, 4600 places")
            // The last of all.
            let list = BoardKeys(try board("game")).all[1]
            let last = try await bed.redis.send("ZRANGE", list, "0", "0").array?.first?.string
            _ = try await bed.redis.send("ZINCRBY", list, "1", try #require(last))
            #expect(await bed.audit(slice: 700)[1].finding == .broken)
        }
    }
}
