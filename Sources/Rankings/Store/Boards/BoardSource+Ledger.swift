import Engines
import Ledger
import Values

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
