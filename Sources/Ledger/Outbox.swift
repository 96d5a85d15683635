import Engines
import SQL

/// The outbox in SQL: numbering, reading, cursors.
package struct Outbox: Ledger {
    package let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// Rows that one entry numbers, and events that are read at once: 1,000 x ~300 B are 300 KB.
    package static let batchMax = 1_000

    /// What one round of numbering has done.
    struct Numbering: Sendable, Equatable {
        var numbered: Int
        /// The highest number there is; 0: none.
        var latest: Int64
        /// There may be rows left: the batch was full, or another relay was at it.
        var isMore: Bool
        /// The latest row that was numbered; 0: none was.
        var latestRow: Int64
    }

    /// Numbers committed rows that have none, in one entry.
    ///
    /// A number is never given before its row is committed, and the next one is above all given, so
    /// who reads `number > cursor` misses nothing, whatever the order in which rows commit. One
    /// relay numbers at a time: on PostgreSQL two would both start from the same highest number.
    /// The lock is tried, not waited for, and found out by the statement that needs it: an entry
    /// that waits would hold up all that shares its transaction.
    ///
    /// Only rows above `floor` are looked at: PostgreSQL steps over the index entries of all that
    /// have left the unnumbered since its last vacuum. A row below it that commits late is found by
    /// who looks from 0.
    func number(above floor: Int64 = 0) async throws(StoreError) -> Numbering {
        var entry: [SQL] = []
        var mayNumber: SQL = "true"
        if database.dialect == .postgres {
            entry.append(
                """
                select set_config('onsale.numbers',
                  cast(pg_try_advisory_xact_lock(\(Self.numberingLock)) as text), true)
                """
            )
            mayNumber = "current_setting('onsale.numbers') = 'true'"
        }
        entry += [
            """
            update outbox set number = fresh.number
            from (
              select row_id as fresh_id,
                (\(Self.latestNumber)) + row_number() over (order by row_id) as number
              from outbox where number is null and row_id > \(floor) and \(mayNumber)
              order by row_id limit \(Self.batchMax)
            ) as fresh
            where row_id = fresh_id and outbox.number is null
            returning row_id
            """,
            Self.latestNumber,
        ]
        let results = try expected(await commit(entry))
        return try decoded { () throws(SQLError) in
            guard results.count == entry.count, let latest = results[entry.count - 1].rows.first
            else { throw .broken("no answer to numbering") }
            let rows = results[entry.count - 2].rows
            var latestRow: Int64 = 0
            for row in rows { latestRow = max(latestRow, try row.integer(0)) }
            let isOurs = entry.count == 2 || results[0].rows.first?.values == [.text("true")]
            return Numbering(
                numbered: rows.count,
                latest: try latest.integer(0),
                isMore: !isOurs || rows.count == Self.batchMax,
                latestRow: latestRow
            )
        }
    }

    /// The highest number; 0: none. Said so that SQLite, too, looks into the index of numbers.
    package static let latestNumber: SQL = """
        select cast(coalesce(max(number), 0) as bigint) from outbox where number is not null
        """

    /// Any number that no other lock has: `oNum` in ASCII.
    static let numberingLock = 0x6F4E_756D

    /// The highest number; 0: none. What is numbered later is above it.
    package func latestEvent() async throws(StoreError) -> Int64 {
        let rows = try await rows(Self.latestNumber)
        return try decoded { () throws(SQLError) in try rows[0].integer(0) }
    }

    /// When the event of a number was decided, ms; nil: there is none.
    package func instant(of number: Int64) async throws(StoreError) -> Int64? {
        let rows = try await rows("select at_ms from outbox where number = \(number)")
        return try decoded { () throws(SQLError) in try rows.first?.integer(0) }
    }

    /// Events after `number`, in their order.
    func events(after number: Int64, limit: Int) async throws(StoreError) -> [OutboxEvent] {
        let limit = min(limit, Self.batchMax)
        return try await events("number > \(number) order by number limit \(limit)")
    }

    /// Events by the end of a statement: which, in what order, how many.
    package func events(_ chosen: SQL) async throws(StoreError) -> [OutboxEvent] {
        try Self.events(
            await rows("select \(OutboxEvent.columns) from outbox where \(chosen)", as: .list)
        )
    }

    /// How far `consumer` has come, and the events after that.
    func events(for consumer: String) async throws(StoreError) -> (
        cursor: Int64, events: [OutboxEvent]
    ) {
        let cursor: SQL = """
            select cast(coalesce(max(number), 0) as bigint) from cursors
            where consumer = \(consumer)
            """
        let found = try await read([
            cursor,
            """
            select \(OutboxEvent.columns) from outbox
            where number > (\(cursor)) order by number limit \(Self.batchMax)
            """,
        ])
        let number = try decoded { () throws(SQLError) in try found[0].rows[0].integer(0) }
        return (number, try Self.events(found[1].rows))
    }

    /// Records that `consumer` has done all up to `number`, and the last event that it has brought
    /// to Redis of each subject. Never goes back: another process may be further.
    func advance(_ consumer: String, to number: Int64, last: [String: Int64] = [:])
        async throws(StoreError)
    {
        // The cursor's row first: two processes then wait for each other one way only.
        var entry: [SQL] = [
            """
            insert into cursors (consumer, number) values (\(consumer), \(number))
            on conflict (consumer) do update set number = excluded.number
            where cursors.number < excluded.number
            """
        ]
        for (subject, number) in last {
            entry.append(
                """
                insert into deliveries (consumer, subject, number)
                values (\(consumer), \(subject), \(number))
                on conflict (consumer, subject) do update set number = excluded.number
                where deliveries.number < excluded.number
                """
            )
        }
        _ = try expected(await commit(entry))
    }

    /// The last event of `subject` that `consumer` has brought to Redis; 0: none.
    package func delivered(_ subject: String, to consumer: String) async throws(StoreError) -> Int64
    {
        let rows = try await rows(Self.delivered(subject, to: consumer))
        return try decoded { () throws(SQLError) in try rows[0].integer(0) }
    }

    package static func delivered(_ subject: String, to consumer: String) -> SQL {
        """
        select cast(coalesce(max(number), 0) as bigint) from deliveries
        where consumer = \(consumer) and subject = \(subject)
        """
    }

    private static func events(_ rows: [SQLRow]) throws(StoreError) -> [OutboxEvent] {
        try decoded { () throws(SQLError) in
            var events: [OutboxEvent] = []
            events.reserveCapacity(rows.count)
            for row in rows { events.append(try OutboxEvent(row)) }
            return events
        }
    }
}
