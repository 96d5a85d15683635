import EventLoop
import Redis
import SQL
import TestGate
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Rooms
@testable import TestKit
@testable import TestLedger
@testable import TestRooms

/// Codes, and who has used them.
@Suite(.sideBySide) struct LaneCodeTests {
    @Test(arguments: Engine.allCases)
    func aCodeIsUsedAsOftenAsItMay(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3)])
            let vip = try lanes.lane("vip")
            let made = try await bed.store.codes.add(
                ["only-three"],
                uses: 3,
                for: vip,
                in: lanes.room
            )
            #expect(made == .made(["only-three"]))
            let outcomes = try await withThrowingTaskGroup(of: VisitOutcome.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        try await lanes.enter("u\(index)", code: "ONLY THREE", side: index % 2)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let members = outcomes.count {
                if case .visit(let visit) = $0 { visit.standing.lane == vip } else { false }
            }
            #expect(members == 3)
            #expect(outcomes.count { $0 == .codeUsedUp } == 37)
            #expect(try await lanes.line().count == 3)
            let ledger = bed.sides[0].keeper.registry.ledger
            let users = try (0..<40).map { try TestKit.user("u\($0)") }
            #expect(try await ledger.members(of: lanes.room, among: users).count == 3)
            let audit = await LedgerAudit(bed.sides[0].ledger).lines(LedgerCheck.lanes)
            let line = audit.first { $0.promise.hasPrefix("a code of a lane") }
            #expect(line?.finding == .kept, "\(audit)")
        }
    }

    /// The CHECK alone counts: without it all ten are members.
    @Test(arguments: Engine.allCases, [true, false])
    func theLedgerCountsUses(_ engine: Engine, isGuarded: Bool) async throws {
        let loop = EventLoop.start()
        let test = try await TestLedger(engine)
        let migrations = LedgerSchema.migrations.map { step in
            let text = step.text.replacing(
                "check (uses >= 0 and (uses_max is null or uses <= uses_max))",
                with: isGuarded
                    ? "check (uses >= 0 and (uses_max is null or uses <= uses_max))"
                    : "check (uses >= 0)"
            )
            return Migration(
                number: step.number,
                name: step.name,
                text: text,
                digest: step.digest
            )
        }
        let ledger = RoomLedger(try await test.open(on: loop, migrations))
        let room = try TestKit.room("codes"), vip = try #require(LaneName("vip"))
        let code = try #require(LaneCode("only-three"))
        let known = KnownRoom(settings: RoomSettings(), state: .open, generation: 1)
        #expect(try await ledger.make(room, known, lease: 1))
        #expect(try await ledger.add([code], of: vip, uses: 3, in: room, atMs: 1))
        let uses = try await withThrowingTaskGroup(of: RoomLedger.CodeUse.self) { group in
            for index in 0..<10 {
                let user = try TestKit.user("u\(index)")
                group.addTask {
                    try await ledger.use(
                        code,
                        of: vip,
                        by: user,
                        in: room,
                        atMs: 2
                    )
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(uses.count { $0 == .used } == (isGuarded ? 3 : 10))
        #expect(uses.count { $0 == .isUsedUp } == (isGuarded ? 7 : 0))
        await ledger.database.close()
        await test.close()
        await test.remove()
        loop.stop()
    }

    /// One visitor at once, from everywhere: one use.
    @Test(arguments: Engine.allCases)
    func aVisitorUsesACodeOnce(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3), ("press", 1)])
            let vip = try lanes.lane("vip"), press = try lanes.lane("press")
            _ = try await bed.store.codes.add(["twice"], uses: 2, for: vip, in: lanes.room)
            _ = try await bed.store.codes.add(["press-one"], uses: 1, for: press, in: lanes.room)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<12 {
                    group.addTask {
                        let outcome = try await lanes.enter("ann", code: "twice", side: index % 2)
                        guard case .visit(let visit) = outcome else {
                            Issue.record("\(outcome)")
                            return
                        }
                        #expect(visit.standing.lane == vip)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await lanes.entered("bob", code: "twice").standing.lane == vip)
            #expect(try await lanes.enter("cat", code: "twice") == .codeUsedUp)
            // Another lane, and back: each lane has cost one code.
            for _ in 0..<3 {
                #expect(try await lanes.entered("bob", code: "press-one").standing.lane == press)
                #expect(try await lanes.entered("bob", code: "twice").standing.lane == vip)
            }
            #expect(try await lanes.entered("bob").standing.lane == vip)
            #expect(try await lanes.enter("dan", code: "press-one") == .codeUsedUp)
            let audit = await LedgerAudit(bed.sides[0].ledger).lines(LedgerCheck.lanes)
            let line = audit.first { $0.promise.hasPrefix("a code of a lane") }
            #expect(line?.finding == .kept, "\(audit)")
        }
    }

    /// Codes with uses left are shown in turn: each use is a visitor of its lane.
    @Test(arguments: Engine.allCases)
    func lanesTakenInTurnSpendACodeEach(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3), ("press", 1)])
            let vip = try lanes.lane("vip"), press = try lanes.lane("press")
            _ = try await bed.store.codes.add(["vip-two"], uses: 2, for: vip, in: lanes.room)
            _ = try await bed.store.codes.add(["press-two"], uses: 2, for: press, in: lanes.room)
            for code in ["vip-two", "press-two", "vip-two", "press-two"] {
                _ = try await lanes.entered("ann", code: code)
            }
            #expect(try await lanes.entered("bob", code: "vip-two").standing.lane == vip)
            #expect(try await lanes.entered("bob", code: "press-two").standing.lane == press)
            #expect(try await lanes.enter("cat", code: "vip-two") == .codeUsedUp)
        }
    }

    /// Nobody has used a code by being refused: by a closed room, a full one, one that is sold out.
    @Test(arguments: Engine.allCases)
    func aRefusedEntrySpendsNoCode(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine, waitingMax: 2) { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3)])
            let vip = try lanes.lane("vip")
            _ = try await bed.store.codes.add(["just-one"], uses: 1, for: vip, in: lanes.room)
            for state in [RoomState.closed, .draining] {
                _ = try await bed.settings.set(state, of: lanes.room)
                #expect(try await lanes.enter("ann", code: "just-one") == .closed)
            }
            _ = try await bed.settings.set(.open, of: lanes.room)
            let first = try await lanes.entered("first")
            _ = try await lanes.entered("second")
            #expect(try await lanes.enter("ann", code: "just-one") == .full)
            let users = try ["ann", "bob"].map { try TestKit.user($0) }
            let ledger = bed.sides[0].keeper.registry.ledger
            #expect(try await ledger.members(of: lanes.room, among: users).isEmpty)
            _ = try await bed.store.leave(ticket: first.token, user: nil, in: lanes.room)
            #expect(try await lanes.entered("bob", code: "just-one").standing.lane == vip)
        }
    }

    /// After a loss of Redis everybody's sequence is ahead of the clock. Whoever stood in line when
    /// others used the code up stands there still; whoever came with it does not.
    @Test(arguments: [true, false])
    func whoStandsInLineStaysWhenACodeIsUsedUp(_ isInLine: Bool) async throws {
        try await RoomBed.with { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3)])
            let vip = try lanes.lane("vip")
            _ = try await bed.store.codes.add(["just-one"], uses: 1, for: vip, in: lanes.room)
            _ = try await bed.redis.send("FLUSHALL")
            try await bed.set(clockMs: LaneBed.startMs + 1_000)
            if isInLine { _ = try await lanes.entered("ann") }
            try await bed.set(clockMs: LaneBed.startMs + 2_000)
            // Bob uses it after it was free for Ann, and before she does.
            bed.sides[0].ledger.beforeCommit = { entry in
                guard entry[0].text.hasPrefix("update lane_codes") else { return }
                _ = try? await lanes.enter("bob", code: "just-one", side: 1)  // The line tells.
            }
            #expect(try await lanes.enter("ann", code: "just-one") == .codeUsedUp)
            #expect(try await lanes.line() == (isInLine ? ["ann", "bob"] : ["bob"]))
        }
    }

    @Test func whoWaitsKeepsTheTimeOfArrival() async throws {
        try await RoomBed.with { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3)])
            let code = LaneBed.code(try lanes.lane("vip"))
            let ann = try await lanes.entered("ann")
            let bob = try await lanes.entered("bob", code: code)
            #expect(bob.standing.ahead == 0)
            #expect(
                try await lanes.enter("ann", code: "wrong code", ticket: ann.token) == .codeInvalid
            )
            let still = try await lanes.entered("ann", ticket: ann.token)
            #expect(still.standing.lane == .main && still.token == ann.token)
            let changed = try await lanes.entered("ann", code: code, ticket: ann.token)
            #expect(changed.standing.lane?.raw == "vip" && changed.standing.ahead == 0)
            #expect(
                LineSequence.rest(changed.standing.sequence)
                    == LineSequence.rest(ann.standing.sequence)
            )
            #expect(try await lanes.line() == ["ann", "bob"])
            // The ticket from before still is hers, and tells where she stands now.
            for side in bed.sides {
                let outcome = try await side.store.status(
                    ticket: ann.token,
                    user: ann.user,
                    in: lanes.room
                )
                guard case .visit(let seen) = outcome else {
                    Issue.record("\(outcome)")
                    continue
                }
                #expect(seen.standing.lane?.raw == "vip" && seen.standing.ahead == 0)
                #expect(seen.token == changed.token)
            }
        }
    }

    @Test func aMemberNeedsNoCodeTheNextTime() async throws {
        try await RoomBed.with { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3)])
            let first = try await lanes.entered("ann", code: LaneBed.code(try lanes.lane("vip")))
            let left = try await bed.store.leave(ticket: first.token, user: nil, in: lanes.room)
            #expect(left == .ended)
            let again = try await bed.sides[1].store.enter(first.user, ticket: nil, in: lanes.room)
            guard case .visit(let visit) = again else {
                Issue.record("\(again)")
                return
            }
            #expect(visit.standing.lane?.raw == "vip")
            #expect(try await lanes.entered("bob").standing.lane == .main)
        }
    }

    /// While the ledger is away the line goes on.
    @Test func aLedgerThatIsAwayKeepsNobodyWaiting() async throws {
        try await RoomBed.with { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3)])
            let code = LaneBed.code(try lanes.lane("vip"))
            let ann = try await lanes.entered("ann", code: code)
            _ = try await bed.store.leave(ticket: ann.token, user: nil, in: lanes.room)
            bed.sides[0].ledger.isAway = true
            #expect(try await lanes.entered("ann").standing.lane == .main)
            await #expect(throws: StoreError.self) { try await lanes.enter("bob", code: code) }
            bed.sides[0].ledger.isAway = false
            #expect(try await lanes.entered("ann").standing.lane?.raw == "vip")
        }
    }

    @Test(arguments: Engine.allCases)
    func aCodeIsOfOneLane(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3), ("press", 1)])
            let vip = try lanes.lane("vip"), press = try lanes.lane("press")
            let codes = await bed.store.codes
            let made = try await codes.make(600, uses: 1, for: vip, in: lanes.room)
            guard case .made(let texts) = made else {
                Issue.record("\(made)")
                return
            }
            #expect(Set(texts).count == 600)
            #expect(texts.allSatisfy { $0.count == 19 && LaneCode($0) != nil })
            // Again: nothing new. Of another lane, or for another number of uses: refused, all.
            let some = Array(texts.prefix(3))
            #expect(try await codes.add(some, uses: 1, for: vip, in: lanes.room) == .made(some))
            let mixed = ["fresh-code", some[0]]
            #expect(try await codes.add(mixed, uses: 1, for: press, in: lanes.room) == .exists)
            #expect(try await codes.add(some, uses: nil, for: vip, in: lanes.room) == .exists)
            #expect(try await lanes.enter("ann", code: "fresh-code") == .codeInvalid)
            #expect(
                try await lanes.entered("ann", code: texts[599].lowercased()).standing.lane == vip
            )
            let gone = try #require(LaneName("gone"))
            #expect(
                try await codes.add(["some"], uses: 1, for: gone, in: lanes.room) == .unknownLane
            )
            let nowhere = try TestKit.room("nowhere")
            #expect(try await codes.add(["some"], uses: 1, for: vip, in: nowhere) == .unknownRoom)
        }
    }
}
