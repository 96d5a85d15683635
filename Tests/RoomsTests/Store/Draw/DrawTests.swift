import Crypto
import Redis
import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Rooms
@testable import TestLedger
@testable import TestRooms

/// A line that is drawn at the opening.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct DrawTests {
    private static let early = (0..<30).map { "u\($0)" }

    @Test(arguments: Engine.allCases)
    func theLineStandsAsItWasDrawn(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await DrawLine(bed)
            let users = try await line.enter(Self.early)
            for user in users {
                let visit = try await line.poll(user)
                #expect(visit.show == .hidden && visit.standing.state == .waiting)
            }
            let arrivals = line.arrivals
            let committed = try #require(try await line.books[0].draw(of: line.room))
            #expect(committed.state == .committed && committed.revealedSeed == nil)
            try await line.go(to: line.openingMs)
            // Who comes after the opening is not in the draw, although it is not done yet.
            let late = try await line.enter(["late", "later"])
            #expect(try await line.poll(late[0]).show == .hidden)
            #expect(try await line.books[0].draw(of: line.room)?.revealedSeed == nil)
            try await line.draw()
            let drawn = try #require(try await line.books[1].draw(of: line.room))
            #expect(drawn.state == .drawn && drawn.entrants == 30)
            let seed = try #require(drawn.revealedSeed)
            #expect(Digest(SHA256.hash(seed)) == committed.seedHash)
            #expect(drawn.seedHash == committed.seedHash)
            let order = try await line.expected(arrivals)
            #expect(order.count == 30)
            #expect(order != users)
            #expect(try await line.line() == order + late)
            for (place, user) in (order + late).enumerated() {
                let visit = try await line.poll(user)
                #expect(visit.show == .exact)
                #expect(visit.standing.ahead == Int64(place))
                #expect(LineSequence.isDrawn(visit.standing.sequence) == (place < 30))
            }
        }
    }

    /// Pages that one process has written are gone on from by the other, and all of them together
    /// are the list.
    @Test(arguments: Engine.allCases)
    func twoProcessesDrawOneLine(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await DrawLine(bed)
            try await line.enter(crowd: 2_500)
            let arrivals = line.arrivals
            try await line.go(to: line.openingMs)
            try await line.draw()
            let drawn = try #require(try await line.books[0].draw(of: line.room))
            #expect(drawn.entrants == 2_500 && drawn.pages == 3)
            let pages = try await line.pages()
            #expect(pages.map(\.number) == [0, 1, 2])
            #expect(pages.flatMap(\.arrivals) == arrivals.values.sorted())
            #expect(drawn.root == SeededDraw().tree.root(pages.flatMap(\.leaves)))
            let order = try await line.expected(arrivals)
            #expect(try await line.line() == order)
            #expect(await DrawAudit(bed.sides[0].ledger).audit().finding == .kept)
            // Each ticket, old or new, finds its place and its proof.
            for user in [order[0], order[1_300], order[2_499]] {
                let old = try #require(line.visits[user])
                let new = try await line.poll(user)
                #expect(old.token != new.token)
                for visit in [old, new] {
                    let ticket = try #require(
                        bed.store.ticket(visit.token, of: user, in: line.room)
                    )
                    let entry = try #require(try await line.books[1].entry(of: ticket))
                    #expect(order[entry.place - 1] == user)
                    let rules = SeededDraw()
                    let root = rules.tree.root(
                        from: entry.leaf,
                        at: entry.index,
                        of: 2_500,
                        by: entry.path
                    )
                    #expect(root == drawn.root)
                    #expect(
                        rules.leaf(
                            room: "show",
                            user: user.raw,
                            sequence: entry.arrival,
                            nonce: entry.nonce
                        ) == entry.leaf
                    )
                }
            }
        }
    }

    /// What happens between the opening and the end of the draw, and what it takes that nobody
    /// goes in.
    private func insideBeforeTheDraw(_ off: ScriptGuard?) async throws -> Int {
        try await RoomBed.with(without: off) { bed in
            let line = try await DrawLine(bed, capacity: 5)
            let users = try await line.enter(Self.early)
            // Nobody is absent at the opening.
            try await line.go(to: line.openingMs - 1_000)
            for user in users { try await line.poll(user) }
            try await line.go(to: line.openingMs)
            try await line.tick()
            try await line.enter(["late"])
            let inside = try await line.members("inside")
            guard off == nil else { return inside.count }
            let order = try await line.expected(after: line.arrivals) { try await line.draw() }
            #expect(try await line.members("inside").count == 5)
            #expect(Set(try await line.members("inside")) == Set(order.prefix(5)))
            // Nobody waited before the opening, as far as the average knows.
            try await line.go(to: line.openingMs + 2_000)
            let first = try #require(order.first)
            _ = try await bed.store.finish(first, in: line.room)
            let report = try #require(try await bed.settings.report(line.room))
            #expect(report.averageWaitSeconds == 2.0 / 6.0)
            return inside.count
        }
    }

    @Test func nobodyGoesInBeforeTheDraw() async throws {
        #expect(try await insideBeforeTheDraw(nil) == 0)
    }

    @Test func withoutItsGuardSomebodyWould() async throws {
        #expect(try await insideBeforeTheDraw(.draw) == 5)
    }

    /// An opening that is put off before anybody was drawn is the one that counts.
    @Test func anOpeningThatIsPutOffIsDrawnLater() async throws {
        try await RoomBed.with { bed in
            let line = try await DrawLine(bed)
            try await line.go(to: line.openingMs)
            try await line.tick()
            try await line.putOff(byMs: 60_000)
            try await line.enter(Self.early)
            let arrivals = line.arrivals
            try await line.go(to: line.openingMs + 60_000)
            try await line.draw()
            let order = try await line.expected(arrivals)
            #expect(order.count == 30)
            #expect(try await line.line() == order)
        }
    }

    /// Who leaves before their page is written is not on the list; who leaves after it stays out.
    @Test func whoHasLeftIsNotDrawnBackIn() async throws {
        try await RoomBed.with { bed in
            let line = try await DrawLine(bed)
            let users = try await line.enter(Self.early)
            let token = try #require(line.visits[users[3]]?.token)
            _ = try await bed.store.leave(ticket: token, user: users[3], in: line.room)
            let arrivals = line.arrivals
            try await line.go(to: line.openingMs)
            try await line.draw()
            let order = try await line.expected(arrivals)
            #expect(order.count == 29 && !order.contains(users[3]))
            #expect(try await line.line() == order)
        }
    }

    /// One draw, in which everybody keeps the lane that they are in when they are moved.
    @Test func everyLaneIsDrawn() async throws {
        try await RoomBed.with { bed in
            let line = try await DrawLine(bed)
            let fans = try #require(LaneName("fans"))
            let lanes = LanesChange(mainWeight: 1, named: [.init(name: fans, weight: 2)])
            guard case .put = try await bed.settings.put(lanes, of: line.room) else {
                Issue.record("no lanes")
                return
            }
            let code = try #require(LaneCode(LaneBed.code(fans)))
            _ = try await bed.store.codes.add(
                [LaneBed.code(fans)],
                uses: nil,
                for: fans,
                in: line.room
            )
            let users = try await line.enter(Self.early)
            let arrivals = line.arrivals
            for user in users.suffix(10) {
                let token = line.visits[user]?.token
                _ = try await bed.store.enter(user, ticket: token, code: code, in: line.room)
            }
            #expect(try await line.line() == users)
            try await line.go(to: line.openingMs)
            try await line.draw()
            let order = try await line.expected(arrivals)
            #expect(order.count == 30)
            let inLane = Set(users.suffix(10))
            #expect(
                try await line.line()
                    == order.filter { !inLane.contains($0) } + order.filter(inLane.contains)
            )
            for user in users.suffix(10) {
                let visit = try await line.poll(user)
                #expect(LineSequence.lane(visit.standing.sequence) == 1)
                let ticket = try #require(
                    bed.store.ticket(visit.token, of: user, in: line.room)
                )
                let entry = try #require(try await line.books[0].entry(of: ticket))
                #expect(order[entry.place - 1] == user)
            }
        }
    }

    /// Guard `entrant`: without it a step that is repeated for somebody who has left or has been
    /// moved would do it again.
    @Test(arguments: [nil, ScriptGuard.entrant])
    func aMoveIsMadeOnce(_ off: ScriptGuard?) async throws {
        let moved = try await RoomBed.with(without: off) { bed in
            let line = try await DrawLine(bed)
            let user = try await line.enter(["ann"])[0]
            let arrival = try #require(line.arrivals[user])
            try await line.go(to: line.openingMs)
            let generation = try await line.look().generation
            let move = DrawMove(entrant: Entrant(user: "ann", arrival: arrival), drawn: 7)
            var moved: [Int64] = []
            for _ in 0..<2 {
                #expect(try await line.keepers[0].move([move], in: line.room, generation))
                let reply = try await bed.redis.send("ZSCORE", "{r:show}:waiting", "ann")
                moved.append(reply.string.flatMap { Int64($0) } ?? -1)
            }
            return moved
        }
        #expect((moved == [7, 7]) == (off == nil))
    }

    /// A list that was altered in the ledger is seen, whichever row it was.
    @Test func theAuditSeesWhatWasAltered() async throws {
        let edits: [(String, SQL)] = [
            ("its seed", "update room_draws set seed_hash = \(String(repeating: "0", count: 64))"),
            ("its root", "update room_draws set root = \(String(repeating: "0", count: 64))"),
            ("its number of entrants", "update room_draws set entrants = entrants + 1"),
            ("page 0", "update draw_pages set leaves = 'AAAA' || substr(leaves, 5)"),
            ("the order of its list", "update room_draws set cut = 1"),
        ]
        for (what, edit) in edits {
            try await RoomBed.with { bed in
                let line = try await DrawLine(bed)
                try await line.enter(Self.early)
                try await line.go(to: line.openingMs)
                try await line.draw()
                let ledger = bed.sides[0].ledger
                let before = await DrawAudit(ledger).audit()
                #expect(before.finding == .kept && before.detail == "1 draws, 30 entrants")
                _ = try await ledger.commit([edit])
                let after = await DrawAudit(ledger).audit()
                #expect(after.finding == .broken)
                #expect(after.detail == "show: \(what)")
            }
        }
    }
}

extension DrawLine {
    /// The order that `body` draws of those who have `arrivals` before it.
    func expected(after arrivals: [UserID: Int64], _ body: () async throws -> Void)
        async throws -> [UserID]
    {
        try await body()
        return try await expected(arrivals)
    }
}
