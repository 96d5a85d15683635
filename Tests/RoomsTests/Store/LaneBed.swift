import Redis
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestRooms

/// A room with lanes, a code for each that any number of visitors may use.
struct LaneBed: Sendable {
    let bed: RoomBed
    let room: RoomID
    static let startMs: Int64 = 1_790_000_000_000

    /// Nobody is admitted before `admit`.
    init(_ bed: RoomBed, main: Int64, _ lanes: [(name: String, weight: Int64)]) async throws {
        self.bed = bed
        room = try TestKit.room("lanes")
        try await bed.set(clockMs: Self.startMs)
        var change = RoomChange()
        change.capacity = 0
        change.sessionSeconds = 3_600
        _ = try await bed.settings.configure(change, of: room)
        try #require(try await put(main, lanes) != nil)
        for lane in lanes {
            let name = try self.lane(lane.name)
            let made = try await bed.store.codes.add(
                [Self.code(name)],
                uses: nil,
                for: name,
                in: room
            )
            try #require(made == .made([Self.code(name)]))
        }
    }

    static func code(_ lane: LaneName) -> String { "code-\(lane)" }

    func lane(_ name: String) throws -> LaneName { try #require(LaneName(name)) }

    /// Nil: refused.
    func put(_ main: Int64?, _ lanes: [(name: String, weight: Int64)]) async throws -> LanesReport?
    {
        let named = try lanes.map {
            LanesChange.Lane(name: try self.lane($0.name), weight: $0.weight)
        }
        let change = LanesChange(mainWeight: main, named: named)
        let outcome = try await bed.settings.put(change, of: room)
        for side in bed.sides { _ = try await side.keeper.tick(room) }
        guard case .put(let report) = outcome else { return nil }
        return report
    }

    func enter(
        _ name: String,
        code: String? = nil,
        ticket: String? = nil,
        side: Int = 0
    ) async throws -> VisitOutcome {
        try await bed.sides[side].store.enter(
            try TestKit.user(name),
            ticket: ticket,
            code: code.map { try #require(LaneCode($0)) },
            in: room
        )
    }

    func entered(_ name: String, code: String? = nil, ticket: String? = nil) async throws -> Visit {
        let outcome = try await enter(name, code: code, ticket: ticket)
        guard case .visit(let visit) = outcome else {
            throw Unexpected(outcome: outcome)
        }
        return visit
    }

    struct Unexpected: Error { let outcome: VisitOutcome }

    /// `count` visitors of one lane, named after it; nil: the line itself.
    func fill(_ lane: String?, _ count: Int, from start: Int = 0) async throws {
        let prefix = lane ?? "main"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in start..<start + count {
                group.addTask {
                    let code = try lane.map { Self.code(try self.lane($0)) }
                    _ = try await entered("\(prefix)-\(index)", code: code)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Lets so many in altogether, and answers who was, in their order.
    func admit(_ total: Int64) async throws -> [String] {
        var change = RoomChange()
        change.capacity = .some(total)
        _ = try await bed.settings.configure(change, of: room)
        while try await bed.settings.report(room)?.inside ?? 0 < total,
            try await bed.settings.report(room)?.waiting ?? 0 > 0
        {
            _ = try await bed.sides[0].keeper.tick(room)
        }
        let journal = try await bed.redis.send("XRANGE", "{r:\(room)}:journal", "-", "+")
        return journal.array?.compactMap { entry in
            let fields = entry.array?.last?.array?.compactMap(\.string) ?? []
            return fields.first == "a" ? fields[1] : nil
        } ?? []
    }

    /// Everybody who waits, in the order of lanes and places.
    func line() async throws -> [String] {
        let reply = try await bed.redis.send("ZRANGE", "{r:\(room)}:waiting", "0", "-1")
        return reply.array?.compactMap(\.string) ?? []
    }
}
