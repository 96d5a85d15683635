import Engines
import JSON
import Ledger
import SQL
import Values

/// Concerts and their performances.
extension SeatLedger {
    /// Writes a concert, if it still is of the revision `former` (0: not there), or whatever it is.
    /// Answers its revision; nil: it was changed meanwhile. Concerts are never removed.
    @discardableResult
    func put(_ concert: Concert, former: Int64? = nil) async throws(StoreError) -> Int64? {
        let isStill: SQL = former.map { "concerts.revision = \($0)" } ?? "1 = 1"
        let entry: SQL = """
            insert into concerts (concert, title) values (\(concert.id.raw), \(concert.title))
            on conflict (concert) do update set title = excluded.title,
              revision = concerts.revision + 1 where \(isStill)
            returning revision
            """
        let rows = try expected(await commit([entry]))[0].rows
        return try decoded { () throws(SQLError) in try rows.first?.integer(0) }
    }

    func concert(_ id: ConcertID) async throws(StoreError) -> Revised<Concert>? {
        let rows = try await rows(
            "select title, revision from concerts where concert = \(id.raw)"
        )
        return try decoded { () throws(SQLError) in
            guard let row = rows.first else { return nil }
            return Revised(Concert(id: id, title: try row.text(0)), revision: try row.integer(1))
        }
    }

    /// A page of the concerts, by their identifiers.
    func concerts(_ page: PageRequest) async throws(StoreError) -> ListPage<Concert> {
        let statement: SQL = """
            select concert, title from concerts where concert > \(page.after ?? "")
            order by concert limit \(page.limit + 1)
            """
        let rows = try await rows(statement, as: .list)
        let concerts = try decoded { () throws(SQLError) in
            var concerts: [Concert] = []
            for row in rows {
                guard let id = ConcertID(try row.text(0)) else {
                    throw .broken("a concert called \(try row.text(0))")
                }
                concerts.append(Concert(id: id, title: try row.text(1)))
            }
            return concerts
        }
        return ListPage(concerts, limit: page.limit)
    }

    func title(of id: ConcertID) async throws(StoreError) -> String? {
        let rows = try await rows("select title from concerts where concert = \(id.raw)")
        return try decoded { () throws(SQLError) in try rows.first?.text(0) }
    }

    /// Of concerts that there are.
    func titles(of ids: Set<ConcertID>) async throws(StoreError) -> [ConcertID: String] {
        guard !ids.isEmpty else { return [:] }
        let names = Self.list(ids.map(\.raw).sorted())
        let rows = try await rows("select concert, title from concerts where concert in (\(names))")
        return try decoded { () throws(SQLError) in
            var titles: [ConcertID: String] = [:]
            for row in rows {
                guard let id = ConcertID(try row.text(0)) else { continue }
                titles[id] = try row.text(1)
            }
            return titles
        }
    }

    /// Seats made by one entry: 200,000 at once took PostgreSQL 5 s on a busy machine.
    private static let seatsSlice = 10_000

    /// What became of writing a performance.
    enum PutPerformance: Equatable {
        case put(revision: Int64)
        case unknownConcert
        /// `isBegun`: after a step of this one, so all but the rest of its seats is written.
        case changedMeanwhile(isBegun: Bool)
    }

    /// Writes `performance` as it shall be from now on, and its seats, if it still is of the
    /// revision `former` (nil: not there). Seats may only grow; the caller has looked.
    ///
    /// A stadium's seats are made in steps, each of them true: so many seats there are.
    func put(_ performance: Performance, former: PerformanceListing?, atMs: Int64)
        async throws(StoreError) -> PutPerformance
    {
        var revision = former?.revision
        var made = former?.performance.seats ?? 0
        var isBegun = false
        repeat {
            let more = min(performance.seats - made, Self.seatsSlice)
            var step = performance
            step.seats = made + more
            var entry = [Self.upsert(step, revision, madeMs: atMs)]
            if more > 0 {
                entry.append(Self.seats(of: performance.id, from: made + 1, to: made + more))
            }
            made += more
            if made == performance.seats {
                entry.append(
                    Self.event(
                        "performance.changed",
                        subject: performance.id.raw,
                        atMs: atMs
                    ) { $0.field("performance", performance.id.raw) }
                )
            }
            switch try await commit(entry) {
            case .success:
                revision = (revision ?? 0) + 1
                isBegun = true
            case .failure(let refused) where refused.violation.kind == .foreignKey:
                return .unknownConcert
            case .failure(let refused)
            where refused.violation.kind == .notNull && refused.violation.statement == 0:
                return .changedMeanwhile(isBegun: isBegun)
            case .failure(let refused): throw refused.unexpected
            }
        } while made < performance.seats
        return .put(revision: revision ?? 1)
    }

    /// `madeMs` stays what it was when it was made. Null for the seats, and so refused, when the
    /// performance is no longer of the revision `former`: who changes one field would undo what
    /// another changed.
    private static func upsert(_ performance: Performance, _ former: Int64?, madeMs: Int64) -> SQL {
        """
        insert into performances (performance, concert, date, opening_ms, seats, price, room,
          hold_seconds, max_seats_per_user, cancels_per_user, cancel_until_ms, made_ms)
        values (\(performance.id.raw), \(performance.concert.raw), \(performance.date),
          \(performance.opening?.milliseconds), \(performance.seats), \(performance.price),
          \(performance.room?.raw), \(performance.holdSeconds), \(performance.maxSeatsPerUser),
          \(performance.cancelsPerUser), \(performance.cancelUntil?.milliseconds), \(madeMs))
        on conflict (performance) do update set concert = excluded.concert,
          date = excluded.date, opening_ms = excluded.opening_ms, price = excluded.price,
          seats = case when performances.revision = \(former ?? -1) then excluded.seats end,
          revision = performances.revision + 1,
          room = excluded.room, hold_seconds = excluded.hold_seconds,
          max_seats_per_user = excluded.max_seats_per_user,
          cancels_per_user = excluded.cancels_per_user,
          cancel_until_ms = excluded.cancel_until_ms
        """
    }

    /// Typed, for PostgreSQL cannot tell a parameter's type in a select list.
    private static func seats(of id: PerformanceID, from first: Int, to last: Int) -> SQL {
        """
        insert into seats (performance, seat)
        with recursive numbers (seat) as (
          select cast(\(first) as bigint)
          union all
          select seat + 1 from numbers where seat < cast(\(last) as bigint)
        )
        select cast(\(id.raw) as text), seat from numbers where true
        on conflict (performance, seat) do nothing
        """
    }

    package func performance(_ id: PerformanceID) async throws(StoreError) -> PerformanceListing? {
        try Self.listings(await rows(Self.listing(of: id))).first
    }

    /// The next one by its identifier; nil: there are no more.
    func performance(after last: String) async throws(StoreError) -> PerformanceListing? {
        let columns = Self.performanceColumns
        return try Self.listings(
            await rows(
                """
                select \(columns) from performances where performance > \(last)
                order by performance limit 1
                """
            )
        ).first
    }

    static func listing(of id: PerformanceID) -> SQL {
        let columns = Self.performanceColumns
        return "select \(columns) from performances where performance = \(id.raw)"
    }

    /// A page of the evenings of a concert in their order; nil: there is no such concert.
    func performances(of concert: ConcertID, _ page: PageRequest)
        async throws(StoreError) -> ListPage<PerformanceListing>?
    {
        let columns = Self.performanceColumns
        let behind: SQL =
            page.after.map { last in
                """
                and (date, performance) > (
                  select date, performance from performances where performance = \(last))
                """
            } ?? ""
        let found = try await read(
            [
                "select concert from concerts where concert = \(concert.raw)",
                """
                select \(columns) from performances where concert = \(concert.raw) \(behind)
                order by date, performance limit \(page.limit + 1)
                """,
            ],
            as: .list
        )
        guard !found[0].rows.isEmpty else { return nil }
        return ListPage(try Self.listings(found[1].rows), limit: page.limit)
    }

    /// Performances that a room is asked for.
    static let behindRoomMax = 10_000

    private static let performanceColumns: SQL = """
        performance, concert, date, opening_ms, seats, price, room, hold_seconds,
        max_seats_per_user, sold, cancels_per_user, cancel_until_ms, revision
        """

    static func listings(_ rows: [SQLRow]) throws(StoreError) -> [PerformanceListing] {
        try decoded { () throws(SQLError) in
            var listings: [PerformanceListing] = []
            for row in rows { listings.append(try listing(row)) }
            return listings
        }
    }

    private static func listing(_ row: SQLRow) throws(SQLError) -> PerformanceListing {
        guard let id = PerformanceID(try row.text(0)), let concert = ConcertID(try row.text(1))
        else { throw .broken("a performance called \(try row.text(0)) of \(try row.text(1))") }
        var performance = Performance(
            id: id,
            concert: concert,
            date: try row.text(2),
            seats: Int(try row.integer(4)),
            price: try row.integer(5)
        )
        performance.opening = try row.optionalInteger(3).map { Timestamp(milliseconds: $0) }
        performance.room = try row.optionalText(6).flatMap(RoomID.init)
        performance.holdSeconds = try row.integer(7)
        performance.maxSeatsPerUser = Int(try row.integer(8))
        performance.cancelsPerUser = try row.optionalInteger(10)
        performance.cancelUntil = try row.optionalInteger(11).map { Timestamp(milliseconds: $0) }
        let available = performance.seats - Int(try row.integer(9))
        return PerformanceListing(
            performance: performance,
            available: available,
            revision: try row.integer(12)
        )
    }
}
