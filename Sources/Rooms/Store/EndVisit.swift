import Engines
import Redis
import Values

/// What became of a request to end a visit.
package enum EndOutcome: Sendable, Equatable {
    case ended
    /// There was nothing to end.
    case wasNotThere
    case ticketInvalid
    case unknownRoom
}

extension RoomStore {
    /// Takes the bearer of `token` out of line or ends their session. A ticket alone does not end a
    /// later visit of its user.
    func leave(ticket token: String, user: UserID?, in room: RoomID)
        async throws(StoreError) -> EndOutcome
    {
        guard let ticket = seal.open(token, room: room), user == nil || user == ticket.user else {
            return .ticketInvalid
        }
        if user == nil,
            let place = try await told({ self.ask(ticket, in: room, $0) }),
            ticket.isBefore(visitOf: place.sequence)
        {
            return .wasNotThere
        }
        return try await end(ticket.user, by: scripts[.leave], in: room)
    }

    /// The shop behind the room has finished with `user`.
    package func finish(_ user: UserID, in room: RoomID) async throws(StoreError) -> EndOutcome {
        try await end(user, by: scripts[.done], in: room)
    }

    private func end(_ user: UserID, by script: RedisScript, in room: RoomID)
        async throws(StoreError) -> EndOutcome
    {
        let reply = try await runKnowing(script, room, [.string(user.raw)])
        guard let reply else { return .unknownRoom }
        return try reply.integer(1) == 1 ? .ended : .wasNotThere
    }
}
