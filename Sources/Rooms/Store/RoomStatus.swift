import Engines
import EventLoop
import Values

/// What the door of a room knows of who comes with a ticket.
enum Admission: Sendable, Equatable {
    /// No session runs.
    case outside
    /// As many addresses as the room allows use the session.
    case crowded
    /// The pass is the one that the ticket document has; nil: the session's end is not known.
    case inside(UserID, pass: String?)
}

extension RoomStore {
    /// For how long browsers keep a ticket: people join a room days before it opens.
    static let ticketLifeMs: Int64 = 7 * 86_400_000

    /// Where the bearer of `token` stands. `user`, when known, must be the ticket's own; a ticket
    /// alone does not tell of a later visit of its user.
    package nonisolated func status(ticket token: String, user: UserID?, in room: RoomID)
        async throws(StoreError) -> VisitOutcome
    {
        try await told { self.status(ticket: token, user: user, in: room, $0) }
    }

    /// The same for a caller on the loop, which `answer` is called on, now or later.
    ///
    /// Without a task, see `HTTPResponder`.
    nonisolated func status(
        ticket token: String,
        user: UserID?,
        in room: RoomID,
        _ answer: @escaping @Sendable (Result<VisitOutcome, StoreError>) -> Void
    ) {
        guard let ticket = ticket(token, of: user, in: room) else {
            return answer(.success(.ticketInvalid))
        }
        ask(ticket, in: room) { result in
            answer(
                result.map { place in
                    guard var place else { return .unknownRoom }
                    if user == nil, ticket.isBefore(visitOf: place.sequence) { place.expire() }
                    return self.here { $0.outcome(place, ticket.user, ticket, token, in: room) }
                }
            )
        }
    }

    /// Whether the bearer of `token` has a running session; `user` as for `status`.
    package nonisolated func isInside(ticket token: String, user: UserID? = nil, in room: RoomID)
        async throws(StoreError) -> Bool
    {
        let admission = try await told {
            self.admission(ticket: token, user: user, in: room, of: nil, $0)
        }
        return admission != .outside
    }

    /// Forward auth, for a caller on the loop, as `status`. Away from Redis the room's
    /// `onStoreError` decides. `client` is a hash of the address that uses the session, where the
    /// room limits those; nil: not known.
    nonisolated func admission(
        ticket token: String,
        user: UserID?,
        in room: RoomID,
        of client: UInt64?,
        _ answer: @escaping @Sendable (Result<Admission, StoreError>) -> Void
    ) {
        guard let ticket = here({ $0.opened(token, in: room) }),
            user == nil || user == ticket.user
        else {
            return answer(.success(.outside))
        }
        ask(ticket, in: room) { result in
            switch result {
            case .failure(.unavailable)
            where self.registry.room(room)?.settings.onStoreError == .admit:
                answer(.success(self.admitted(ticket, until: ticket.sessionExpiresMs, client)))
            case .failure(let error): answer(.failure(error))
            case .success(let place?)
            where place.code == .admitted
                && (user != nil || !ticket.isBefore(visitOf: place.sequence)):
                answer(.success(self.admitted(ticket, until: place.hardEndMs, client)))
            case .success: answer(.success(.outside))
            }
        }
    }

    /// What the door says of a session that runs.
    private nonisolated func admitted(_ ticket: Ticket, until endMs: Int64?, _ client: UInt64?)
        -> Admission
    {
        let nowMs = loop.clock.wallMs()
        if let client, let most = registry.room(ticket.room)?.settings.clientsPerSession,
            !registry.clients.admit(client, to: ticket.room, ticket.user, most: most, nowMs: nowMs)
        {
            return .crowded
        }
        let pass = endMs.map { endMs in
            here { $0.passes.pass(ticket.user, in: ticket.room, untilMs: endMs) }
        }
        return .inside(ticket.user, pass: pass)
    }

    /// What a ticket of `room` says; `user`, when known, must be the ticket's own. Nil: it is
    /// none of theirs.
    package nonisolated func ticket(_ token: String, of user: UserID?, in room: RoomID) -> Ticket? {
        guard let ticket = seal.open(token, room: room), user == nil || user == ticket.user else {
            return nil
        }
        return ticket
    }

    /// What a ticket says of which admission is asked. To open one takes 7,700 instructions of the
    /// 28,000 of such a check, to find it opened 1,100.
    private func opened(_ token: String, in room: RoomID) -> Ticket? {
        if let known = openedTickets.ticket(token, room: room) { return known }
        guard let ticket = seal.open(token, room: room) else { return nil }
        openedTickets.keep(token, ticket)
        return ticket
    }

    /// Joins the next look at the room.
    nonisolated func ask(
        _ ticket: Ticket,
        in room: RoomID,
        _ answer: @escaping VisitQuery.Answer
    ) {
        let query = VisitQuery(user: ticket.user, ticket: ticket, lane: nil, answer: answer)
        here { $0.statuses.append(query, about: room) }
    }

    /// What `begin`, called on the loop, answers.
    nonisolated func told<Value: Sendable>(
        _ begin:
            @escaping @Sendable (
                @escaping @Sendable (Result<Value, StoreError>) -> Void
            ) -> Void
    ) async throws(StoreError) -> Value {
        guard loop.isOnLoop else {
            return try await onLoop { () async throws(StoreError) in try await self.told(begin) }
        }
        return try await unsafe withUnsafeContinuation {
            (continuation: UnsafeContinuation<Result<Value, StoreError>, Never>) in
            begin { unsafe continuation.resume(returning: $0) }
        }.get()
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
            if head.state == .soldOut { return .soldOutInLine }
            standing.state = place.code == .waiting ? .waiting : .skipped
            standing.ahead = place.rank
            standing.pollAfterMs = PollSpread.apply(place.pollAfterMs, place.sequence)
            standing.lane = place.lane
            let forecast = forecast(place, in: room)
            standing.estimate = forecast.estimate
            standing.estimateReason = forecast.reason
        case .admitted:
            standing.state = .admitted
            standing.lane = place.lane
            standing.sessionExpiresMs = place.hardEndMs
            // `room_status` does not tell it; the look before it did.
            let idleMs = lines[room]?.copy.idleMs ?? 0
            let poll =
                place.pollAfterMs > 0 ? place.pollAfterMs : PollInterval.aliveMs(idleMs: idleMs)
            standing.pollAfterMs = poll > 0 ? PollSpread.apply(poll, place.sequence) : nil
        case .done: standing.state = .done
        case .left: standing.state = .left
        case .expired: standing.state = .expired
        }
        // The visitor's own ticket serves until it says too little.
        let isTold = ticket.map(standing.isToldBy) ?? false
        var visit = visit(standing, head.show, user, isTold ? token : nil, in: room)
        visit.opening = head.openingMs > 0 ? Timestamp(milliseconds: head.openingMs) : nil
        visit.order = head.isDraw ? .draw : .fifo
        return .visit(visit)
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
