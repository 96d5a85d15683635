import EventLoop
public import Onsale
import Redis

extension RoomStore {
    /// Changes a room's settings, or makes the room.
    public func configure(_ change: RoomChange, of room: RoomID) async throws(StoreError)
        -> RoomReport
    {
        let generation = (registry.room(room)?.generation ?? 0) + 1
        let defaults = RoomFields.pairs(RoomSettings())
        var arguments: [RedisArgument] = [.int(generation), .int(Int64(defaults.count / 2))]
        arguments += defaults
        arguments += RoomFields.pairs(change)
        // A room that Redis has lost is brought back first: its settings outlive Redis.
        if registry.room(room) != nil, try await report(room) == nil { return try missing(room) }
        _ = try await run(scripts.configure, room, arguments)
        return try await adopted(room)
    }

    /// Moves the door: pause, resume, drain, close, sold out. Nil: nobody knows the room.
    public func set(_ state: RoomState, of room: RoomID) async throws(StoreError) -> RoomReport? {
        let arguments: [RedisArgument] = [
            .int(0), .int(0), .string("state"), .string(state.rawValue),
        ]
        guard try await runKnowing(scripts.configure, room, arguments) != nil else { return nil }
        return try await adopted(room)
    }

    /// The room with all its counters; nil: nobody knows it.
    public func report(_ room: RoomID) async throws(StoreError) -> RoomReport? {
        guard let reply = try await runKnowing(scripts.report, room) else {
            documents[room] = nil
            return nil
        }
        return try RoomFields.report(reply)
    }

    /// The shared document: a report that is at most `documentMaxAgeMs` old.
    public func document(_ room: RoomID) async throws(StoreError) -> RoomReport? {
        let nowNs = loop.clock.monotonicNs()
        if let known = documents[room], nowNs - known.atNs < Self.documentMaxAgeMs * 1_000_000 {
            return known.report
        }
        guard let report = try await report(room) else { return nil }
        if documents.count >= Self.documentsMax { documents.removeAll() }
        documents[room] = (report, nowNs)
        return report
    }

    private func adopted(_ room: RoomID) async throws(StoreError) -> RoomReport {
        documents[room] = nil
        guard let report = try await report(room) else { return try missing(room) }
        try await keeper.adopt(room, report)
        return report
    }

    private func missing(_ room: RoomID) throws(StoreError) -> RoomReport {
        throw .unavailable("room \(room) was lost while it was changed")
    }
}
