import Redis
import TestGate
import Testing
import Values

@testable import Rankings

/// Who stands where: ties, limits, pages, neighbours, unions of days.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct BoardOrderTests {
    @Test func whoReachedItFirstStandsFirst() async throws {
        try await BoardBed.with { bed in
            bed.add("ann", 2)
            bed.add("bob", 3, afterMs: 1_000)
            bed.add("ann", 1, afterMs: 2_000)
            bed.add("cat", 4, afterMs: 3_000)
            bed.add("cat", -1, afterMs: 4_000)
            // Nothing that changes nothing makes anybody later.
            bed.add("bob", 0, afterMs: 5_000)
            try await bed.deliver()
            for list in try bed.lists() {
                #expect(try await bed.list(list) == "bob 3, ann 3, cat 3")
            }
        }
    }

    /// Lists with a start tell seconds apart, the others milliseconds; then the greater name.
    @Test func withinASecondTheNameDecides() async throws {
        try await BoardBed.with { bed in
            for (index, name) in ["bob", "ann", "cat"].enumerated() {
                bed.add(name, 1, afterMs: Int64(index))
            }
            bed.add("dan", 1, afterMs: 2)
            try await bed.deliver()
            #expect(try await bed.list(bed.period(.daily)) == "dan 1, cat 1, bob 1, ann 1")
            #expect(try await bed.list() == "bob 1, ann 1, dan 1, cat 1")
            #expect(try await bed.list(.realtime) == "bob 1, ann 1, dan 1, cat 1")
        }
    }

    @Test(arguments: [nil, BoardGuard.limit])
    func whatIsTooMuchIsRefused(_ missing: BoardGuard?) async throws {
        let lists = try await BoardBed.with(without: missing.map { [$0] } ?? []) { bed in
            bed.add("ann", PackedScore.unitsMax)
            bed.add("bob", PackedScore.unitsMax - 1, afterMs: 1)
            bed.add("bob", 1, afterMs: 2)
            bed.add("ann", 1, afterMs: 3)
            bed.add("cat", PackedScore.unitsMax, afterMs: 4)
            bed.set("cat", to: PackedScore.unitsMax + 1, afterMs: 5)
            try await bed.deliver()
            var lists: [String] = []
            for list in try bed.lists() { lists.append(try await bed.list(list)) }
            let meta = try await bed.redis.send("HGET", "rank:{games}:meta", "refused")
            // Two changes of five lists.
            #expect(missing != nil || meta.int == 10)
            return lists
        }
        let named = "ann 2147483647, bob 2147483647, cat 2147483647"
        let packed = "cat 2147483647, bob 2147483647, ann 2147483647"
        #expect((lists == [named, packed, packed, packed, named]) == (missing == nil), "\(lists)")
    }

    /// What is added up would be refused as a whole, or would hide that somebody came back from
    /// nothing: later than another, by a clock that is behind the one before.
    @Test(arguments: [nil, BoardGuard.sum])
    func whatIsAddedUpIsAsOneByOne(_ missing: BoardGuard?) async throws {
        let lists = try await BoardBed.with(without: missing.map { [$0] } ?? []) { bed in
            try await bed.store().sweep(BoardBed.board)
            for units in [PackedScore.unitsMax - 1, 1, 1] { bed.add("ann", units) }
            bed.add("bob", -1, afterMs: 9_000)
            bed.add("bob", 1, afterMs: 1_000)
            bed.add("cat", 3, afterMs: 2_000)
            bed.add("bob", 3, afterMs: 1_000)
            try await bed.deliver()
            return [try await bed.list(bed.period(.daily)), try await bed.list()]
        }
        let right = "ann 2147483647, bob 3, cat 3"
        #expect((lists == [right, right]) == (missing == nil), "\(lists)")
    }

    /// Points are taken today that were won yesterday: today's sum is below nothing, is not shown,
    /// and is not forgotten.
    @Test func whoIsBelowNothingIsNotShown() async throws {
        try await BoardBed.with { bed in
            bed.add("ann", 10)
            bed.add("bob", 1)
            try await bed.set(clockMs: bed.nowMs + BoardBed.dayMs)
            bed.add("ann", -3)
            bed.add("bob", -1)
            bed.add("cat", 1)
            try await bed.deliver()
            let day = try bed.period(.daily)
            #expect(try await bed.list(day) == "cat 1")
            #expect(try await bed.store().page(BoardBed.board, day, limit: 9)?.total == 1)
            let ann = try await bed.store().place(of: "ann", BoardBed.board, day, around: 2)
            #expect(ann?.entry == nil && ann?.around == [] && ann?.total == 1)
            #expect(try await bed.list() == "ann 7, cat 1")
            let before = bed.log.latest
            bed.add("ann", 5)
            try await bed.deliver(after: before)
            #expect(try await bed.list(day) == "ann 2, cat 1")
        }
    }

    @Test func pagesAndNeighbours() async throws {
        try await BoardBed.with { bed in
            for index in 1...50 { bed.add("m\(index)", Int64(index)) }
            try await bed.deliver()
            for list in try bed.lists() {
                let store = bed.store(1)
                let page = try #require(
                    try await store.page(BoardBed.board, list, offset: 10, limit: 3)
                )
                #expect(page.total == 50 && page.cursor == 50)
                #expect(page.entries.map(\.member) == ["m40", "m39", "m38"])
                #expect(page.entries.map(\.rank) == [11, 12, 13])
                let last = try await store.page(BoardBed.board, list, offset: 49, limit: 10)
                #expect(last?.entries == [RankedEntry(rank: 50, member: "m1", score: 1)])
                let none = try await store.page(BoardBed.board, list, offset: 50, limit: 10)
                #expect(none?.entries == [] && none?.total == 50)
                let place = try await store.place(of: "m49", BoardBed.board, list, around: 2)
                #expect(place?.entry == RankedEntry(rank: 2, member: "m49", score: 49))
                #expect(place?.around.map(\.member) == ["m50", "m49", "m48", "m47"])
                let alone = try await store.place(of: "m49", BoardBed.board, list)
                #expect(alone?.entry == place?.entry && alone?.around.count == 1)
                let stranger = try await store.place(of: "x", BoardBed.board, list)
                #expect(stranger?.entry == nil && stranger?.around == [] && stranger?.total == 50)
                let end = try await store.place(of: "m1", BoardBed.board, list, around: 1)
                #expect(end?.around.map(\.rank) == [49, 50])
                let ranks = try await store.ranks(of: ["m2", "x", "m50"], BoardBed.board, list)
                #expect(ranks == [49, nil, 1])
            }
        }
    }

    /// What is asked in one turn of the loop leaves together, and everybody gets their own answer.
    @Test func readsOfATurnLeaveTogether() async throws {
        try await BoardBed.with { bed in
            for index in 1...50 { bed.add("m\(index)", Int64(index)) }
            try await bed.deliver()
            let (store, loop) = (bed.store(), bed.store().loop)
            let period = try bed.period(.daily)
            // The settings are known, and the board is seen to be there.
            _ = try await store.page(BoardBed.board, period, limit: 1)
            _ = try await bed.redis.send("CONFIG", "RESETSTAT")
            try await Task(executorPreference: loop) {
                // The tasks below are run in one turn, after this one waits.
                let pages = (0..<20).map { index in
                    Task(executorPreference: loop) {
                        try await store.page(BoardBed.board, period, offset: index % 5, limit: 1)
                    }
                }
                let ranks = (1...20).map { index in
                    Task(executorPreference: loop) {
                        let members = (0..<index).map { "m\(50 - $0)" } + ["x"]
                        return try await store.ranks(of: members, BoardBed.board, .all)
                    }
                }
                let places = (1...20).map { index in
                    Task(executorPreference: loop) {
                        try await store.place(of: "m\(index)", BoardBed.board, .all)
                    }
                }
                for (index, page) in pages.enumerated() {
                    let entry = try await page.value?.entries.first
                    #expect(entry?.rank == index % 5 + 1 && entry?.score == Int64(50 - index % 5))
                }
                for (index, ranks) in ranks.enumerated() {
                    #expect(try await ranks.value == Array(1...(index + 1)) + [nil])
                }
                for (index, place) in places.enumerated() {
                    #expect(try await place.value?.entry?.rank == 50 - index)
                }
            }.value
            let info = try await bed.redis.send("INFO", "commandstats").string ?? ""
            #expect(info.contains("cmdstat_fcall:calls=3,"), "\(info)")
            // The same page is read once.
            #expect(info.contains("cmdstat_zrevrange:calls=5,"), "\(info)")
        }
    }

    @Test func whatIsNotKeptIsNotThere() async throws {
        try await BoardBed.with { bed in
            bed.log.put(Board(id: BoardBed.board, windows: [.daily], timeZone: "UTC"))
            bed.add("ann", 1)
            try await bed.deliver()
            let store = bed.store()
            #expect(try await bed.list(bed.period(.daily)) == "ann 1")
            #expect(try await store.page(BoardBed.board, .all, limit: 1) == nil)
            let stranger = try #require(BoardID("unheard"))
            #expect(try await store.page(stranger, .all, limit: 1) == nil)
            let keys = try await bed.redis.send("KEYS", "rank:*").array?.compactMap(\.string)
            #expect(keys?.sorted() == ["rank:{games}:d:20300515", "rank:{games}:meta"])
        }
    }

    /// Lists live so long after the end of their period; those that never end stay.
    @Test func listsOfPeriodsEnd() async throws {
        try await BoardBed.with { bed in
            bed.add("ann", 1)
            // Built the first time, applied the second.
            for _ in 0..<2 {
                let after = bed.log.latest - 1
                try await bed.deliver(after: after)
                for (key, days, end) in [
                    ("d:20300515", 32, "2030-05-15"), ("w:2030W20", 70, "2030-05-15"),
                    ("m:203005", 13 * 31, "2030-05-15"),
                ] {
                    let window = BoardWindow.allCases.first { key.hasPrefix($0.letter + ":") }
                    guard case .period(let period) = try bed.period(try #require(window)) else {
                        return
                    }
                    let reply = try await bed.redis.send("PEXPIRETIME", "rank:{games}:\(key)")
                    let expected = period.endMs + Int64(days) * BoardBed.dayMs
                    #expect(reply.int == Int(expected), "\(key) \(end)")
                }
                for key in ["meta", "a", "a:at", "r", "r:at"] {
                    #expect(try await bed.redis.send("PTTL", "rank:{games}:\(key)").int == -1)
                }
                _ = try await bed.redis.send("DEL", "rank:{games}:d:20300515")
                bed.add("ann", 1)
            }
        }
    }

    /// A refund of a sale whose day is long over does not begin that day's list again.
    @Test(arguments: [nil, BoardGuard.life])
    func aListThatIsGoneStaysGone(_ missing: BoardGuard?) async throws {
        let isThere = try await BoardBed.with(without: missing.map { [$0] } ?? []) { bed in
            try await bed.store().sweep(BoardBed.board)
            let old = bed.nowMs
            try await bed.set(clockMs: old + 40 * BoardBed.dayMs)
            bed.add("ann", 2, countsAtMs: old)
            try await bed.deliver()
            return try await bed.redis.send("EXISTS", "rank:{games}:d:20300515").int == 1
        }
        #expect(isThere == (missing == .life))
    }

    @Test func theLastDaysAreAddedUp() async throws {
        try await BoardBed.with(zone: "Summer") { bed in
            for day in 0..<5 {
                try await bed.set(clockMs: BoardBed.startMs + Int64(day) * BoardBed.dayMs)
                bed.add("ann", 2)
                bed.add("bob", day == 4 ? 0 : 3, afterMs: 1_000)
                bed.add("cat", day == 3 ? 6 : 0, afterMs: 2_000)
                bed.add("m\(day)", 1, afterMs: 3_000)
            }
            for index in 0..<1_200 { bed.add("x\(index)", 7) }
            bed.add("top", 8)
            try await bed.deliver()
            let store = bed.store()
            let days = await store.lastDays(3, until: bed.nowMs, in: "Summer")
            #expect(days.map(\.name) == ["2030-05-19", "2030-05-18", "2030-05-17"])
            let all = try #require(
                try await store.union(of: days, BoardBed.board, limit: 5_000)
            )
            #expect(all.count == 1_200 + 7)
            #expect(all.first == RankedEntry(rank: 1, member: "top", score: 8))
            // Six each: on the day before by the later second, then today.
            #expect(all.dropFirst(1_201).map(\.member) == ["bob", "cat", "ann", "m2", "m3", "m4"])
            let two = try await store.union(of: days, BoardBed.board, limit: 2)
            #expect(two == Array(all.prefix(2)))
        }
    }
}
