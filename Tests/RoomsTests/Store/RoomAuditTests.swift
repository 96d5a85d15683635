import Redis
import TestGate
import TestRedis
import Testing
import Values

@testable import Ledger
@testable import Rooms
@testable import TestKit
@testable import TestRooms

/// What `onsale audit` says of the number inside: lowering a capacity puts nobody out and is no
/// break; to let somebody in above it is.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RoomAuditTests {
    private final class Room {
        let bed: RoomBed
        let room: RoomID
        var visits: [Visit] = []

        init(_ bed: RoomBed, capacity: Int64?) async throws {
            self.bed = bed
            room = try TestKit.room("audited")
            try await bed.set(clockMs: 1_790_000_000_000)
            try await set(capacity: capacity)
        }

        func set(capacity: Int64?) async throws {
            var change = RoomChange()
            change.capacity = .some(capacity)
            _ = try await bed.settings.configure(change, of: room)
        }

        func enter(_ count: Int) async throws {
            for _ in 0..<count {
                let user = try TestKit.user("u\(visits.count)")
                let outcome = try await bed.store.enter(user, ticket: nil, in: room)
                guard case .visit(let visit) = outcome else { continue }
                visits.append(visit)
            }
        }

        func leave(_ index: Int) async throws {
            let visit = visits[index]
            _ = try await bed.store.leave(ticket: visit.token, user: visit.user, in: room)
        }

        func finding() async throws -> AuditLine {
            let audit = RoomAudit(redis: bed.redis, scripts: bed.scripts)
            return try #require(await audit.audit().last)
        }
    }

    private func lowered(_ off: ScriptGuard?) async throws -> AuditLine {
        try await RoomBed.with(without: off) { bed in
            let room = try await Room(bed, capacity: 3)
            try await room.enter(5)
            try await room.set(capacity: 1)
            return try await room.finding()
        }
    }

    @Test func aLoweredCapacityIsNoBreak() async throws {
        let line = try await lowered(nil)
        #expect(line.finding == .kept)
        #expect(line.detail.contains("audited: 3 inside, capacity 1"), "\(line.detail)")
        #expect(try await lowered(.lowered).finding == .broken)
    }

    @Test func tooManyAreABreak() async throws {
        try await RoomBed.with(without: .capacity) { bed in
            let room = try await Room(bed, capacity: 3)
            try await room.enter(3)
            #expect(try await room.finding().finding == .kept)
            try await room.enter(1)
            let line = try await room.finding()
            #expect(line.finding == .broken && line.detail == "audited: 4 inside, capacity 3")
            // And stay one where the capacity is lowered, or set again.
            for capacity in [2, 3, 1] as [Int64] {
                try await room.set(capacity: capacity)
                #expect(try await room.finding().finding == .broken)
            }
            try await room.leave(0)
            #expect(try await room.finding().finding == .kept)
        }
    }

    /// Whoever is let in above a lowered capacity is noticed, also when somebody has left before.
    private func refilled(_ off: ScriptGuard?) async throws -> AuditLine.Finding {
        let guards = [ScriptGuard.capacity] + (off.map { [$0] } ?? [])
        let edit = { (text: String) in guards.reduce(text) { $1.off($0) } }
        return try await RoomBed.with(edit: edit) { bed in
            let room = try await Room(bed, capacity: 3)
            try await room.enter(3)
            try await room.set(capacity: 1)
            try await room.leave(0)
            #expect(try await room.finding().finding == .kept)
            try await room.enter(1)
            return try await room.finding().finding
        }
    }

    @Test func nobodyNewStaysAboveALoweredCapacity() async throws {
        #expect(try await refilled(nil) == .broken)
        #expect(try await refilled(.ceiling) == .kept)
    }

    /// The capacity counts again when those who were too many have left.
    @Test func theCapacityCountsAgain() async throws {
        try await RoomBed.with(without: .capacity) { bed in
            let room = try await Room(bed, capacity: nil)
            try await room.enter(3)
            try await room.set(capacity: 2)
            #expect(try await room.finding().finding == .kept)
            try await room.leave(0)
            try await room.enter(1)
            #expect(try await room.finding().finding == .broken)
            try await room.set(capacity: nil)
            #expect(try await room.finding().finding == .kept)
        }
    }

    private func lost(_ off: ScriptGuard?) async throws -> AuditLine.Finding {
        try await RoomBed.with(without: off) { bed in
            var change = RoomChange()
            change.capacity = .some(3)
            let line = try await RecoveryLine(bed, change)
            try await line.enter(5)
            try await line.advance(ms: 1_000)
            change.capacity = .some(1)
            _ = try await bed.settings.configure(change, of: line.room)
            try await line.tick()
            try await line.flush()
            try await line.poll(line.entered)
            #expect(try await line.inside().count == 3)
            let audit = RoomAudit(redis: bed.redis, scripts: bed.scripts)
            return try #require(await audit.audit().last).finding
        }
    }

    /// The ledger gives back who was inside, also above a lowered capacity.
    @Test func aLossOfRedisIsNoBreak() async throws {
        #expect(try await lost(nil) == .kept)
        #expect(try await lost(.lowered) == .broken)
    }
}
