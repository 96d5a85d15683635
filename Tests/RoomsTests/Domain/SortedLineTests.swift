import Testing
import Values

@testable import Rooms
@testable import TestKit

@Suite struct SortedLineTests {
    /// The same history played to a plain array.
    @Test func itAgreesWithAnArray() throws {
        for seed in 0..<20 as Range<UInt64> {
            var random = SeededRandom(seed)
            var line = SortedLine(above: -1)
            var plain: [Int64] = []
            var gone: [Int64] = []
            var next: Int64 = 0
            for step in 0..<6_000 {
                switch Int.random(in: 0..<100, using: &random) {
                case 0..<70:
                    next += Int64.random(in: 1...3, using: &random)
                    line.append(next)
                    plain.append(next)
                case 70..<85:
                    guard let sequence = plain.randomElement(using: &random) else { continue }
                    let wasThere = line.remove(sequence)
                    #expect(wasThere)
                    plain.removeAll { $0 == sequence }
                    gone.append(sequence)
                case 85..<97:
                    guard let back = gone.randomElement(using: &random) else { continue }
                    gone.removeAll { $0 == back }
                    line.insert(back, note: 7)
                    plain.insert(back, at: plain.firstIndex { $0 > back } ?? plain.count)
                case 97..<99:
                    guard let head = plain.prefix(900).randomElement(using: &random) else {
                        continue
                    }
                    line.removeAll(through: head)
                    gone += plain.filter { $0 <= head }
                    plain.removeAll { $0 <= head }
                default:
                    let wasThere = line.remove(next + 1)
                    #expect(!wasThere)
                }
                try #require(line.count == plain.count, "seed \(seed) step \(step)")
                guard let index = plain.indices.randomElement(using: &random) else { continue }
                let rank = line.place(of: plain[index])?.rank
                try #require(rank == index, "seed \(seed) step \(step)")
            }
            for (index, sequence) in plain.enumerated() {
                let rank = line.place(of: sequence)?.rank
                try #require(rank == index)
            }
            for sequence in gone {
                let place = line.place(of: sequence)
                try #require(place == nil)
            }
        }
    }

    @Test func aNoteStaysWithItsPlace() throws {
        var line = SortedLine(above: -1)
        for sequence in 0..<3_000 as Range<Int64> { line.append(sequence) }
        let found = line.place(of: 1_500)
        let place = try #require(found)
        line.note(42, at: place)
        for sequence in 1_499..<1_500 as Range<Int64> { line.remove(sequence) }
        line.removeAll(through: 700)
        line.insert(1_499, note: 0)
        let moved = line.place(of: 1_500)
        #expect(moved?.note == 42)
        #expect(moved?.rank == 1_500 - 701)
    }

    @Test func whoStandsThereTwiceHasNoPlace() {
        var line = SortedLine(above: -1)
        for sequence in 0..<2_000 as Range<Int64> { line.append(sequence) }
        for sequence in [0, 511, 512, 1_999] as [Int64] {
            line.insert(sequence, note: 0)
            let place = line.place(of: sequence)
            #expect(place == nil)
        }
        let rank = line.place(of: 513)?.rank
        #expect(rank == 516)
    }

    @Test func itForgetsWhoeverIsUpToAHigherOne() {
        var line = SortedLine(above: -1)
        for sequence in 0..<10 as Range<Int64> { line.append(sequence) }
        line.removeAll(through: 20)
        #expect(line.count == 0)
        #expect(line.highest == 20)
        line.append(21)
        let rank = line.place(of: 21)?.rank
        #expect(rank == 0)
    }

    @Test func aSequenceSaysItsLane() {
        let clock = LineSequence.clockStart + 7, drawn = LineSequence.clockStart - 1
        for lane in 0..<LineSequence.lanesMax {
            let start = Int64(lane) * LineSequence.laneSpan
            #expect(LineSequence.lane(start + clock) == lane)
            #expect(LineSequence.lane(start + drawn) == lane)
            #expect(LineSequence.rest(start + clock) == clock)
            #expect(LineSequence.isDrawn(start + drawn))
            #expect(!LineSequence.isDrawn(start + clock))
        }
    }
}
