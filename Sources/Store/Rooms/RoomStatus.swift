import EventLoop
public import Onsale

extension RoomStore {
    /// Where the bearer of `token` stands. `user`, when known, must be the ticket's own.
    public nonisolated func status(ticket token: String, user: UserID?, in room: RoomID)
        async throws(StoreError) -> VisitOutcome
    {
        guard loop.isOnLoop else {
            return try await onLoop { () async throws(StoreError) in
                try await self.status(ticket: token, user: user, in: room)
            }
        }
        guard let ticket = here({ $0.seal.open(token, room: room) }),
            user == nil || user == ticket.user
        else { return .ticketInvalid }
        let place = try await ask(ticket.user, ticket, in: room, entering: false)
        guard let place else { return .unknownRoom }
        return here { $0.outcome(place, ticket.user, ticket, token, in: room) }
    }

    /// Forward auth: whether the bearer of `token` has a running session. Away from Redis the
    /// room's `onStoreError` decides.
    public nonisolated func isInside(ticket token: String, in room: RoomID)
        async throws(StoreError) -> Bool
    {
        guard loop.isOnLoop else {
            return try await onLoop { () async throws(StoreError) in
                try await self.isInside(ticket: token, in: room)
            }
        }
        guard let ticket = here({ $0.seal.open(token, room: room) }) else { return false }
        do throws(StoreError) {
            return try await ask(ticket.user, ticket, in: room, entering: false)?.code == .admitted
        } catch {
            guard case .unavailable = error, let known = registry.room(room),
                known.settings.onStoreError == .admit
            else { throw error }
            return true
        }
    }

    func outcome(
        _ place: PlaceReply,
        _ user: UserID,
        _ ticket: Ticket?,
        _ token: String?,
        in room: RoomID
    ) -> VisitOutcome {
        let head = place.head
        var standing = Standing(
            state: .waiting,
            generation: head.generation,
            sequence: place.sequence
        )
        switch place.code {
        case .closed: return .closed
        case .soldOut: return .soldOut
        case .full, .unleased: return .full
        case .unknown: standing.state = .expired
        case .waiting, .skipped:
            if head.state == .closed { return .closed }
            if head.state == .soldOut { return .soldOut }
            standing.state = place.code == .waiting ? .waiting : .skipped
            standing.ahead = place.rank
            standing.pollAfterMs = PollSpread.apply(place.pollAfterMs, place.sequence)
            standing.lane = place.lane
            standing.estimate = WaitEstimate(
                ahead: place.before,
                perSecond: Double(head.departuresPer1000s) / 1000,
                untilOpeningMs: head.openingMs - head.nowMs
            )
        case .admitted:
            standing.state = .admitted
            standing.lane = place.lane
            standing.sessionExpiresMs = place.hardEndMs
        case .done: standing.state = .done
        case .left: standing.state = .left
        case .expired: standing.state = .expired
        }
        // The visitor's own ticket serves until it says too little.
        if let ticket, let token, standing.isToldBy(ticket) {
            let pass = standing.sessionExpiresMs.map { passes.pass(user, in: room, untilMs: $0) }
            return .visit(
                Visit(
                    room: room,
                    user: user,
                    standing: standing,
                    show: head.show,
                    token: token,
                    pass: pass
                )
            )
        }
        return .visit(visit(standing, head.show, user, in: room))
    }
}

extension Standing {
    fileprivate func isToldBy(_ ticket: Ticket) -> Bool {
        switch state {
        case .done, .left, .expired: true
        case .waiting, .skipped, .admitted:
            ticket.generation == generation && ticket.sequence == sequence
                && ticket.sessionExpiresMs == sessionExpiresMs
        }
    }
}
