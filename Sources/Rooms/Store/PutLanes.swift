import Engines
import Values

/// The lanes of a room and how many wait in each.
struct LanesReport: Equatable, Sendable {
    /// Nil: the line has no lanes beside it.
    var lanes: RoomLanes?
    /// By number; the line itself first.
    var waiting: [Int64]
    /// Of the room's settings.
    var revision: Int64
}

/// What became of a request to change a room's lanes.
enum PutLanesOutcome: Equatable, Sendable {
    case put(LanesReport)
    case unknownRoom
    /// People wait in this lane: it cannot be removed.
    case inUse(LaneName)
    /// They are not what the sender has seen.
    case preconditionFailed
}

extension RoomSettingsStore {
    /// Nil: nobody knows the room.
    func lanes(of room: RoomID) async throws(StoreError) -> LanesReport? {
        guard let reply = try await rooms.runKnowing(scripts[.lanes], room) else { return nil }
        var waiting: [Int64] = []
        for lane in 0..<LineSequence.lanesMax { waiting.append(try reply.integer(2 + lane)) }
        return LanesReport(
            lanes: RoomLanes(text: try reply.text(1)),
            waiting: waiting,
            revision: try reply.integer(2 + LineSequence.lanesMax)
        )
    }

    /// Changes the lanes of a room. Who comes into a lane while it is being removed stands in the
    /// line itself, as of when they came.
    func put(
        _ change: LanesChange,
        of room: RoomID,
        if precondition: @escaping Precondition<KnownRoom> = { _ in true }
    ) async throws(StoreError) -> PutLanesOutcome {
        guard let now = try await lanes(of: room) else {
            return precondition(nil) ? .unknownRoom : .preconditionFailed
        }
        if let known = try await registry.ledger.room(room)?.known, !precondition(known) {
            return .preconditionFailed
        }
        let staying = change.applied(to: now.lanes)
        for lane in now.lanes?.named ?? [] where staying?[lane.name] == nil {
            if now.waiting[Int(lane.number)] > 0 { return .inUse(lane.name) }
        }
        let decision = try await decide(room, makes: false, if: precondition) {
            $0.settings.lanes = change.applied(to: $0.settings.lanes)
        }
        if case .preconditionFailed = decision { return .preconditionFailed }
        guard case .decided = decision, let changed = try await lanes(of: room) else {
            return .unknownRoom
        }
        return .put(changed)
    }
}
