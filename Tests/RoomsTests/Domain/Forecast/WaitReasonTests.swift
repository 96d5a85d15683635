import Testing
import Values

@testable import Rooms

/// Why the wait of one visitor got longer.
@Suite struct WaitReasonTests {
    private static let startMs: Int64 = 1_790_000_000_000

    /// A room of 100 places in which ten a second leave, seen once a second for two minutes, and a
    /// visitor who has been in line from the start.
    private struct Line {
        var room: RoomOutflow
        var forecaster: WaitForecaster
        let sequence = WaitReasonTests.startMs * 1000
        var ahead: Int64 = 2_000

        init() {
            room = RoomOutflow(atMs: WaitReasonTests.startMs, state: .open, startMs: 0)
            room.capacity = 100
            room.inside = 100
            forecaster = WaitForecaster(room)
            for _ in 0..<120 { pass() }
        }

        /// A second in which `leaving` sessions end.
        mutating func pass(leaving: Int64 = 10, back: [Int64] = []) {
            room.atMs += 1_000
            if room.isMoving {
                room.inside -= leaving
                let free = max(0, (room.capacity ?? .max) - room.inside)
                room.inside += free
                room.admittedTotal += free
                ahead -= free
            }
            room.recent = 600
            room.oldestMs = room.atMs - 59_000
            ahead += Int64(back.count)
            let heads = [sequence - ahead, .max, .max, .max]
            forecaster.learn(
                room,
                LineChange(waiting: ahead + 1_000, quits: 0, returned: back, heads: heads)
            )
        }

        mutating func tell(_ sequence: Int64? = nil) -> WaitForecaster.Forecast {
            forecaster.tell(ahead: ahead, sequence: sequence ?? self.sequence, pollMs: 10_000)
        }
    }

    @Test func nothingIsSaidWhileAllGoesAsExpected() throws {
        var line = Line()
        for _ in 0..<60 {
            line.pass()
            let told = line.tell()
            #expect(told.reason == nil)
            let estimate = try #require(told.estimate)
            #expect(Double(estimate.min) < 1.1 * Double(line.ahead) / 10)
            #expect(Double(estimate.max) > Double(line.ahead) / 10)
        }
    }

    @Test func aPauseIsNamedWhileItLastsAndWhenItWasLong() {
        var line = Line()
        line.room.state = .paused
        line.pass()
        #expect(line.tell() == WaitForecaster.Forecast(estimate: nil, reason: .paused))
        for _ in 0..<60 { line.pass() }
        line.room.state = .open
        line.pass(leaving: 0)
        let told = line.tell()
        #expect(told.estimate != nil)
        #expect(told.reason == .paused)
        for _ in 0..<20 { line.pass() }
        #expect(line.tell().reason == nil)
    }

    @Test(arguments: [true, false])
    func aLowerLimitIsNamed(isCapacity: Bool) {
        var line = Line()
        if isCapacity { line.room.capacity = 50 } else { line.room.rate = 300 }
        line.pass(leaving: 5)
        #expect(line.tell().reason == .rateLowered)
        // Who came after it was told the truth from the start.
        #expect(line.tell(line.room.atMs * 1000).reason == nil)
    }

    @Test func aHigherLimitIsNoReason() {
        var line = Line()
        line.room.capacity = 200
        line.pass()
        #expect(line.tell().reason == nil)
    }

    @Test func peopleWhoCameBackAreNamedIfTheyStandInFront() {
        var line = Line()
        line.pass(back: (1...400).map { line.sequence - $0 })
        #expect(line.tell().reason == .returned)
        var other = Line()
        let behind = (1...400).map { other.sequence + $0 }
        other.pass(back: behind)
        other.ahead -= 400
        #expect(other.tell().reason == nil)
    }

    @Test func sessionsThatGetLongerAreNamed() {
        var line = Line()
        var reasons: Set<EstimateReason> = []
        for _ in 0..<90 {
            line.pass(leaving: 2)
            if let reason = line.tell().reason { reasons.insert(reason) }
        }
        #expect(reasons == [.slowOutflow])
    }
}
