import Redis
import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestRooms

/// Positions out of a loop's copy of the line are those of Redis.
@Suite(.sideBySide) struct LineCopyTests {
    static let nowMs: Int64 = 1_790_000_000_000

    /// A room with a line of `count` that nobody is admitted from, and their tickets.
    static func line(_ bed: RoomBed, _ count: Int) async throws -> [(UserID, String)] {
        try await bed.set(clockMs: nowMs)
        var change = RoomChange()
        change.capacity = .some(0)
        _ = try await bed.settings.configure(change, of: try room("line"))
        var all: [(UserID, String)] = []
        for number in 0..<count {
            let user = try user("u\(number)")
            let outcome = try await bed.store.enter(user, ticket: nil, in: try room("line"))
            guard case .visit(let visit) = outcome else {
                Issue.record("\(outcome)")
                break
            }
            all.append((user, visit.token))
        }
        return all
    }

    static func standing(_ store: RoomStore, _ visitor: (UserID, String)) async throws
        -> Standing?
    {
        let outcome = try await store.status(
            ticket: visitor.1,
            user: visitor.0,
            in: try room("line")
        )
        guard case .visit(let visit) = outcome else { return nil }
        return visit.standing
    }

    /// Everybody asks twice: the second time nobody is asked about in Redis by name.
    private static func expectTheLine(_ side: RoomBed.Side, _ line: [(UserID, String)]) async throws
    {
        for visitor in line { _ = try await standing(side.store, visitor) }
        let before = await side.store.lineStatistics
        for (rank, visitor) in line.enumerated() {
            #expect(try await standing(side.store, visitor)?.ahead == Int64(rank))
        }
        let after = await side.store.lineStatistics
        #expect(after.answered - before.answered == line.count)
        #expect(after.asked == before.asked)
        #expect(after.mended == 0)
    }

    /// More than one look reads at once, while others leave and come.
    @Test func aLongLineIsReadInPieces() async throws {
        try await RoomBed.with { bed in
            var line = try await Self.line(bed, 2_500)
            try await Self.expectTheLine(bed.sides[1], line)
            for index in [2_499, 1_700, 900, 899, 0] {
                let (user, token) = line.remove(at: index)
                _ = try await bed.store.leave(ticket: token, user: user, in: try room("line"))
            }
            try await Self.expectTheLine(bed.sides[1], line)
            try await Self.expectTheLine(bed.sides[0], line)
        }
    }

    @Test func anAdmissionIsSeenAtOnceByEverybody() async throws {
        try await RoomBed.with { bed in
            let line = try await Self.line(bed, 20)
            try await Self.expectTheLine(bed.sides[1], line)
            var change = RoomChange()
            change.capacity = .some(3)
            _ = try await bed.settings.configure(change, of: try room("line"))
            for (rank, visitor) in line.enumerated() {
                let standing = try await Self.standing(bed.sides[1].store, visitor)
                #expect(standing?.state == (rank < 3 ? .admitted : .waiting))
                #expect(standing?.ahead == (rank < 3 ? nil : Int64(rank - 3)))
            }
        }
    }

    /// Without the moves a copy would be wrong: it notices, and is made anew.
    @Test(arguments: [nil, ScriptGuard.moves])
    func aCopyThatMissesMovesIsNoticed(_ missing: ScriptGuard?) async throws {
        try await RoomBed.with(without: missing) { bed in
            let line = try await Self.line(bed, 20)
            for visitor in line { _ = try await Self.standing(bed.sides[1].store, visitor) }
            let (user, token) = line[4]
            _ = try await bed.store.leave(ticket: token, user: user, in: try room("line"))
            let standing = try await Self.standing(bed.sides[1].store, line[9])
            #expect(standing?.ahead == 8)
            let mended = await bed.sides[1].store.lineStatistics.mended
            #expect(mended == (missing == nil ? 0 : 1))
        }
    }

    /// A copy that is further behind than the moves are kept begins anew.
    @Test func aCopyThatIsTooFarBehindBeginsAnew() async throws {
        let shortly: @Sendable (String) -> String = {
            $0.replacing("local MOVES_MAX = 10000", with: "local MOVES_MAX = 1")
        }
        try await RoomBed.with(edit: shortly) { bed in
            var line = try await Self.line(bed, 400)
            try await Self.expectTheLine(bed.sides[1], line)
            // The stream is trimmed by nodes of 100 entries.
            for _ in 0..<250 {
                let (user, token) = line.removeFirst()
                _ = try await bed.store.leave(ticket: token, user: user, in: try room("line"))
            }
            try await Self.expectTheLine(bed.sides[1], line)
            #expect(await bed.sides[1].store.lineStatistics.begun == 2)
        }
    }

    /// Who asks as often as told is never skipped, although most answers come from the copy.
    @Test(arguments: [nil, ScriptGuard.seen])
    func whoAsksIsSeen(_ missing: ScriptGuard?) async throws {
        try await RoomBed.with(sides: 1, without: missing) { bed in
            let line = try await Self.line(bed, 3)
            var nowMs = Self.nowMs
            for _ in 0..<60 {
                nowMs += 990
                try await bed.set(clockMs: nowMs)
                for visitor in line { _ = try await Self.standing(bed.store, visitor) }
            }
            var change = RoomChange()
            change.capacity = .some(3)
            let report = try await bed.settings.configure(change, of: try room("line"))
            #expect(report.inside + report.skipped == 3)
            #expect(report.inside == (missing == nil ? 3 : 0))
        }
    }

    /// The copy reckons with the same slack as the script that writes down when somebody is absent.
    @Test func theSlackIsThatOfTheScript() async throws {
        try await RoomBed.with(sides: 1) { bed in
            let line = try await Self.line(bed, 1)
            // As the head of a line is told, less the spread.
            let pollMs = PollInterval.rangeMs.lowerBound
            let record = try await bed.redis.send(
                "HGET",
                RoomKeys(try room("line")).tickets,
                line[0].0.raw
            )
            let absentMs = record.string.flatMap { Int64($0.dropFirst()) }
            #expect(absentMs == Self.nowMs + 11 * pollMs / 4 + LineCopy.slackMs)
        }
    }

    /// A session that is checked all the time does not end by being idle, nor does it outlive its
    /// end.
    @Test func aSessionIsAnsweredForWhileItRuns() async throws {
        try await RoomBed.with { bed in
            let line = try await Self.line(bed, 1)
            var change = RoomChange()
            change.capacity = .some(1)
            change.sessionSeconds = 100
            change.idleSeconds = .some(16)
            _ = try await bed.settings.configure(change, of: try room("line"))
            let token = line[0].1
            var nowMs = Self.nowMs
            while nowMs < Self.nowMs + 99_000 {
                #expect(try await bed.sides[1].store.isInside(ticket: token, in: try room("line")))
                nowMs += 500
                try await bed.set(clockMs: nowMs)
            }
            let statistics = await bed.sides[1].store.lineStatistics
            #expect(statistics.answered > statistics.asked)
            try await bed.set(clockMs: Self.nowMs + 100_000)
            #expect(try await !bed.sides[1].store.isInside(ticket: token, in: try room("line")))
        }
    }

    @Test func aSessionThatEndsElsewhereEndsHere() async throws {
        try await RoomBed.with { bed in
            let line = try await Self.line(bed, 1)
            var change = RoomChange()
            change.capacity = .some(1)
            _ = try await bed.settings.configure(change, of: try room("line"))
            for _ in 0..<3 {
                #expect(
                    try await bed.sides[1].store.isInside(ticket: line[0].1, in: try room("line"))
                )
            }
            #expect(await bed.sides[1].store.lineStatistics.answered >= 1)
            _ = try await bed.store.finish(line[0].0, in: try room("line"))
            #expect(try await !bed.sides[1].store.isInside(ticket: line[0].1, in: try room("line")))
        }
    }
}
