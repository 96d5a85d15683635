import Engines
import Redis
import Values

extension BoardStore {
    /// Events that are read from the outbox at once.
    static let readMax = 1_000

    /// Brings changes of scores to the boards, each once, whoever else does the same. `events` are
    /// all that there are with numbers above `after` up to `through`, in their order; the event of
    /// the last number, a board's or not, was decided at `atMs`.
    func apply(_ events: [ScoreEvent], after: Int64, through: Int64, atMs: Int64)
        async throws(StoreError)
    {
        for (id, own) in Dictionary(grouping: events, by: \.board) {
            try await apply(own[...], to: id, after: after, through: through, atMs: atMs)
        }
        noteAll(after: after, through: through)
    }

    private func apply(
        _ events: ArraySlice<ScoreEvent>,
        to id: BoardID,
        after: Int64,
        through: Int64,
        atMs: Int64
    ) async throws(StoreError) {
        for _ in 1...Self.runsMax {
            // Without the settings there is no list to put it in, and nobody can read one.
            guard let row = try await settings.found(id) else { return }
            // A board of another ledger takes numbers that are given anew for known ones.
            if !comparisons.has(id, in: redis.openings) { try await compareOnce(id) }
            guard comparisons.has(id, in: redis.openings) else {
                throw .unavailable("the board \(id) cannot be compared with the ledger now")
            }
            // Where this process knows of nothing in between, Redis may be behind by that.
            var base = after
            if let known = progress(of: id), known.through >= after {
                base = min(after, known.cursor)
            }
            let keys = BoardKeys(id)
            let reply = try await send(
                events,
                to: keys,
                row,
                from: base,
                through: through,
                atMs: atMs
            )
            switch reply?.code {
            case .done?:
                note(through, of: id)
                return
            case .behind?: try await catchUp(id, from: reply?.cursor ?? 0, to: after)
            case .otherSettings?:
                await settings.forget(id)
                if let reply, reply.revision < row.revision { try await build(id) }
            case nil: try await build(id)
            case .unswept?, .torn?: throw .broken("the board \(id) answered a write so")
            }
        }
        throw .unavailable("the board \(id) is lost again and again")
    }

    /// Sends events in slices, each of which stands on the one before. `atMs`: when the event with
    /// the number `through` was decided. `stagedMs`: how long the
    /// keys of a board stay that is being built, 0: a live one. Nil: Redis does not know it.
    func send(
        _ events: ArraySlice<ScoreEvent>,
        to keys: BoardKeys,
        _ row: BoardRow,
        from base: Int64,
        through: Int64,
        atMs: Int64,
        stagedMs: Int64 = 0
    ) async throws(StoreError) -> BoardReply? {
        var rest = events
        var base = base
        var isFolding = true
        while true {
            let limit = sliceLimit(of: keys)
            let (batch, taken) = batch(rest, row.board, limit: limit, isFolding: isFolding)
            var (end, endMs) = (through, atMs)
            if taken < rest.count {
                let last = rest[rest.startIndex + taken - 1]
                (end, endMs) = (last.number, last.atMs)
            }
            let head: [RedisArgument] = [
                .int(base), .int(end), .int(row.revision), .int(stagedMs),
                .int(row.board.windows.contains(.all) ? 1 : 0),
                .int(row.board.windows.contains(.realtime) ? 1 : 0), .int(retainMs), .int(endMs),
            ]
            let reply = try await redis.reply(
                to: scripts[.apply],
                keys: keys.all + batch.periods.map(keys.list),
                head + batch.arguments(limits)
            )
            guard let reply = try BoardReply(reply) else { return nil }
            if reply.code == .torn, isFolding {
                let known = rest.prefix { $0.number <= reply.cursor }.count
                rest = rest.dropFirst(known)
                if known > 0 {
                    // Another process is ahead.
                    base = reply.cursor
                } else {
                    isFolding = false
                }
                continue
            }
            guard reply.code == .done else { return reply }
            noteLongest(try reply.integer(1), of: keys)
            rest = rest.dropFirst(taken)
            if rest.isEmpty { return reply }
            base = end
        }
    }

    /// As many of `events` as one call takes.
    private func batch(
        _ events: ArraySlice<ScoreEvent>,
        _ board: Board,
        limit: Int,
        isFolding: Bool
    ) -> (batch: ScoreBatch, taken: Int) {
        let windows = board.windows.filter(\.hasPeriods)
        var batch = ScoreBatch(limit: limit, isFolding: isFolding)
        var taken = 0
        for event in events {
            let isTaken = batch.append(event) { ms in
                windows.map { period($0, at: ms, in: board.timeZone) }
            }
            guard isTaken else { break }
            taken += 1
        }
        return (batch, taken)
    }

    /// Gives a board that came back older what it lacks, from the outbox.
    func catchUp(_ id: BoardID, from cursor: Int64, to target: Int64) async throws(StoreError) {
        var cursor = cursor
        while cursor < target {
            guard let row = try await settings.found(id) else { return }
            let events = try await source.events(id, cursor, Self.readMax)
            var (through, atMs) = (target, Int64(0))
            if let last = events.last {
                (through, atMs) = (last.number, last.atMs)
            } else {
                // None: there are none up to here. Without the target itself, this process has
                // seen it on a board of another ledger.
                guard let instant = try await source.instant(target) else {
                    forgetProgress(of: id)
                    return
                }
                atMs = instant
            }
            let reply = try await send(
                events[...],
                to: BoardKeys(id),
                row,
                from: cursor,
                through: through,
                atMs: atMs
            )
            // Whoever called looks again, and finds what has become of it.
            guard let reply, reply.code == .done else { return }
            note(reply.cursor, of: id)
            cursor = through
        }
    }
}
