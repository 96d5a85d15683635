import Engines
import EventLoop
import Redis
import Values

/// The boards as one loop sees them: lists in Redis, made of what the outbox tells and of nothing
/// else, each event once.
///
/// A board that Redis does not know is built anew beside its live keys and then renamed; until then
/// it is read from the ledger. One that came back older is given the events in between.
package actor BoardStore: ComparesWithLedger {
    package nonisolated let loop: EventLoop
    package let redis: RedisConnection
    let scripts: BoardScripts
    let source: BoardSource
    let limits: BoardLimits
    /// How long what is over stays in Redis; 0: for good.
    let retainMs: Int64
    let settings: BoardDirectory
    let builds: SharedWork<BoardID, Void>
    let pages: Gather<BoardListName, PageQuestion, BoardPage>
    let places: Gather<BoardListName, PlaceQuestion, BoardPlace>
    let rankings: Gather<BoardListName, [String], [Int?]>
    /// Questions are sent at the end of turns.
    var hasTurns = false
    package var comparisons = Comparisons<BoardID>()
    package let comparing: SharedWork<BoardID, Void>
    private var known = Bounded<BoardID, Progress>(boardsMax)
    /// How long the longest list of a board is that is written, by the name of `BoardKeys.meta`.
    private var longest = Bounded<String, Int64>(boardsMax)
    private var periods = Bounded<PeriodName, Period>(boardsMax)

    /// How far a board is in Redis.
    struct Progress: Sendable {
        /// The last event that was seen to be applied.
        var cursor: Int64
        /// There are no events of it from `cursor` to this number.
        var through: Int64
    }

    private struct PeriodName: Hashable {
        let window: BoardWindow
        let zone: String
    }

    /// Boards whose progress is remembered; what is forgotten costs a look into the outbox.
    private static let boardsMax = 4_096
    /// Runs of one script: one with old settings, one that is behind, one that is to sweep, two
    /// more.
    static let runsMax = 5

    /// `settings` are the loop's, shared with who changes them.
    package init(
        redis: RedisConnection,
        settings: BoardDirectory,
        source: BoardSource,
        limits: BoardLimits = .init(),
        scripts: BoardScripts = BoardScripts(),
        retainMs: Int64 = 0,
        comparesWithLedger: Bool = true,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.redis = redis
        self.settings = settings
        self.source = source
        self.limits = limits
        self.scripts = scripts
        self.retainMs = retainMs
        pages = Gather(on: loop, callMax: Self.callMax)
        places = Gather(on: loop, callMax: Self.callMax)
        rankings = Gather(on: loop, callMax: Self.callMax)
        builds = SharedWork(on: loop)
        comparisons.isOff = !comparesWithLedger
        comparing = SharedWork(on: loop)
    }

    // MARK: How far Redis is

    func progress(of id: BoardID) -> Progress? { known[id] }

    /// Remembers how far Redis has come.
    func note(_ cursor: Int64, of id: BoardID) {
        guard let old = known[id] else {
            known[id] = Progress(cursor: cursor, through: cursor)
            return
        }
        guard cursor > old.cursor else { return }
        known[id] = Progress(cursor: cursor, through: max(cursor, old.through))
    }

    /// Between two numbers there was nothing for boards that were complete up to the first, but for
    /// what was just applied.
    func noteAll(after: Int64, through: Int64) {
        for (id, progress) in known.all
        where progress.through >= after && progress.through < through {
            known[id]?.through = through
        }
    }

    func forgetProgress(of id: BoardID) { known[id] = nil }

    // MARK: How long calls are

    /// Changes of one script call: how long one takes depends on the length of the lists.
    func sliceLimit(of keys: BoardKeys) -> Int {
        guard let length = longest[keys.meta], length <= limits.shortList else {
            return limits.slice
        }
        return limits.shortSlice
    }

    func noteLongest(_ length: Int64, of keys: BoardKeys) {
        longest[keys.meta] = length
    }

    // MARK: Days

    /// The day, week or month around an instant. One of each kind is remembered: events come in
    /// the order of time.
    func period(_ window: BoardWindow, at ms: Int64, in zone: String) -> Period {
        let name = PeriodName(window: window, zone: zone)
        if let period = periods[name], period.startMs <= ms, ms < period.endMs { return period }
        let period = source.period(window, ms, zone)
        periods[name] = period
        return period
    }

    // MARK: Reading

    /// Runs a script that reads. Nil: there is no such board, or it does not keep that list.
    func read(
        _ script: RedisScript,
        _ list: BoardList,
        of id: BoardID,
        _ arguments: (Int64) -> [RedisArgument]
    ) async throws(StoreError) -> BoardReply? {
        let keys = BoardKeys(id).reading(list)
        for _ in 1...Self.runsMax {
            guard let row = try await settings.found(id),
                row.board.windows.contains(list.window)
            else { return nil }
            if !comparisons.has(id, in: redis.openings) { try await compareOnce(id) }
            // What was seen when the call left: replies may be taken up in another order.
            let least = known[id]?.cursor ?? 0
            let reply = try await redis.reply(to: script, keys: keys, arguments(row.revision))
            guard let reply = try BoardReply(reply) else {
                await startBuilding(id)
                throw .unavailable("the board \(id) is being built")
            }
            switch reply.code {
            case .otherSettings:
                try await changeSettings(of: id, row, reply)
            case _ where reply.cursor < least:
                try await catchUp(id, from: reply.cursor, to: least)
            case .unswept:
                try await sweepNow(id, slicesMax: Self.slicesBeforeReading)
            case .behind, .torn, .done:
                note(reply.cursor, of: id)
                return reply
            }
        }
        throw .unavailable("the board \(id) is lost again and again")
    }

    /// Slices that a reader takes out; when that is not enough, the ledger answers it.
    private static let slicesBeforeReading = 80

    /// Redis has the lists of other settings: older ones are built anew, newer ones are read.
    func changeSettings(of id: BoardID, _ row: BoardRow, _ reply: BoardReply)
        async throws(StoreError)
    {
        await settings.forget(id)
        guard reply.revision < row.revision else { return }
        await startBuilding(id)
        throw .unavailable("the board \(id) is being built with its new settings")
    }
}
