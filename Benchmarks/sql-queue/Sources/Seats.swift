import SQL

/// Seats kept for a while: whoever has their rows locked decides.
enum Seats {
    /// A try to hold seats, all or none.
    struct Attempt {
        let hold: String
        let performance: String
        let seats: [Int64]
        let user: String
        let atMs: Int64
    }

    /// In this order: price, whether the user is inside, and for how long seats are held; the
    /// seats, locked, and whether each is taken; the update, which changes all of them or none; the
    /// reservations.
    static func hold(_ attempt: Attempt) -> [SQL] {
        let (hold, performance, user, now) =
            (attempt.hold, attempt.performance, attempt.user, attempt.atMs)
        let seats = SQL.list(attempt.seats.map { .integer($0) })
        let isInside: SQL = """
            exists (
                select 1 from tokens where room = performances.room and user_id = \(user)
                    and status = 'ACTIVE' and expires_at > \(now)
            )
            """
        return [
            """
            select price, \(isInside), hold_ms from performances
            where performance = \(performance)
            """,
            """
            select seat, held_until > \(now) from seats
            where performance = \(performance) and seat in (\(seats)) order by seat for update
            """,
            """
            update seats set hold = \(hold), user_id = \(user), held_until = \(now) + hold_ms
            from performances
            where performances.performance = \(performance) and \(isInside)
                and seats.performance = \(performance) and seat in (\(seats))
                and \(attempt.seats.count) = (
                    select count(*) from seats free
                    where free.performance = \(performance) and free.seat in (\(seats))
                        and free.held_until <= \(now)
                )
            """,
            """
            insert into reservations (hold, performance, seat, user_id, created_at, expires_at)
            select hold, performance, seat, user_id, \(now), held_until from seats
            where performance = \(performance) and seat in (\(seats)) and hold = \(hold)
            """,
        ]
    }

    /// Seat, whether it is held, price.
    static func map(of performance: String, atMs now: Int64) -> SQL {
        """
        select seat, held_until > \(now), price from seats join performances using (performance)
        where performance = \(performance) order by seat
        """
    }

    /// Makes the performance, or changes it and adds seats up to `count`.
    static func put(
        _ performance: String,
        room: String,
        price: Int64,
        holdMs: Int64,
        count: Int64
    ) -> [SQL] {
        [
            """
            insert into performances (performance, room, price, hold_ms)
            values (\(performance), \(room), \(price), \(holdMs))
            on conflict (performance) do update
            set room = excluded.room, price = excluded.price, hold_ms = excluded.hold_ms
            """,
            """
            insert into seats (performance, seat)
            select \(performance), generate_series(
                (select coalesce(max(seat), 0) + 1 from seats where performance = \(performance)),
                \(count)
            )
            """,
        ]
    }
}
