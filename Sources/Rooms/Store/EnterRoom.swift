import Engines
import EventLoop
import Values

extension RoomStore {
    /// Puts `user` in line, or finds the place they have. A ticket they bring gives its place back
    /// after a loss of Redis; one that is not theirs refuses. A code makes them a member of its
    /// lane, for good: members go to their lane without it.
    package nonisolated func enter(
        _ user: UserID,
        ticket token: String?,
        code: LaneCode? = nil,
        in room: RoomID
    ) async throws(StoreError) -> VisitOutcome {
        guard let code else {
            return try await told { self.enter(user, ticket: token, in: room, $0) }
        }
        if let token, ticket(token, of: user, in: room) == nil { return .ticketInvalid }
        var shown = try await codes.look(at: code, of: user, in: room)
        var token = token
        if case .leads(let lane, let isSpent) = shown {
            // The place comes first: a closed or full room spends no code.
            let current = token
            let entry = try await told { self.enter(user, ticket: current, in: room, $0) }
            guard case .visit(let visit) = entry, !visit.isPassThrough else { return entry }
            token = visit.token
            shown = try await codes.join(lane, with: code, isSpent: isSpent, user, in: room)
            // Others were faster to the last use of the code: nothing is as if it had been shown.
            if shown == .usedUp, visit.isNewcomer {
                _ = try await leave(ticket: visit.token, user: user, in: room)
            }
        }
        switch shown {
        case .member(let lane):
            let current = token
            return try await told { self.enter(user, ticket: current, lane: lane, in: room, $0) }
        case .usedUp: return .codeUsedUp
        case .invalid, .leads: return .codeInvalid
        }
    }

    /// The same for a caller on the loop, which `answer` is called on: without a task, see
    /// `HTTPResponder`. It joins the next call of the room (`TurnBatch`).
    nonisolated func enter(
        _ user: UserID,
        ticket token: String?,
        lane: LaneName? = nil,
        in room: RoomID,
        _ answer: @escaping @Sendable (Result<VisitOutcome, StoreError>) -> Void
    ) {
        var ticket: Ticket?
        if let token {
            ticket = self.ticket(token, of: user, in: room)
            guard ticket != nil else { return answer(.success(.ticketInvalid)) }
        }
        let query = VisitQuery(user: user, ticket: ticket, lane: lane) { [ticket] result in
            answer(self.here { $0.entered(result, user, ticket, token, in: room) })
        }
        here { $0.enters.append(query, about: room) }
    }

    /// What becomes of somebody who asked to enter, by what Redis has said.
    private func entered(
        _ result: Result<PlaceReply?, StoreError>,
        _ user: UserID,
        _ ticket: Ticket?,
        _ token: String?,
        in room: RoomID
    ) -> Result<VisitOutcome, StoreError> {
        switch result {
        case .success(nil): return .success(.unknownRoom)
        case .success(let place?) where place.code == .unleased:
            return .failure(.unavailable("the ledger leases no sequences of room \(room)"))
        case .success(let place?):
            var outcome = outcome(place, user, ticket, token, in: room)
            if case .visit(var visit) = outcome, place.isNewcomer {
                visit.isNewcomer = true
                outcome = .visit(visit)
            }
            return .success(outcome)
        case .failure(let error):
            guard case .unavailable = error, let visit = passThrough(user, in: room) else {
                return .failure(error)
            }
            return .success(.visit(visit))
        }
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

    /// Seals a fresh ticket for `standing` unless `token` says it, and a pass if it is a session.
    func visit(
        _ standing: Standing,
        _ show: RoomSettings.Show,
        _ user: UserID,
        _ token: String? = nil,
        in room: RoomID
    ) -> Visit {
        func sealed() -> String {
            let ticket = Ticket(
                room: room,
                user: user,
                generation: standing.generation,
                sequence: standing.sequence,
                sessionExpiresMs: standing.sessionExpiresMs
            )
            return seal.seal(ticket)
        }
        return Visit(
            room: room,
            user: user,
            standing: standing,
            show: show,
            token: token ?? sealed(),
            pass: standing.sessionExpiresMs.map { passes.pass(user, in: room, untilMs: $0) }
        )
    }
}
