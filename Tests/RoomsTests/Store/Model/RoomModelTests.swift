import Redis
import TestGate
import TestRedis
import Testing

@testable import Engines
@testable import Rooms
@testable import TestRooms

/// The scripts on a real Redis and the model in memory agree, whatever happens.
@Suite(.sideBySide) struct RoomModelTests {
    /// Histories with the guards on; a failing one prints its seed and its last steps.
    @Test func theRoomAgreesWithItsModel() async throws {
        try await RoomBed.with { bed in
            for seed in 0..<240 as Range<UInt64> {
                var history = try RoomHistory(bed: bed, seed: seed)
                let difference = try await history.play(steps: 150)
                #expect(difference == nil, "seed \(seed)")
                if difference != nil { return }
            }
        }
    }

    /// The same with lanes that come and go, and visitors who change between them.
    @Test func theRoomWithLanesAgreesWithItsModel() async throws {
        try await RoomBed.with { bed in
            for seed in 1_000..<1_120 as Range<UInt64> {
                var history = try RoomHistory(bed: bed, seed: seed, lanes: true)
                let difference = try await history.play(steps: 150)
                #expect(difference == nil, "seed \(seed)")
                if difference != nil { return }
            }
        }
    }

    @Test(arguments: ScriptGuard.ofLanes)
    func aMissingGuardOfLanesIsNoticed(_ missing: ScriptGuard) async throws {
        try await RoomBed.with(without: missing) { bed in
            for seed in 1_000..<1_020 as Range<UInt64> {
                var history = try RoomHistory(bed: bed, seed: seed, lanes: true)
                if try await history.play(steps: 150) != nil { return }
            }
            Issue.record("20 histories with lanes without \(missing) look like the model's")
        }
    }

    /// Each guard matters: without it some history differs from the model.
    @Test(arguments: ScriptGuard.ofHistories)
    func aMissingGuardIsNoticed(_ missing: ScriptGuard) async throws {
        try await RoomBed.with(without: missing) { bed in
            for seed in 0..<40 as Range<UInt64> {
                var history = try RoomHistory(bed: bed, seed: seed)
                if try await history.play(steps: 150) != nil { return }
            }
            Issue.record("40 histories without \(missing) look like the model's")
        }
    }

    @Test(arguments: ScriptGuard.allCases)
    func aGuardThatIsOffIsReallyTakenOut(_ missing: ScriptGuard) {
        let on = RoomScripts(), off = RoomScripts(edit: missing.off)
        #expect(on[.enter].library.name != off[.enter].library.name)
    }
}
