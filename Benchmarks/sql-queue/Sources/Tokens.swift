import SQL

/// The line: a row a visit.
enum Tokens {
    /// Makes a token unless the user has a live one; the answer is `standing`'s, second.
    static func enter(_ user: String, into room: String, atMs now: Int64) -> [SQL] {
        [
            """
            insert into tokens (room, user_id, status, entered_at)
            select room, \(user), 'WAIT', \(now) from rooms where room = \(room)
            on conflict do nothing
            """,
            standing(of: user, in: room),
        ]
    }

    /// Token, status, end of the session, and the position: one more than the rows that came
    /// earlier and still wait.
    static func standing(of user: String, in room: String) -> SQL {
        """
        select token, status, expires_at, case status when 'WAIT' then 1 + (
            select count(*) from tokens earlier
            where earlier.room = mine.room and earlier.status = 'WAIT'
                and earlier.token < mine.token
        ) end
        from tokens mine
        where room = \(room) and user_id = \(user) and status in ('WAIT', 'ACTIVE')
        """
    }

    /// The visit is over, whether it had begun or not.
    static func finish(_ user: String, in room: String) -> SQL {
        """
        update tokens set status = 'DONE'
        where room = \(room) and user_id = \(user) and status in ('WAIT', 'ACTIVE')
        """
    }

    /// Ends what is over and admits the head of the line, as many as there is place. Whoever else
    /// is at it in this room waits for the lock of its row, and then counts what was done.
    static func admit(to room: String, atMs now: Int64) -> [SQL] {
        [
            "select capacity from rooms where room = \(room) for update",
            """
            update tokens set status = 'DONE'
            where room = \(room) and status = 'ACTIVE' and expires_at <= \(now)
            """,
            """
            update tokens set status = 'ACTIVE',
                expires_at = \(now) + (select session_ms from rooms where room = \(room))
            where token in (
                select token from tokens where room = \(room) and status = 'WAIT' order by token
                limit greatest(0, (select capacity from rooms where room = \(room))
                    - (select count(*) from tokens where room = \(room) and status = 'ACTIVE'))
            ) and status = 'WAIT'
            """,
        ]
    }

    /// The rooms where somebody waits or is inside.
    static let busyRooms: SQL = """
        select room from rooms where exists (
            select 1 from tokens
            where tokens.room = rooms.room and status in ('WAIT', 'ACTIVE')
        )
        """
}
