import Redis
import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestLedger
@testable import TestRooms

/// The whole proof: a full room, 2,000 in line, and then `FLUSHALL`, with the processes alive and
/// without.
@Suite(.sideBySide, .timeLimit(.minutes(5))) struct RoomLossTests {
    /// Who was inside, who waited in which order, and the most that were ever inside at once, as
    /// seen from outside: whoever was let in and has not finished.
    struct Account: Equatable {
        var inside: Set<UserID>
        var line: [UserID]
        var mostEverInside: Int
    }

    private func lose(_ engine: Engine, everythingDies: Bool) async throws -> (Account, Account) {
        try await RoomBed.with(on: engine) { bed in
            var change = RoomChange()
            change.capacity = .some(100)
            change.sessionSeconds = 3_600
            let line = try await RecoveryLine(bed, change)
            try await line.enter(2_150)
            var shoppers: Set<UserID> = [], most = 0
            func look() async throws {
                shoppers.formUnion(try await line.inside())
                most = max(most, shoppers.count)
            }
            func finish(_ users: some Sequence<UserID>) async throws {
                for user in users {
                    _ = try await bed.store.finish(user, in: line.room)
                    shoppers.remove(user)
                }
            }
            try await line.poll(line.entered)
            try await look()
            try await finish(line.entered.prefix(50))
            try await look()
            try await line.advance(ms: 1_000)
            let before = Account(
                inside: try await line.inside(),
                line: try await line.line(),
                mostEverInside: most
            )
            if everythingDies { try await line.loseAll() } else { try await line.flush() }
            // Those who are inside are busy and finish one by one; the line polls in any order.
            try await look()
            try await line.poll(before.line.shuffled())
            let settlesMs = try await line.settledAtMs() - line.nowMs
            try await look()
            // Nobody is admitted before it has settled.
            for part in 0..<4 as Range<Int64> {
                try await line.advance(ms: settlesMs / 4 - 1 + part / 3)
                try await line.poll(before.line.shuffled())
                try await look()
            }
            let after = Account(
                inside: try await line.inside(),
                line: try await line.line(),
                mostEverInside: most
            )
            // And the door moves on: fifty finish, the first fifty of the line follow.
            try await line.advance(ms: 2_000, polling: before.line)
            try await finish(line.entered[50..<100])
            try await look()
            try #require(
                shoppers
                    == before.inside.subtracting(line.entered[50..<100])
                    .union(before.line.prefix(50))
            )
            #expect(most <= 100)
            return (before, after)
        }
    }

    @Test(arguments: Engine.allCases, [false, true])
    func aFullRoomAndItsLineSurviveFlushall(_ engine: Engine, everythingDies: Bool) async throws {
        let (before, after) = try await lose(engine, everythingDies: everythingDies)
        #expect(before.inside.count == 100 && before.line.count == 2_000)
        #expect(after == before)
        let dies = everythingDies ? "with all processes" : "alone"
        print(
            """
            FLUSHALL \(dies), ledger \(engine): inside \(before.inside.count) -> \
            \(after.inside.intersection(before.inside).count) of them, line \(before.line.count) \
            -> \(after.line.count), same order: \(after.line == before.line), most ever inside \
            \(after.mostEverInside) of 100
            """
        )
    }
}
