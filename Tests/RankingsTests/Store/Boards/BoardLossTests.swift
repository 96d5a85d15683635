import Redis
import TestGate
import Testing
import Values

@testable import Engines
@testable import Rankings
@testable import TestKit

/// Redis comes back empty, older or in pieces; settings change: the outbox says what counts.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct BoardLossTests {
    private static let right = "cat 9, bob 4, ann 3"

    private static func write(_ bed: BoardBed) {
        for (index, name) in ["ann", "bob", "ann", "cat"].enumerated() {
            bed.add(name, [1, 4, 2, 9][index], afterMs: Int64(index))
        }
    }

    @Test(arguments: [nil, BoardGuard.unknown])
    func anEmptiedBoardIsBuiltAnew(_ missing: BoardGuard?) async throws {
        let lists = try await BoardBed.with(without: missing.map { [$0] } ?? []) { bed in
            Self.write(bed)
            try await bed.deliver()
            try await bed.flush()
            bed.restart()
            if missing == nil {
                // Nobody is shown an empty list meanwhile.
                await #expect(throws: StoreError.unavailable("the board games is being built")) {
                    try await bed.list()
                }
            }
            var lists: [String] = []
            for list in try bed.lists() { lists.append(try await bed.listWhenBuilt(list)) }
            return lists
        }
        #expect(lists.allSatisfy { ($0 == Self.right) == (missing == nil) }, "\(lists)")
    }

    /// Emptied between two slices of a batch, and in the middle of being built.
    @Test func emptiedInTheMiddle() async throws {
        try await BoardBed.with(slice: 2) { bed in
            for index in 0..<3_000 { bed.add("m\(index % 100)", Int64(index % 7), afterMs: 1) }
            bed.log.onRead { after in
                // In the middle of the first build, and of the next.
                if (1_000..<3_000).contains(after), bed.log.reads < 8 { try? await bed.flush() }
            }
            for _ in 0..<5 {
                do { try await bed.deliver() } catch StoreError.unavailable { continue }
            }
            let oracle = BoardOracle(events: bed.log.events, nowMs: bed.nowMs)
            for list in try bed.lists() {
                _ = try await bed.listWhenBuilt(list)
                let page = try await bed.store().page(BoardBed.board, list, limit: 1_000)
                #expect(page?.entries == oracle.list(list))
            }
            let keys = try await bed.redis.send("KEYS", "rank:{games}:load:*")
            #expect(keys.array?.isEmpty == true)
        }
    }

    /// While a board is built, the process at the other side goes on.
    @Test func theBoardGoesOnWhileItIsBuilt() async throws {
        try await BoardBed.with(slice: 50) { bed in
            for index in 0..<2_500 { bed.add("m\(index % 100)", Int64(index % 7)) }
            try await bed.deliver()
            bed.log.onRead { after in
                // Behind the back of the build: what it has read already is not all.
                guard after >= 2_000, bed.log.latest < 2_505 else { return }
                let before = bed.log.latest
                bed.add("late", 1)
                try? await bed.deliver(after: before, by: 1)
            }
            try await bed.store(0).rebuild(BoardBed.board)
            bed.log.onRead(nil)
            let oracle = BoardOracle(events: bed.log.events, nowMs: bed.nowMs)
            #expect(bed.log.latest == 2_505)
            for list in try bed.lists() {
                for side in 0...1 {
                    let page = try await bed.store(side).page(BoardBed.board, list, limit: 1_000)
                    #expect(page?.entries == oracle.list(list))
                }
            }
        }
    }

    /// A stale replica took over: what was applied since is applied again.
    @Test(arguments: [nil, BoardGuard.gap])
    func anOlderBoardCatchesUp(_ missing: BoardGuard?) async throws {
        let lists = try await BoardBed.with(without: missing.map { [$0] } ?? []) { bed in
            bed.add("ann", 1)
            try await bed.deliver()
            var kept: [(String, [UInt8])] = []
            for key in try await bed.redis.send("KEYS", "rank:*").array ?? [] {
                let name = try #require(key.string)
                guard case .bytes(let bytes) = try await bed.redis.send("DUMP", name) else {
                    continue
                }
                kept.append((name, bytes))
            }
            for (name, units) in [("bob", 4), ("ann", 2), ("cat", 9)] {
                let before = bed.log.latest
                bed.add(name, Int64(units))
                if name != "cat" { try await bed.deliver(after: before) }
            }
            for (key, bytes) in kept {
                _ = try await bed.redis.send([
                    "RESTORE", .string(key), 0, .bytes(bytes), "REPLACE",
                ])
            }
            // The relay goes on where it was, in a process that never saw the newer one.
            bed.restart()
            try await bed.deliver(after: 3)
            var lists: [String] = []
            for list in try bed.lists() { lists.append(try await bed.list(list, by: 1)) }
            return lists
        }
        #expect(lists.allSatisfy { ($0 == Self.right) == (missing == nil) }, "\(lists)")
    }

    /// Nothing new is sold; whoever reads notices what came back older.
    @Test func aReaderNoticesAnOlderBoard() async throws {
        try await BoardBed.with { bed in
            bed.add("ann", 3)
            try await bed.deliver()
            let names = try await bed.redis.send("KEYS", "rank:*").array?.compactMap(\.string)
            for name in names ?? [] {
                _ = try await bed.redis.send("COPY", name, "kept:\(name)")
            }
            bed.add("bob", 4)
            bed.add("cat", 9)
            try await bed.deliver(after: 1)
            for name in names ?? [] {
                _ = try await bed.redis.send("COPY", "kept:\(name)", name, "REPLACE")
            }
            #expect(try await bed.list() == Self.right)
            #expect(try await bed.list(.realtime, by: 1) == Self.right)
        }
    }

    /// Nothing new is sold, and every process has just started: the ledger says what was brought.
    @Test(arguments: [true, false])
    func aNewcomerNoticesAnOlderBoard(_ isWrittenDown: Bool) async throws {
        let list = try await BoardBed.with { bed in
            bed.add("ann", 3)
            try await bed.deliver()
            let names = try await bed.redis.send("KEYS", "rank:*").array?.compactMap(\.string)
            for name in names ?? [] {
                _ = try await bed.redis.send("COPY", name, "kept:\(name)")
            }
            bed.add("bob", 4)
            bed.add("cat", 9)
            try await bed.deliver(after: 1)
            if isWrittenDown { bed.log.delivered = 3 }
            for name in names ?? [] {
                _ = try await bed.redis.send("COPY", "kept:\(name)", name, "REPLACE")
            }
            bed.restart()
            return [try await bed.list(), try await bed.list(.realtime, by: 1)]
        }
        #expect(list == (isWrittenDown ? [Self.right, Self.right] : ["ann 3", "ann 3"]))
    }

    @Test(arguments: ["meta", "a", "r:at", "d:20300515", "r:3175128"])
    func aBoardInPiecesIsBuiltOnDemand(_ key: String) async throws {
        try await BoardBed.with { bed in
            Self.write(bed)
            try await bed.deliver()
            #expect(try await bed.redis.send("DEL", "rank:{games}:\(key)").int == 1)
            if key != "meta" { try await bed.store().rebuild(BoardBed.board) }
            for list in try bed.lists() {
                #expect(try await bed.listWhenBuilt(list, by: 1) == Self.right)
            }
            // Also what was in pieces is taken out at its time.
            try await bed.set(clockMs: bed.nowMs + BoardBed.dayMs)
            #expect(try await bed.list(.realtime) == "")
        }
    }

    @Test(arguments: [nil, BoardGuard.revision])
    func otherSettingsBuildItAnew(_ missing: BoardGuard?) async throws {
        let days = try await BoardBed.with(without: missing.map { [$0] } ?? []) { bed in
            // 23:30 in UTC: in the other zone it is the next day.
            try await bed.set(clockMs: BoardBed.startMs + 23 * BoardBed.hourMs / 2)
            Self.write(bed)
            try await bed.deliver()
            let utc = try bed.period(.daily)
            #expect(try await bed.list(utc) == Self.right)
            bed.log.put(
                Board(id: BoardBed.board, windows: [.daily, .all], timeZone: "Summer")
            )
            // By the other process, before this one knows.
            bed.restart()
            try await bed.deliver(by: 1)
            let summer = try bed.period(.daily)
            #expect(utc != summer)
            return [
                try await bed.listWhenBuilt(utc, by: 1), try await bed.listWhenBuilt(summer),
            ]
        }
        #expect((days == ["", Self.right]) == (missing == nil), "\(days)")
    }
}

extension BoardBed {
    /// As `list`, once the board is built that Redis has lost.
    func listWhenBuilt(_ list: BoardList = .all, by side: Int = 0) async throws -> String {
        try await until("\(list) is there") {
            do {
                _ = try await self.list(list, by: side)
                return true
            } catch StoreError.unavailable {
                return false
            }
        }
        return try await self.list(list, by: side)
    }
}
