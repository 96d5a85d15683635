import EventLoop
public import Onsale

extension RoomStore {
    /// Puts `user` in line, or finds the place they have. A ticket they bring gives its place back
    /// after a loss of Redis; one that is not theirs refuses. A code makes them a member of its
    /// lane, for good: members go to their lane without it.
    public nonisolated func enter(
        _ user: UserID,
        ticket token: String?,
        code: LaneCode? = nil,
        in room: RoomID
    ) async throws(StoreError) -> VisitOutcome {
        guard loop.isOnLoop else {
            return try await onLoop { () async throws(StoreError) in
                try await self.enter(user, ticket: token, code: code, in: room)
            }
        }
        var ticket: Ticket?
        if let token {
            ticket = seal.open(token, room: room)
            guard let ticket, ticket.user == user else { return .ticketInvalid }
        }
        var lane: LaneName?
        if let code {
            switch try await show(code, by: user, in: room) {
            case .member(let name): lane = name
            case .invalid: return .codeInvalid
            case .usedUp: return .codeUsedUp
            }
        }
        do throws(StoreError) {
            let place = try await askToEnter(user, ticket, lane, in: room)
            guard let place else { return .unknownRoom }
            guard place.code != .unleased else {
                throw .unavailable("the ledger leases no sequences of room \(room)")
            }
            return here { [ticket] in $0.outcome(place, user, ticket, token, in: room) }
        } catch {
            guard case .unavailable = error,
                let visit = here({ $0.passThrough(user, in: room) })
            else { throw error }
            return .visit(visit)
        }
    }

    /// Joins the next call of the room (`TurnBatch`). On the loop, without a hop to the actor:
    /// that would cost two jobs more for each request.
    private nonisolated func askToEnter(
        _ user: UserID,
        _ ticket: Ticket?,
        _ lane: LaneName?,
        in room: RoomID
    ) async throws(StoreError) -> PlaceReply? {
        try await unsafe withUnsafeContinuation {
            (continuation: UnsafeContinuation<Result<PlaceReply?, StoreError>, Never>) in
            let query = VisitQuery(user: user, ticket: ticket, lane: lane) {
                unsafe continuation.resume(returning: $0)
            }
            here { $0.enters.append(query, about: room) }
        }.get()
    }

    /// A session that no store knows, for rooms that would rather admit than wait (`onStoreError`).
    /// Its ticket is of generation 0: when Redis is back it counts as a session that was running.
    func passThrough(_ user: UserID, in room: RoomID) -> Visit? {
        guard let known = registry.room(room), known.settings.onStoreError == .admit else {
            return nil
        }
        let nowMs = loop.clock.wallMs()
        let standing = Standing(
            state: .admitted,
            generation: 0,
            sequence: nowMs * 1000,
            sessionExpiresMs: nowMs + known.settings.sessionSeconds * 1000
        )
        return visit(standing, known.settings.show, user, in: room)
    }

    /// Seals a fresh ticket for `standing`, and a pass if it is a session.
    func visit(_ standing: Standing, _ show: RoomSettings.Show, _ user: UserID, in room: RoomID)
        -> Visit
    {
        let ticket = Ticket(
            room: room,
            user: user,
            generation: standing.generation,
            sequence: standing.sequence,
            sessionExpiresMs: standing.sessionExpiresMs
        )
        return Visit(
            room: room,
            user: user,
            standing: standing,
            show: show,
            token: seal.seal(ticket),
            pass: standing.sessionExpiresMs.map { passes.pass(user, in: room, untilMs: $0) }
        )
    }
}
