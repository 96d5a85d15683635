import Crypto
import Engines
import EventLoop
import Redis
import Values

extension BoardStore {
    /// How long what an interrupted build has gathered stays, from when it was last touched, and
    /// the longest that a build may take: at 50,000 events a second over 100 million.
    static let stagedMs: Int64 = 3_600_000
    /// Rounds of following a live board that goes on; each is as short as the one before took.
    private static let roundsMax = 20

    /// The last event that was read, and the last that there is.
    package typealias OnRead = @Sendable (Int64, Int64) -> Void

    /// Builds a board anew from the outbox, whatever Redis knows of it: `onsale rankings rebuild`.
    package func rebuild(_ id: BoardID, onRead: @escaping OnRead = { _, _ in })
        async throws(StoreError)
    {
        if let running = await builds.running(id) { try await running.value() }
        try await builds.value(id) { () async throws(StoreError) in
            try await self.buildNow(id, isForced: true, onRead: onRead)
        }
    }

    /// Builds a board that Redis has lost, or has of older settings. One build of a board at a
    /// time.
    func build(_ id: BoardID) async throws(StoreError) { try await startBuilding(id).value() }

    /// As `build`, without waiting for it. What fails now is tried again by who next finds it lost.
    @discardableResult
    func startBuilding(_ id: BoardID) async -> LoopTask<Void> {
        await builds.begin(id) { () async throws(StoreError) in try await self.buildNow(id) }
    }

    private func buildNow(
        _ id: BoardID,
        isForced: Bool = false,
        onRead: OnRead = { _, _ in }
    ) async throws(StoreError) {
        try await forgetIfForeign(id)
        await settings.forget(id)
        guard let row = try await settings.value(id) else { return }
        let loading = Loading("board", id.raw, isOlder: false, on: loop)
        let staged = BoardKeys(id, building: Base64URL.encodeString(SecureRandom.bytes(9)))
        let begun = try await redis.reply(
            to: scripts[.begin],
            keys: staged.all,
            [.int(row.revision), .int(Self.stagedMs)]
        )
        guard let begun = try BoardReply(begun) else { throw .broken("no begin of \(id)") }
        var cursor: Int64 = 0
        var ahead = Ahead()
        for _ in 1...Self.roundsMax {
            // First how far it goes, then what there is: all up to it is there.
            let latest = try await source.latest()
            repeat {
                let events = try await source.events(id, cursor, Self.readMax)
                let through = events.last?.number ?? max(cursor, latest)
                var atMs = events.last?.atMs ?? 0
                if events.isEmpty { atMs = try await source.instant(through) ?? 0 }
                for event in events where event.atMs > begun.nowMs + Self.nearMs {
                    ahead.buckets.insert(event.atMs / ScoreBatch.bucketMs)
                    ahead.buckets.insert(event.countsAtMs / ScoreBatch.bucketMs)
                    for window in row.board.windows where window.hasPeriods {
                        ahead.periods.insert(
                            period(window, at: event.countsAtMs, in: row.board.timeZone)
                        )
                    }
                }
                let sent = try await send(
                    events[...],
                    to: staged,
                    row,
                    from: cursor,
                    through: through,
                    atMs: atMs,
                    stagedMs: Self.stagedMs
                )
                guard let sent, sent.code == .done else {
                    throw .unavailable("what was built of \(id) is lost")
                }
                cursor = through
                onRead(cursor, latest)
            } while cursor < latest
            guard loading.ms < Self.stagedMs else {
                throw .unavailable("the board \(id) takes too long to build")
            }
            if try await put(id, staged, row, ahead, from: begun.nowMs, isForced) {
                // Whoever forces it is told by what it answers.
                return isForced ? () : loading.ended([("events_to", "\(cursor)")])
            }
        }
        throw .unavailable("the board \(id) goes on too fast to be built")
    }

    /// Puts what was built in the place of the live board. False: that is further.
    private func put(
        _ id: BoardID,
        _ staged: BoardKeys,
        _ row: BoardRow,
        _ ahead: Ahead,
        from beginMs: Int64,
        _ isForced: Bool
    ) async throws(StoreError) -> Bool {
        let live = BoardKeys(id)
        var keys: [String] = []
        var ends: [RedisArgument] = []
        func pair(_ from: String, _ to: String, endMs: Int64 = 0) {
            keys += [from, to]
            ends.append(.int(endMs))
        }
        // Until the next change sets it anew.
        let leavesMs = retainMs == 0 ? 0 : beginMs + retainMs
        for (from, to) in zip(staged.all, live.all) { pair(from, to, endMs: leavesMs) }
        for period in ahead.periods.union(livePeriods(row.board.timeZone, atMs: beginMs)) {
            let endMs = limits.endOfLifeMs(period)
            pair(staged.list(of: period), live.list(of: period), endMs: endMs)
        }
        let last = beginMs / ScoreBatch.bucketMs + Self.bucketsAhead
        let near = (last - ScoreBatch.buckets - Self.bucketsAhead)...last
        for bucket in ahead.buckets.union(near) {
            // A bucket outlives its board, as in `board_apply.lua`.
            let endMs = retainMs == 0 ? 0 : beginMs + 2 * retainMs + 2 * Self.dayMs
            pair(staged.bucket(bucket), live.bucket(bucket), endMs: endMs)
        }
        let reply = try await redis.reply(
            to: scripts[.load],
            keys: keys,
            [.int(isForced ? 1 : 0)] + ends
        )
        guard let reply = try BoardReply(reply) else {
            throw .unavailable("what was built of \(id) is lost")
        }
        guard reply.code == .done else { return false }
        note(reply.cursor, of: id)
        return true
    }

    /// What a build fills that nobody would look for: somebody's clock was far ahead.
    private struct Ahead {
        var periods: Set<Period> = []
        var buckets: Set<Int64> = []
    }

    private static let dayMs: Int64 = 86_400_000
    /// An hour: what counts for an instant so near is looked for in any case.
    private static let nearMs: Int64 = 3_600_000
    /// Buckets after the first instant of a build: of the time that it may take, and so near.
    private static let bucketsAhead = (stagedMs + nearMs) / ScoreBatch.bucketMs

    /// Every day, week and month whose list may be in Redis.
    private func livePeriods(_ zone: String, atMs: Int64) -> [Period] {
        var found: [Period] = []
        for window in BoardWindow.allCases where window.hasPeriods {
            // The next one too: another's clock may be ahead.
            var period = source.period(window, source.period(window, atMs, zone).endMs, zone)
            while limits.endOfLifeMs(period) > atMs {
                found.append(period)
                period = source.period(window, period.startMs - 1, zone)
            }
        }
        return found
    }
}
