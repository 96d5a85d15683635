import Capability
import Engines
import Site
import Values

extension RoomHandlers {
    /// Rooms that `/metrics` tells of, the first by name: 1,000 x 10 lines are 0.5 MB.
    static let metricsRoomsMax = 1_000

    package static func metrics(_ loops: [LoopContext]) async throws(StoreError) -> MetricsText {
        guard let first = loops.first?[RoomHandlers.self] else { return MetricsText() }
        var lines = LineStatistics()
        for context in loops {
            lines = lines + (await context[RoomHandlers.self].store.lineStatistics)
        }
        var text = MetricsText()
        text.lines(lines)
        text.log(await first.keeper.logStatistics())
        let counts = await first.keeper.counts()
        text.single("onsale_rooms", .gauge, "Rooms there are.", counts.known)
        text.single("onsale_rooms_in_use", .gauge, "Rooms that are looked at.", counts.inUse)
        text.append(try await first.roomMetrics.value(.only))
        return text
    }
}

extension MetricsText {
    mutating func lines(_ lines: LineStatistics) {
        for (name, help, value) in [
            ("looks", "Looks at what moved in a line.", lines.looks),
            ("answered", "Status checks answered from a copy of a line.", lines.answered),
            ("asked", "Status checks that Redis was asked about by name.", lines.asked),
            ("seen", "Signs of life written.", lines.seen),
            ("begun", "Copies of lines begun.", lines.begun),
            ("mended", "Copies of lines that did not add up.", lines.mended),
        ] {
            single("onsale_line_\(name)_total", .counter, help, value)
        }
    }

    mutating func log(_ log: RoomLogStatistics) {
        single(
            "onsale_admission_log_lag_seconds",
            .gauge,
            "How far the ledger's log of admissions is behind the rooms.",
            Double(log.lagMs) / 1_000
        )
        single(
            "onsale_admission_log_pending",
            .gauge,
            "Admissions and ends not yet in it.",
            log.pending
        )
    }

    /// A line a room in each family.
    init(rooms: [(room: RoomID, report: RoomReport)]) {
        self.init()
        let labels = rooms.map { "{room=\"\($0.room)\"}" }
        func each(_ name: String, _ kind: Kind, _ help: String, _ value: (RoomReport) -> Any) {
            family("onsale_room_\(name)", kind, help)
            for (label, room) in zip(labels, rooms) {
                sample("onsale_room_\(name)", label, value(room.report))
            }
        }
        each("waiting", .gauge, "Visitors in line.") { $0.waiting }
        each("inside", .gauge, "Running sessions.") { $0.inside }
        each("skipped", .gauge, "Passed over at their turn, and not let in since.") { $0.skipped }
        each("admitted_total", .counter, "Admissions.") { $0.admittedTotal }
        each("done_total", .counter, "Finished sessions.") { $0.doneTotal }
        each("left_total", .counter, "Visitors who left.") { $0.leftTotal }
        each("expired_total", .counter, "Sessions and graces run out.") { $0.expiredTotal }
        each("admitted_60s", .gauge, "Admissions of the last 60 s.") { $0.admittedLast60s }
        each("wait_seconds_total", .counter, "Time in line of all admitted, summed.") {
            Double($0.waitMsTotal) / 1_000
        }
        each("average_wait_seconds", .gauge, "Mean time in line of all admitted.") {
            $0.averageWaitSeconds.map { "\($0)" } ?? "NaN"
        }
    }
}
