import Testing
import Values

@testable import Rooms

/// What settings and clock decide is counted, not guessed.
@Suite struct WaitModelTests {
    private static let nowMs: Int64 = 1_790_000_000_000

    private static func room(_ change: (inout RoomOutflow) -> Void) -> OutflowHistory {
        var room = RoomOutflow(atMs: nowMs, state: .open, startMs: 0)
        change(&room)
        return OutflowHistory(room)
    }

    private static func wait(_ ahead: Int64, _ history: OutflowHistory) -> WaitModel.Wait? {
        WaitModel(history).wait(ahead: ahead, history)
    }

    @Test func nothingIsPromisedWhileNothingMoves() {
        for state in [RoomState.paused, .closed, .soldOut] {
            #expect(Self.wait(0, Self.room { $0.state = state }) == nil)
        }
        #expect(Self.wait(0, Self.room { $0.capacity = 0 }) == nil)
        #expect(Self.wait(0, Self.room { $0.rate = 0 }) == nil)
        #expect(Self.wait(0, Self.room { $0.served = 0 }) == nil)
    }

    @Test func freePlacesAreTakenAtOnce() throws {
        let history = Self.room {
            $0.capacity = 10
            $0.inside = 7
        }
        #expect(try #require(Self.wait(2, history)).middleS == 0)
        #expect(try #require(Self.wait(3, history)).middleS > 0)
    }

    /// The window of 60 s opens again as it was filled.
    @Test func theRateLetsInWhenTheLastOnesAreAMinuteOld() throws {
        // 60 in 60 s, the first of them 30 s ago: evenly, one each half second.
        let history = Self.room {
            $0.rate = 60
            $0.recent = 60
            $0.admittedTotal = 60
            $0.oldestMs = Self.nowMs - 30_000
        }
        #expect(abs(try #require(Self.wait(0, history)).middleS - 30.5) < 0.01)
        #expect(abs(try #require(Self.wait(59, history)).middleS - 60) < 0.01)
        #expect(abs(try #require(Self.wait(60, history)).middleS - 90.5) < 0.01)
        #expect(abs(try #require(Self.wait(119, history)).middleS - 120) < 0.01)
    }

    /// The first look is at the call that has admitted as many as the rate allows.
    @Test func theFirstCallUsesTheRateUp() throws {
        let history = Self.room {
            $0.rate = 10
            $0.recent = 10
            $0.admittedTotal = 10
            $0.oldestMs = Self.nowMs
        }
        for (ahead, seconds) in [(0, 60), (9, 60), (10, 120), (19, 120), (20, 180)] {
            let wait = try #require(Self.wait(Int64(ahead), history))
            #expect(wait.middleS == Double(seconds), "\(ahead)")
        }
        var forecaster = WaitForecaster(history.last)
        let head = forecaster.tell(ahead: 0, sequence: 1, pollMs: 1_000)
        #expect(try #require(head.estimate).min >= 50)
    }

    /// A part of the rate is left.
    @Test func whatTheFirstCallLeavesOfTheRateIsFree() throws {
        let history = Self.room {
            $0.rate = 10
            $0.recent = 7
            $0.admittedTotal = 7
            $0.oldestMs = Self.nowMs
        }
        for (ahead, seconds) in [(0, 0), (2, 0), (3, 60), (9, 60), (12, 60), (13, 120)] {
            let wait = try #require(Self.wait(Int64(ahead), history))
            #expect(wait.middleS == Double(seconds), "\(ahead)")
        }
    }

    @Test func theOpeningComesBeforeAll() throws {
        let history = Self.room {
            $0.startMs = Self.nowMs + 90_000
            $0.capacity = 10
        }
        let wait = try #require(Self.wait(9, history))
        #expect(wait.startS == 90 && wait.middleS == 0)
    }

    /// T = ln(1 + m T0) / m.
    @Test func leaversAheadShortenTheWait() throws {
        func line(quits: Int64) -> OutflowHistory {
            var history = Self.room {
                $0.capacity = 100
                $0.inside = 100
            }
            var room = history.last
            for _ in 0..<120 {
                room.atMs += 1_000
                room.admittedTotal += 10
                room.recent = 600
                history.learn(room, waiting: 1_000, quits: quits)
            }
            return history
        }
        let without = try #require(Self.wait(2_000, line(quits: 0))).middleS
        let history = line(quits: 5)
        let with = try #require(Self.wait(2_000, history)).middleS
        let loss = history.quitsPerS * without
        #expect(loss > 0.5)
        // log1p by its integral, so that the test does not repeat the model's own formula.
        let step: Double = loss / 10_000
        var log = 0.0
        for index in 0..<10_000 {
            let middle: Double = (Double(index) + 0.5) * step
            log += step / (1 + middle)
        }
        #expect(abs(with - without * log / loss) < 0.01 * with)
    }

    @Test func absentOnesTakeNoPlace() throws {
        func line(passed: Int64) -> OutflowHistory {
            Self.room {
                $0.rate = 600
                $0.recent = 600
                $0.passed = passed
                $0.admittedTotal = 600
                $0.oldestMs = Self.nowMs - 60_000
            }
        }
        let all = try #require(Self.wait(599, line(passed: 0))).middleS
        let half = try #require(Self.wait(599, line(passed: 600))).middleS
        #expect(abs(all - 60) < 1 && abs(half - 30) < 1)
    }

    /// Of 50 seats, each visitor buys one: the hundredth in line gets none.
    @Test func whoTheStockIsNotEnoughForIsPromisedNothing() throws {
        var history = Self.room {
            $0.capacity = 10
            $0.inside = 10
            $0.served = 60
        }
        var room = history.last
        for _ in 0..<10 {
            room.atMs += 1_000
            room.admittedTotal += 1
            room.served = (room.served ?? 0) - 1
            history.learn(room, waiting: 200, quits: 0)
        }
        #expect(Self.wait(20, history) != nil)
        #expect(Self.wait(99, history) == nil)
    }

    @Test(arguments: [nil, 100 as Int64], [nil, 40 as Int64])
    func whoStandsFurtherBackIsNeverPromisedLess(rate: Int64?, capacity: Int64?) throws {
        let history = Self.room {
            $0.rate = rate
            $0.capacity = capacity
            $0.inside = 40
            $0.recent = 80
            $0.passed = 20
            $0.admittedTotal = 500
            $0.oldestMs = Self.nowMs - 50_000
        }
        var forecaster = WaitForecaster(history.last)
        var last = WaitEstimate(min: 0, max: 0)
        for ahead in 0..<5_000 as Range<Int64> {
            let told = forecaster.tell(ahead: ahead, sequence: 1, pollMs: 1_000)
            let estimate = try #require(told.estimate)
            let grows = estimate.min >= last.min && estimate.max >= last.max
            if !grows || estimate.min > estimate.max || estimate.max < 1 {
                Issue.record("\(ahead): \(last) then \(estimate)")
                return
            }
            last = estimate
        }
    }

    @Test func aDayBoundsTheAnswer() {
        var forecaster = WaitForecaster(Self.room { $0.rate = 1 }.last)
        let told = forecaster.tell(ahead: 1_000_000_000, sequence: 1, pollMs: 1_000)
        #expect(told.estimate == WaitEstimate(min: 86_400, max: 86_400))
    }

    @Test func theScriptsTextIsRead() throws {
        let text = Array("1790 60 3 1789999999000 40 -1 600 600000 -1 0".utf8)
        let room = try #require(
            RoomOutflow(text, atMs: Self.nowMs, state: .open, openingMs: 5)
        )
        #expect(room.admittedTotal == 1790 && room.recent == 60 && room.passed == 3)
        #expect(room.oldestMs == 1_789_999_999_000 && room.inside == 40 && room.capacity == nil)
        #expect(room.rate == 600 && room.sessionMs == 600_000 && room.served == nil)
        #expect(room.startMs == 5)
        for wrong in ["", "1 2 3", "1 2 3 4 5 6 7 8 9 x", "1 2 3 4 5 6 7 8 9 10 11"] {
            let read = RoomOutflow(Array(wrong.utf8), atMs: 0, state: .open, openingMs: 0)
            #expect(read == nil)
        }
    }
}
