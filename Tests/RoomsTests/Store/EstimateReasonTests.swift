import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestRooms

/// Why the wait got longer, as two processes tell it that look at one room. Time is the bed's own.
@Suite(.sideBySide) struct EstimateReasonTests {
    /// A room of ten places in which a session ends each second, and its line.
    private final class Scene {
        let bed: RoomBed
        let room: RoomID
        private var nowMs: Int64 = 1_790_000_000_000
        private var inside: [UserID] = []
        /// Who still waits, the head first.
        private(set) var line: [(user: UserID, token: String)] = []
        private var came = 0

        init(_ bed: RoomBed) throws {
            self.bed = bed
            room = try TestKit.room("line")
        }

        func change(_ change: (inout RoomChange) -> Void) async throws {
            var settings = RoomChange()
            change(&settings)
            _ = try await bed.settings.configure(settings, of: room)
        }

        func come(_ count: Int) async throws {
            for _ in 0..<count {
                let user = try user("u\(came)")
                came += 1
                let outcome = try await bed.store.enter(user, ticket: nil, in: room)
                guard case .visit(let visit) = outcome else { throw Unexpected(outcome: outcome) }
                if visit.standing.state == .admitted {
                    inside.append(user)
                } else {
                    line.append((user, visit.token))
                }
            }
        }

        /// A second; everybody who `asks` does so of the first process or of the second.
        func pass(endsSession: Bool = true, asks: (Int) -> Bool = { _ in true }) async throws {
            nowMs += 1_000
            try await bed.set(clockMs: nowMs)
            if endsSession, !inside.isEmpty {
                _ = try await bed.store.finish(inside.removeFirst(), in: room)
            }
            for (index, visitor) in line.enumerated() where asks(index) {
                let told = try await standing(visitor, of: index % 2)
                if told.state == .admitted { inside.append(visitor.user) }
            }
            line.removeAll { visitor in inside.contains(visitor.user) }
        }

        func standing(_ visitor: (user: UserID, token: String), of side: Int) async throws
            -> Standing
        {
            let outcome = try await bed.sides[side].store.status(
                ticket: visitor.token,
                user: visitor.user,
                in: room
            )
            guard case .visit(let visit) = outcome else { throw Unexpected(outcome: outcome) }
            return visit.standing
        }

        struct Unexpected: Error { var outcome: VisitOutcome }
    }

    private static func with(_ body: @Sendable (Scene) async throws -> Void) async throws {
        try await RoomBed.with { bed in
            let scene = try Scene(bed)
            try await bed.set(clockMs: 1_790_000_000_000)
            try await scene.change {
                $0.capacity = .some(10)
                $0.sessionSeconds = 60
            }
            try await scene.come(140)
            for _ in 0..<30 { try await scene.pass() }
            try await body(scene)
        }
    }

    /// What both processes tell of the last in line.
    private static func expect(
        _ reason: EstimateReason?,
        _ scene: Scene,
        _ place: SourceLocation = #_sourceLocation
    ) async throws {
        let last = try #require(scene.line.last)
        for side in 0...1 {
            let standing = try await scene.standing(last, of: side)
            #expect(standing.estimateReason == reason, sourceLocation: place)
            #expect((standing.estimate == nil) == (reason == .paused), sourceLocation: place)
        }
    }

    @Test func aPauseIsNamedByBoth() async throws {
        try await Self.with { scene in
            try await Self.expect(nil, scene)
            _ = try await scene.bed.settings.set(.paused, of: scene.room)
            try await scene.pass()
            try await Self.expect(.paused, scene)
            _ = try await scene.bed.settings.set(.open, of: scene.room)
            for _ in 0..<20 { try await scene.pass() }
            try await Self.expect(nil, scene)
        }
    }

    @Test func aLowerCapacityIsNamedByBoth() async throws {
        try await Self.with { scene in
            try await scene.change { $0.capacity = .some(5) }
            try await scene.pass()
            try await Self.expect(.rateLowered, scene)
            // Who comes now is told how it is, and has no reason to wonder.
            try await scene.come(1)
            try await scene.pass()
            try await Self.expect(nil, scene)
        }
    }

    @Test func aHigherCapacityIsNoReason() async throws {
        try await Self.with { scene in
            try await scene.change { $0.capacity = .some(15) }
            try await scene.pass()
            try await Self.expect(nil, scene)
        }
    }

    /// Forty do not ask any more, are passed over, and come back before the last in line.
    @Test func whoCameBackIsNamedByBoth() async throws {
        try await Self.with { scene in
            let away = Array(scene.line.prefix(40))
            for _ in 0..<20 { try await scene.pass(asks: { $0 >= 40 }) }
            try await Self.expect(nil, scene)
            for visitor in away { _ = try await scene.standing(visitor, of: 0) }
            try await scene.pass()
            try await Self.expect(.returned, scene)
        }
    }
}
