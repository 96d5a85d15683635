import Redis
import TestGate
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Seats
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// `onsale audit --repair` where Redis holds something under the name of seats that is none.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct AuditRepairTests {
    @Test func seatsThatCannotBeReadAreReplaced() async throws {
        try await SaleBed.with(.sqlite) { bed in
            let ann = try user("ann"), redis = bed.first.redis
            try await bed.open(seats: 4)
            try await bed.charge(ann, 1_000_000)
            _ = try await bed.receipt(try await bed.hold([2], for: ann), ann, key: "p")
            let room = try await bed.first.concerts.performance(SaleBed.evening)?.room
            let keys = SeatKeys(SaleBed.evening, behind: room)
            for key in [keys.all[0], keys.all[1], keys.all[3]] {
                _ = try await redis.send("DEL", key)
                _ = try await redis.send("SET", key, "junk")
                let found = await bed.brokenSeats()
                #expect(found.map(\.finding) == [.broken], "\(key) \(found)")
                _ = await bed.brokenSeats(repairs: true)
                #expect(await bed.brokenSeats() == [], "\(key)")
                #expect(try await bed.map() == "fsff", "\(key)")
            }
        }
    }
}
