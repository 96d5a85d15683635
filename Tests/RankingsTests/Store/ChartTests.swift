import SQL
import TestGate
import Testing
import Values

@testable import Rankings
@testable import TestKit
@testable import TestLedger

/// What is kept of lists: charts, peaks, samples.
@Suite(.sideBySide) struct ChartTests {
    private func period(_ name: String, _ startMs: Int64) -> Period {
        Period(window: .daily, name: name, startMs: startMs, endMs: startMs + 86_400_000)
    }

    private func entries(_ members: String...) -> [RankedEntry] {
        members.enumerated().map {
            RankedEntry(rank: $0 + 1, member: $1, score: Int64(100 - $0))
        }
    }

    @Test(arguments: Engine.allCases)
    func aPeriodIsFrozenOnceByWhoeverIsFirst(_ engine: Engine) async throws {
        try await OutboxBed.with(engine, sides: 2) { bed in
            let day = period("2026-05-01", 1_000)
            let names = (0..<1_300).map { "m\($0)" }
            let long = names.enumerated().map {
                RankedEntry(rank: $0 + 1, member: $1, score: Int64(2_000 - $0))
            }
            let frozen = try await together(8) { index in
                // Each with a list of its own: only one may stand.
                let mine = long.map {
                    RankedEntry(rank: $0.rank, member: $0.member, score: $0.score + Int64(index))
                }
                return try await bed.sides[index % 2].ledger.charts
                    .freeze(day, of: .concerts, mine, total: 1_300, atMs: Int64(index))
            }
            #expect(frozen.filter { $0 }.count == 1)
            let first = try #require(frozen.firstIndex(of: true))
            let chart = try #require(
                try await bed.ledger.charts.chart(of: .concerts, .daily, period: day.name)
            )
            #expect((chart.period, chart.startMs, chart.total) == ("2026-05-01", 1_000, 1_300))
            #expect(chart.frozenAtMs == Int64(first))
            #expect(chart.entries.map(\.member) == Array(names.prefix(Chart.entriesMax)))
            #expect(chart.entries.allSatisfy { $0.score == Int64(2_001 - $0.rank + first) })
        }
    }

    @Test(arguments: Engine.allCases)
    func chartsAreFoundByPeriod(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            let ledger = bed.ledger.charts, id = try board("game")
            #expect(try await ledger.newestChart(of: id, .daily) == nil)
            // In any order: a missed day is caught up later.
            let days = [
                (period("2026-05-02", 2_000), entries("b", "a")),
                (period("2026-05-03", 3_000), []),
                (period("2026-05-01", 1_000), entries("a", "c", "b")),
            ]
            for (day, list) in days {
                #expect(try await ledger.freeze(day, of: id, list, total: list.count, atMs: 9))
            }
            // The newest is an empty one.
            #expect(try await ledger.newestChart(of: id, .daily) == "2026-05-03")
            #expect(try await ledger.chart(of: id, .daily, period: "2026-05-03")?.entries == [])
            let first = try await ledger.chart(of: id, .daily, period: "2026-05-01")
            #expect(first?.entries == entries("a", "c", "b"))
            #expect(try await ledger.chart(of: id, .daily, period: "2026-04-30") == nil)
            #expect(try await ledger.chart(of: id, .weekly, period: "2026-05-01") == nil)
            let peaks = try await ledger.peaks(of: ["a", "b", "c", "x"], on: id, .daily)
            #expect(peaks == ["a": 1, "b": 1, "c": 2])
        }
    }

    @Test(arguments: Engine.allCases)
    func aPeakOnlyRises(_ engine: Engine) async throws {
        try await OutboxBed.with(engine, sides: 2) { bed in
            let id = try board("game")
            let lists = [entries("a", "b"), entries("b", "c", "a"), entries("c", "b", "a")]
            _ = try await together(30) { index in
                try await bed.sides[index % 2].ledger.charts
                    .raisePeaks(lists[index % 3], of: id, .all, atMs: Int64(index))
            }
            let peaks = try await bed.ledger.charts.peaks(of: ["a", "b", "c"], on: id, .all)
            #expect(peaks == ["a": 1, "b": 1, "c": 1])
            try await bed.ledger.charts.raisePeaks(entries("x", "y", "a"), of: id, .all, atMs: 99)
            #expect(
                try await bed.ledger.charts.peaks(of: ["a", "y"], on: id, .all) == ["a": 1, "y": 2]
            )
            #expect(try await bed.ledger.charts.peaks(of: ["a"], on: id, .daily) == [:])
        }
    }

    @Test(arguments: Engine.allCases)
    func samplesAreOfWhatHasChangedOnceAMinute(_ engine: Engine) async throws {
        try await OutboxBed.with(engine, sides: 2) { bed in
            let ledger = bed.ledger.charts, id = try board("game"), minute = RankSample.everyMs
            try await ledger.sample(entries("a", "b"), of: id, .all, atMs: 5 * minute + 10)
            // The same minute, by another process: the first stays.
            try await bed.sides[1].ledger.charts
                .sample(entries("b", "a"), of: id, .all, atMs: 5 * minute + 900)
            try await ledger.sample(entries("a", "b"), of: id, .all, atMs: 6 * minute)
            try await ledger.sample(entries("a", "c", "b"), of: id, .all, atMs: 7 * minute)
            #expect(
                try await ledger.samples(of: "a", on: id, .all)
                    == [RankSample(atMs: 5 * minute, rank: 1, score: 100)]
            )
            #expect(
                try await ledger.samples(of: "b", on: id, .all) == [
                    RankSample(atMs: 5 * minute, rank: 2, score: 99),
                    RankSample(atMs: 7 * minute, rank: 3, score: 98),
                ]
            )
            #expect(try await ledger.samples(of: "c", on: id, .all).map(\.rank) == [2])
            #expect(try await ledger.samples(of: "a", on: id, .daily) == [])
            try await ledger.sample([], of: id, .all, atMs: 8 * minute)
        }
    }

    @Test(arguments: Engine.allCases)
    func oldSamplesGoAndTheFirstHundredAreSampled(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            let ledger = bed.ledger.charts, id = try board("game"), minute = RankSample.everyMs
            for round in 0..<6 {
                let list = (0..<150).map {
                    RankedEntry(rank: $0 + 1, member: "m\($0)", score: Int64(round))
                }
                try await ledger.sample(list, of: id, .all, atMs: Int64(round) * minute)
            }
            #expect(try await ledger.samples(of: "m99", on: id, .all).count == 6)
            #expect(try await ledger.samples(of: "m100", on: id, .all) == [])
            // 600 rows; those of the first minute are too old.
            #expect(try await !ledger.prune(nowMs: RankSample.keptMs + minute))
            let left = try await ledger.samples(of: "m99", on: id, .all)
            #expect(left.map(\.atMs) == (1...5).map { $0 * minute })
            #expect(try await ledger.prune(nowMs: RankSample.keptMs + 8 * minute))
            #expect(try await !ledger.prune(nowMs: RankSample.keptMs + 8 * minute))
            #expect(try await ledger.samples(of: "m99", on: id, .all) == [])
        }
    }
}
