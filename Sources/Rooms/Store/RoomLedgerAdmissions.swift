import Engines
import Ledger
import SQL
import Values

/// The log of admissions: every session that began in a room, and how it ended.
extension RoomLedger {
    /// How long a row stays after the hard end of its session: how visits ended is remembered for
    /// up to an hour in Redis, and a ticket of a session opens no door after its end.
    static let keptAfterEndMs: Int64 = 3_600_000

    /// Rows of one statement. Powers of two, so that engines prepare few statements.
    private static let rowsMax = 128

    /// Adds what is known of sessions, and how far the journal is written with them. Safe to
    /// repeat, in any order: a later end of session is a later admission or beginning, and what has
    /// ended stays so.
    ///
    /// All who write do it in the order of the rows' key, so that they wait for each other one way
    /// only. In that of the journal two processes met crosswise, for a session stands where a batch
    /// first names it; and PostgreSQL takes a second to see that.
    func log(_ sessions: [LoggedSession], of room: RoomID, upTo place: JournalPlace)
        async throws(StoreError)
    {
        // Everybody's row first: others who write of this room wait there, and hold nothing.
        var entry: [SQL] = [
            """
            update rooms set journal_generation = \(place.generation),
              journal_entry = \(place.entry)
            where \(row: .room(room)) and (journal_generation < \(place.generation)
              or journal_generation = \(place.generation) and journal_entry < \(place.entry))
            """
        ]
        var rest = sessions.sorted { ($0.user, $0.sequence) < ($1.user, $1.sequence) }[...]
        while !rest.isEmpty {
            var count = Self.rowsMax
            while count > rest.count { count /= 2 }
            entry.append(Self.upsert(rest.prefix(count), room))
            rest = rest.dropFirst(count)
        }
        _ = try await commit(entry)
    }

    private static func upsert(_ sessions: ArraySlice<LoggedSession>, _ room: RoomID) -> SQL {
        let rows = SQL.rows(
            sessions.map { session in
                [
                    .text(room.raw), .text(session.user), .integer(session.sequence),
                    .integer(session.admittedAtMs), .integer(session.endsAtMs),
                    session.ended.map { .integer($0.atMs) } ?? .null,
                    session.ended.map { .text($0.as.rawValue) } ?? .null,
                    .integer(session.isUnheard ? 1 : 0),
                ]
            }
        )
        return """
            insert into admissions (room, user_id, sequence, admitted_at_ms, ends_at_ms,
              ended_at_ms, ended_as, unheard)
            values \(rows)
            on conflict (room, user_id, sequence) do update set
              admitted_at_ms = case when excluded.ends_at_ms > admissions.ends_at_ms
                  and excluded.admitted_at_ms > 0
                then excluded.admitted_at_ms else admissions.admitted_at_ms end,
              ends_at_ms = excluded.ends_at_ms,
              ended_at_ms = excluded.ended_at_ms,
              ended_as = excluded.ended_as,
              unheard = excluded.unheard
            where excluded.ends_at_ms > admissions.ends_at_ms
              or excluded.ends_at_ms = admissions.ends_at_ms and admissions.ended_at_ms is null
                and (excluded.ended_at_ms is not null
                  or admissions.unheard > excluded.unheard)
            """
    }

    private static let sessionColumns: SQL = """
        user_id, sequence, admitted_at_ms, ends_at_ms, ended_at_ms, ended_as, unheard
        """

    /// Sessions that can still matter at `nowMs`, a page in the order of user and sequence: those
    /// that run, and those that have ended and must not be brought back.
    func sessions(of room: RoomID, after last: LoggedSession?, at nowMs: Int64, atMost max: Int)
        async throws(StoreError) -> [LoggedSession]
    {
        let user = last?.user ?? "", sequence = last?.sequence ?? -1
        let columns = Self.sessionColumns
        return try await sessions(
            """
            select \(columns) from admissions
            where room = \(room.raw) and ends_at_ms > \(nowMs - Self.keptAfterEndMs)
              and (user_id > \(user) or user_id = \(user) and sequence > \(sequence))
            order by user_id, sequence limit \(max)
            """
        )
    }

    /// Sessions that run at `nowMs` as far as the log knows, and all that nobody has heard of.
    func running(in room: RoomID, after last: LoggedSession?, at nowMs: Int64)
        async throws(StoreError) -> [LoggedSession]
    {
        let user = last?.user ?? "", sequence = last?.sequence ?? -1
        let columns = Self.sessionColumns
        return try await sessions(
            """
            select \(columns) from admissions
            where room = \(room.raw) and (ends_at_ms > \(nowMs) or unheard = 1)
              and ended_at_ms is null
              and (user_id > \(user) or user_id = \(user) and sequence > \(sequence))
            order by user_id, sequence limit \(Self.pageRows)
            """
        )
    }

    /// Admissions after `sinceMs`.
    func admissions(to room: RoomID, since sinceMs: Int64) async throws(StoreError) -> Int64 {
        let rows = try await rows(
            """
            select count(*) from admissions
            where room = \(room.raw) and ends_at_ms > \(sinceMs) and admitted_at_ms > \(sinceMs)
            """
        )
        return try decoded { () throws(SQLError) in try rows.first?.integer(0) ?? 0 }
    }

    /// Removes rows that can matter no more, `pageRows` at most. Answers how many.
    func prune(at nowMs: Int64) async throws(StoreError) -> Int {
        try await commit(
            """
            delete from admissions where (room, user_id, sequence) in (
              select room, user_id, sequence from admissions
              where ends_at_ms <= \(nowMs - Self.keptAfterEndMs)
              order by ends_at_ms limit \(Self.pageRows)
            )
            """
        ).changes
    }

    private func sessions(_ statement: SQL) async throws(StoreError) -> [LoggedSession] {
        let rows = try await rows(statement)
        return try decoded { () throws(SQLError) in
            var sessions: [LoggedSession] = []
            for row in rows {
                var session = LoggedSession(
                    user: try row.text(0),
                    sequence: try row.integer(1),
                    admittedAtMs: try row.integer(2),
                    endsAtMs: try row.integer(3),
                    isUnheard: try row.integer(6) == 1
                )
                if let atMs = try row.optionalInteger(4),
                    let end = SessionEnd(rawValue: try row.text(5))
                {
                    session.ended = (atMs, end)
                }
                sessions.append(session)
            }
            return sessions
        }
    }
}
