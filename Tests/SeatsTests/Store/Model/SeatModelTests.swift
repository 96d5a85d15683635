import Redis
import TestGate
import TestRedis
import Testing

@testable import Engines
@testable import Seats

/// The seats' scripts on a real Redis and the model in memory agree, whatever happens.
@Suite(.sideBySide, .timeLimit(.minutes(5))) struct SeatModelTests {
    /// Histories with the guards on; a failing one prints its seed and its last steps.
    @Test func theSeatsAgreeWithTheirModel() async throws {
        try await SeatBed.with { bed in
            for seed in 0..<100 as Range<UInt64> {
                var history = try SeatHistory(bed: bed, seed: seed)
                let difference = try await history.play(steps: 150)
                #expect(difference == nil, "seed \(seed)")
                if difference != nil { return }
            }
        }
    }

    /// The room's part is seen by `SeatStockTests`; rows without a number by `SeatCompareTests`.
    static let guards = SeatGuard.allCases.filter { ![.stock, .loaded].contains($0) }

    /// Each guard matters: without it some history differs from the model.
    @Test(arguments: guards)
    func aMissingGuardIsNoticed(_ missing: SeatGuard) async throws {
        try await SeatBed.with(without: missing) { bed in
            for seed in 0..<60 as Range<UInt64> {
                var history = try SeatHistory(bed: bed, seed: seed)
                if try await history.play(steps: 150) != nil { return }
            }
            Issue.record("60 histories without \(missing) look like the model's")
        }
    }

    @Test(arguments: guards)
    func aGuardThatIsOffIsReallyTakenOut(_ missing: SeatGuard) {
        let on = SeatScripts(), off = SeatScripts(edit: missing.off)
        #expect(on[.hold].library.name != off[.hold].library.name)
    }
}
