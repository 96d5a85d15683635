import HTTP
import Testing
import Values

@testable import Capability
@testable import Engines
@testable import Operating
@testable import Payments
@testable import Rooms
@testable import Site

/// The strict reading of the whole text is in `ServerTests`; here is what a quiet server cannot
/// show.
@Suite struct MetricsTextTests {
    private func lines(
        readiness: Readiness = .init(),
        store: Measurements.Store = .init(),
        loops: [Measurements.Loop] = [],
        ledger: Measurements.Ledger = .init(),
        counts: Counts = .init(),
        rooms: [(room: RoomID, report: RoomReport)] = []
    ) -> [String] {
        let measured = Measurements(
            process: .init(startsTotal: 3, startSeconds: 1.5),
            readiness: readiness,
            loops: loops,
            http: HTTPStatistics(),
            store: store,
            ledger: ledger,
            failures: [.draw: 2],
            counts: counts
        )
        let text = MetricsText(measured).text + MetricsText(rooms: rooms).text
        #expect(text.hasSuffix("\n"))
        return text.split(separator: "\n").map(String.init)
    }

    @Test func aHistogramAddsItsBucketsUp() {
        var store = Measurements.Store()
        store.latencyBounds = [0.001, 0.01]
        store.latencyCounts = [5, 2, 1]
        store.latencySumSeconds = 1.5
        let name = "onsale_redis_round_trip_seconds"
        let found = lines(store: store).filter { $0.hasPrefix(name) }
        #expect(
            found == [
                "\(name)_bucket{le=\"0.001\"} 5", "\(name)_bucket{le=\"0.01\"} 7",
                "\(name)_bucket{le=\"+Inf\"} 8", "\(name)_sum 1.5", "\(name)_count 8",
            ]
        )
    }

    @Test func startsAreCounted() {
        let lines = lines()
        #expect(lines.contains("onsale_starts_total 3"))
        #expect(lines.contains("process_start_time_seconds 1.5"))
    }

    @Test func whatFailsBesideAnswersIsCounted() {
        let lines = lines().filter { $0.hasPrefix("onsale_background_failures_total{") }
        #expect(lines.count == Background.allCases.count)
        #expect(lines.contains("onsale_background_failures_total{task=\"draw\"} 2"))
        #expect(lines.contains("onsale_background_failures_total{task=\"tick\"} 0"))
    }

    @Test func whatTheServerCanDoIsSaid() {
        func ready(_ readiness: Readiness) -> [String] {
            lines(readiness: readiness).filter { $0.hasPrefix("onsale_ready{") }
        }
        var readiness = Readiness()
        readiness.add("redis_evicts")
        #expect(
            ready(readiness) == [#"onsale_ready{for="line"} 1"#, #"onsale_ready{for="sales"} 1"#]
        )
        readiness.add("ledger_away", stops: .sales)
        #expect(
            ready(readiness) == [#"onsale_ready{for="line"} 1"#, #"onsale_ready{for="sales"} 0"#]
        )
        readiness.isDraining = true
        #expect(
            ready(readiness) == [#"onsale_ready{for="line"} 0"#, #"onsale_ready{for="sales"} 0"#]
        )
    }

    @Test func redisIsUpOrDown() {
        var store = Measurements.Store()
        #expect(lines(store: store).contains("onsale_redis_up 0"))
        store.isAvailable = true
        #expect(lines(store: store).contains("onsale_redis_up 1"))
    }

    @Test func theLedgerAndTheSalesAreCounted() {
        var ledger = Measurements.Ledger()
        ledger.isAvailable = true
        ledger.entries = 5
        ledger.commits = 2
        ledger.entrySeconds = 0.25
        ledger.outboxLatest = 9
        ledger.outboxCursors = [("seats", 7)]
        var counts = Counts()
        counts.done[.paid] = 3
        counts.refused = ["seats_taken": 4, "hold_expired": 1]
        let lines = lines(ledger: ledger, counts: counts + counts)
        for line in [
            "onsale_ledger_up 1", "onsale_ledger_entries_total 5", "onsale_ledger_commits_total 2",
            "onsale_ledger_entry_seconds_total 0.25", "onsale_sales_total{kind=\"paid\"} 6",
            "onsale_sales_total{kind=\"held\"} 0", "onsale_refusals_total{code=\"seats_taken\"} 8",
            "onsale_refusals_total{code=\"hold_expired\"} 2", "onsale_outbox_number 9",
            "onsale_outbox_cursor{consumer=\"seats\"} 7",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(self.lines().contains("onsale_ledger_up 0"))
    }

    @Test func loopsAreNumbered() {
        let loop = Measurements.Loop(
            lagSeconds: 0.25,
            lagMaxSeconds: 0.5,
            turns: 7,
            jobs: 8,
            foreignEnqueues: 9
        )
        let lines = lines(loops: [loop, loop])
        for index in 0...1 {
            #expect(lines.contains("onsale_loop_lag_seconds{loop=\"\(index)\"} 0.25"))
            #expect(lines.contains("onsale_loop_turns_total{loop=\"\(index)\"} 7"))
            #expect(lines.contains("onsale_loop_foreign_enqueues_total{loop=\"\(index)\"} 9"))
        }
    }

    @Test func aRoomWithoutAdmissionsHasNoAverage() throws {
        let room = try #require(RoomID("a.b:c@d"))
        var report = RoomReport(settings: RoomSettings(), state: .open, generation: 1, atMs: 0)
        let name = "onsale_room_average_wait_seconds{room=\"a.b:c@d\"}"
        #expect(lines(rooms: [(room, report)]).contains("\(name) NaN"))
        report.admittedTotal = 2
        report.waitMsTotal = 3_000
        let lines = lines(rooms: [(room, report)])
        #expect(lines.contains("\(name) 1.5"))
        #expect(lines.contains("onsale_room_wait_seconds_total{room=\"a.b:c@d\"} 3.0"))
    }
}
