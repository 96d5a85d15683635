import Redis
import TestGate
import Testing
import Values

@testable import Rankings
@testable import TestKit

/// The last 24 hours, in steps of ten minutes.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct BoardRollingTests {
    @Test(arguments: [nil, BoardGuard.swept])
    func whatIsOverLeavesTheList(_ missing: BoardGuard?) async throws {
        let lists = try await BoardBed.with(without: missing.map { [$0] } ?? [], slice: 10) { bed in
            for index in 0..<10 { bed.add("m\(index)", 2) }
            try await bed.deliver()
            try await bed.set(clockMs: bed.nowMs + 600_000)
            bed.add("m0", 1)
            try await bed.deliver(after: 10)
            var lists: [String] = []
            let end = BoardBed.startMs + BoardBed.dayMs
            for ms in [end - 1, end, end + 599_999, end + 600_000] {
                try await bed.set(clockMs: ms)
                lists.append(try await bed.list(.realtime))
            }
            return lists
        }
        #expect(lists[0].hasPrefix("m0 3, ") && lists[0].hasSuffix("m1 2"))
        #expect((Array(lists.dropFirst()) == ["m0 1", "m0 1", ""]) == (missing == nil), "\(lists)")
    }

    @Test(arguments: [nil, BoardGuard.mark])
    func whatWasSetCountsFromThen(_ missing: BoardGuard?) async throws {
        let lists = try await BoardBed.with(without: missing.map { [$0] } ?? []) { bed in
            bed.add("ann", 5)
            bed.add("bob", 1)
            try await bed.set(clockMs: bed.nowMs + BoardBed.hourMs)
            bed.set("ann", to: 2)
            // Late, of the time before: it counts with what was set.
            bed.add("ann", 1, countsAtMs: BoardBed.startMs)
            try await bed.deliver()
            var lists = [try await bed.list(.realtime)]
            try await bed.set(clockMs: BoardBed.startMs + BoardBed.dayMs)
            lists.append(try await bed.list(.realtime))
            try await bed.set(clockMs: bed.nowMs + BoardBed.hourMs)
            lists.append(try await bed.list(.realtime))
            return lists
        }
        #expect((lists == ["ann 3, bob 1", "ann 3", ""]) == (missing == nil), "\(lists)")
    }

    /// Nothing of it stays in Redis when all is over.
    @Test func allOfItIsForgotten() async throws {
        try await BoardBed.with(slice: 5) { bed in
            for index in 0..<40 {
                bed.add("m\(index % 9)", 2, afterMs: Int64(index) * 600_000)
                bed.add("m\(index % 9)", -2, afterMs: 90_000_000, countsAtMs: bed.nowMs)
                bed.set("m\(index % 9)", to: Int64(index % 3))
            }
            try await bed.deliver()
            // Also where nobody has swept for long.
            try await bed.set(clockMs: bed.nowMs + 100 * BoardBed.dayMs)
            for side in 0...1 { try await bed.store(side).sweep(BoardBed.board) }
            let keys = try await bed.redis.send("KEYS", "rank:{games}:r*")
            #expect(keys.array?.isEmpty == true, "\(keys)")
            #expect(try await bed.list(.realtime) == "")
        }
    }

    /// Two processes take out the same, a slice at a time.
    @Test func twoMaySweepAtOnce() async throws {
        try await BoardBed.with(slice: 7) { bed in
            for index in 0..<300 { bed.add("m\(index)", 2) }
            try await bed.set(clockMs: bed.nowMs + BoardBed.hourMs)
            for index in 0..<50 { bed.add("m\(index)", 1) }
            try await bed.deliver()
            try await bed.set(clockMs: BoardBed.startMs + BoardBed.dayMs)
            _ = try await together(4) { try await bed.store($0).sweep(BoardBed.board) }
            let oracle = BoardOracle(events: bed.log.events, nowMs: bed.nowMs)
            let page = try await bed.store().page(BoardBed.board, .realtime, limit: 1_000)
            #expect(page?.entries == oracle.list(.realtime))
            #expect(page?.total == 50)
        }
    }

    /// In every list, and when they are built anew.
    @Test(arguments: [nil, BoardGuard.same])
    func toSetWhatIsThereKeepsThePlace(_ missing: BoardGuard?) async throws {
        let lists = try await BoardBed.with(without: missing.map { [$0] } ?? []) { bed in
            bed.set("z", to: 5)
            bed.set("a", to: 5, afterMs: 2_000)
            bed.set("z", to: 5, afterMs: 4_000)
            var lists: [String] = []
            for isBuiltAnew in [false, true] {
                if isBuiltAnew {
                    try await bed.store(1).rebuild(BoardBed.board)
                } else {
                    try await bed.deliver()
                }
                for list in try bed.lists() { lists.append(try await bed.list(list)) }
            }
            return lists
        }
        #expect(lists.count == 10)
        #expect((Set(lists) == ["z 5, a 5"]) == (missing == nil), "\(lists)")
    }

    /// What reached the score is over, a later set of the same is not: it stands in its place.
    @Test(arguments: [nil, BoardGuard.same])
    func aLaterSetOutlivesWhatReachedTheScore(_ missing: BoardGuard?) async throws {
        let lists = try await BoardBed.with(without: missing.map { [$0] } ?? []) { bed in
            bed.set("z", to: 5)
            bed.add("y", 3)
            try await bed.set(clockMs: BoardBed.startMs + 600_000)
            bed.add("y", 2)
            bed.set("a", to: 5, afterMs: 1_000)
            try await bed.set(clockMs: BoardBed.startMs + 1_200_000)
            bed.set("z", to: 5)
            bed.set("y", to: 5, afterMs: 1_000)
            bed.set("b", to: 5, afterMs: 2_000)
            try await bed.set(clockMs: BoardBed.startMs + 1_800_000)
            for name in ["z", "y", "b"] { bed.set(name, to: 5) }
            try await bed.deliver()
            var lists: [String] = []
            for steps in 0...2 as ClosedRange<Int64> {
                let ms = BoardBed.startMs + BoardBed.dayMs - 1 + steps * 600_000
                try await bed.set(clockMs: ms)
                lists.append(try await bed.list(.realtime))
            }
            try await bed.store(1).rebuild(BoardBed.board)
            lists.append(try await bed.list(.realtime))
            return lists
        }
        let expected = [
            "z 5, y 5, a 5, b 5", "a 5, z 5, y 5, b 5", "z 5, y 5, b 5", "z 5, y 5, b 5",
        ]
        #expect((lists == expected) == (missing == nil), "\(lists)")
    }

    /// A refund of what is over makes nobody later, so the set before it has the last instant.
    @Test(arguments: [nil, BoardGuard.added])
    func aRefundAfterASetDoesNotHideIt(_ missing: BoardGuard?) async throws {
        let lists = try await BoardBed.with(without: missing.map { [$0] } ?? []) { bed in
            bed.add("z", 3)
            try await bed.set(clockMs: BoardBed.startMs + 600_000)
            bed.add("z", 2)
            try await bed.set(clockMs: BoardBed.startMs + 1_200_000)
            bed.add("a", 2)
            try await bed.deliver()
            // The three are over, and nobody has taken them out of the list yet.
            try await bed.set(clockMs: BoardBed.startMs + BoardBed.dayMs)
            bed.set("z", to: 5)
            bed.add("z", -3, countsAtMs: BoardBed.startMs)
            try await bed.deliver(after: 3)
            var lists = [try await bed.list(.realtime)]
            try await bed.store(1).rebuild(BoardBed.board)
            lists.append(try await bed.list(.realtime))
            let oracle = BoardOracle(events: bed.log.events, nowMs: bed.nowMs)
            #expect(oracle.list(.realtime).map(\.member) == ["a", "z"])
            return lists
        }
        let expected = ["a 2, z 2", "a 2, z 2"]
        #expect((lists == expected) == (missing == nil), "\(lists)")
    }
}
