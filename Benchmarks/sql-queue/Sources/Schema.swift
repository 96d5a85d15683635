import SQL

/// The tables, each with the indexes that its statements need and no other. Times are milliseconds
/// since 1970.
enum Schema {
    static let statements: [SQL] = [
        """
        create table if not exists rooms (
            room text primary key,
            capacity bigint not null check (capacity >= 0),
            session_ms bigint not null
        )
        """,
        // A visit is a row. Its number is the order of the line.
        """
        create table if not exists tokens (
            token bigint generated always as identity primary key,
            room text not null references rooms,
            user_id text not null,
            status text not null check (status in ('WAIT', 'ACTIVE', 'DONE')),
            entered_at bigint not null,
            expires_at bigint
        )
        """,
        // Who enters twice stands in line once; and the way from a user to the token.
        """
        create unique index if not exists tokens_live on tokens (room, user_id)
        where status in ('WAIT', 'ACTIVE')
        """,
        // Positions are counted in it, and the scheduler takes the head of the line from it.
        "create index if not exists tokens_in_line on tokens (room, status, token)",
        """
        create index if not exists tokens_by_end on tokens (room, expires_at)
        where status = 'ACTIVE'
        """,
        """
        create table if not exists performances (
            performance text primary key,
            room text not null references rooms,
            price bigint not null,
            hold_ms bigint not null
        )
        """,
        """
        create table if not exists seats (
            performance text not null references performances,
            seat bigint not null,
            hold text,
            user_id text,
            held_until bigint not null default 0,
            primary key (performance, seat)
        )
        """,
        """
        create table if not exists reservations (
            reservation bigint generated always as identity primary key,
            hold text not null,
            performance text not null,
            seat bigint not null,
            user_id text not null,
            created_at bigint not null,
            expires_at bigint not null,
            foreign key (performance, seat) references seats
        )
        """,
        "create index if not exists reservations_by_user on reservations (user_id)",
    ]
}
