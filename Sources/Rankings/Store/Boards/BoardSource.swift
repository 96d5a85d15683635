import Engines
import Ledger
import Values

/// What boards are made of: days, and the changes of scores that the ledger tells.
package struct BoardSource: Sendable {
    /// The day, week or month around an instant, in a time zone.
    let period: @Sendable (BoardWindow, Int64, String) -> Period
    /// Events of a board with a number above the given one, in order, at most so many. Empty: there
    /// are none up to `latest`.
    let events: @Sendable (BoardID, Int64, Int) async throws(StoreError) -> [ScoreEvent]
    /// The highest number in the outbox; no event that is added later has one below it.
    let latest: @Sendable () async throws(StoreError) -> Int64
    /// When the event of a number was decided, ms; nil: there is none.
    let instant: @Sendable (Int64) async throws(StoreError) -> Int64?
    /// The last event of a board that was brought to Redis; 0: none was.
    let delivered: @Sendable (BoardID) async throws(StoreError) -> Int64

    /// `period` is called for windows that have periods only.
    init(
        period: @escaping @Sendable (BoardWindow, Int64, String) -> Period,
        events:
            @escaping @Sendable (BoardID, Int64, Int) async throws(StoreError) -> [ScoreEvent],
        latest: @escaping @Sendable () async throws(StoreError) -> Int64,
        instant: @escaping @Sendable (Int64) async throws(StoreError) -> Int64?,
        delivered: @escaping @Sendable (BoardID) async throws(StoreError) -> Int64 = { _ in 0 }
    ) {
        self.period = period
        self.events = events
        self.latest = latest
        self.instant = instant
        self.delivered = delivered
    }
}

extension BoardSource {
    /// Days of the boards' zones, and the outbox of the ledger.
    package init(ledger: RankingLedger) {
        let outbox = Outbox(ledger.database)
        self.init(
            period: { window, ms, timeZone in
                guard let calendar = BoardCalendars.calendar(timeZone) else {
                    preconditionFailure("a board is of the zone \(timeZone)")
                }
                return calendar.period(window, at: ms)
            },
            events: { id, number, limit async throws(StoreError) in
                try await ledger.scoreEvents(of: id, after: number, limit: limit)
            },
            latest: { () async throws(StoreError) in try await outbox.latestEvent() },
            instant: { number async throws(StoreError) in try await outbox.instant(of: number) },
            delivered: { id async throws(StoreError) in
                try await outbox.delivered(id.raw, to: OutboxConsumer.boardsName)
            }
        )
    }
}

/// How long the list of a period stays after its end, and what else bounds a board in Redis.
package struct BoardLimits: Sendable {
    /// 32 days: any month's days, and the day before.
    var dailyMs: Int64 = 32 * dayMs
    /// 10 weeks.
    var weeklyMs: Int64 = 70 * dayMs
    /// 13 months of at most 31 days: the same month of the year before.
    var monthlyMs: Int64 = 13 * 31 * dayMs
    /// Changes of one script call, or members that one takes out: at 82 us each in five lists of a
    /// million it keeps Redis for 4 ms.
    var slice = 50
    /// The same while no list is longer than `shortList`: at 13 us it keeps Redis for 3 ms. So many
    /// members may be added up before one call.
    var shortSlice = 200
    var shortList: Int64 = 1_000

    static let dayMs: Int64 = 86_400_000
    /// Entries of one answer, around a member also: two values each, of which Lua unpacks fewer
    /// than 8,000.
    static let entriesMax = 1_000
    /// Days of one union: as many as there are lists of.
    static let unionDaysMax = 31

    package init() {}

    /// From when on the list of `period` is gone.
    func endOfLifeMs(_ period: Period) -> Int64 {
        switch period.window {
        case .daily: period.endMs + dailyMs
        case .weekly: period.endMs + weeklyMs
        case .monthly: period.endMs + monthlyMs
        case .realtime, .all: preconditionFailure("\(period.window) has no periods")
        }
    }

    /// Lists go by Redis's clock: one may be gone so much before it is over by ours.
    private static let clocksDifferMs: Int64 = 3_600_000

    /// Whether the list of `period` may be gone already, by a clock that shows `nowMs`.
    func mayHaveGone(_ period: Period, atMs nowMs: Int64) -> Bool {
        endOfLifeMs(period) <= nowMs + Self.clocksDifferMs
    }
}
