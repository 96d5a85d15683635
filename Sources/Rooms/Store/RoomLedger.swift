import Engines
import Ledger
import SQL
import Values

/// The rooms in the ledger: what they were told to be, how far they have come, who was inside.
///
/// Each write says what it was made from, or only ever raises what is there: so several processes
/// write without knowing of each other, and each write may be repeated.
struct RoomLedger: Ledger {
    let database: any Database

    init(_ database: any Database) { self.database = database }

    /// Rows that one statement reads or writes: 1,000 x ~400 B are 0.4 MB.
    static let pageRows = 1_000

    /// A room as the ledger has it.
    struct Row: Sendable, Equatable {
        var room: RoomID
        var known: KnownRoom
        /// The highest generation that was handed out to be opened.
        var claim: Int64
        /// No visitor has a sequence above this.
        var lease: Int64
        /// The last entry of the journal that is in the log of admissions.
        var journal: JournalPlace
    }

    private static let columns: SQL = """
        room, settings, state, revision, generation, generation_claim, sequence_lease,
        journal_generation, journal_entry
        """

    /// A page of all rooms, in the order of their names.
    func rooms(after name: String) async throws(StoreError) -> [Row] {
        let columns = Self.columns
        return try await known(
            """
            select \(columns) from rooms where room > \(name) order by room limit \(Self.pageRows)
            """
        )
    }

    /// How far a room has come: what has to be read only where it is another.
    struct Version: Sendable, Equatable {
        var room: RoomID
        var revision: Int64
        var generation: Int64
    }

    /// A page of the versions of all rooms, in the order of their names.
    func versions(after name: String) async throws(StoreError) -> [Version] {
        let found = try await rows(
            """
            select room, revision, generation from rooms where room > \(name)
            order by room limit \(Self.pageRows)
            """
        )
        return try decoded { () throws(SQLError) in
            var versions: [Version] = []
            for row in found {
                let name = try row.text(0)
                guard let room = RoomID(name) else { throw .broken("a room \(name)") }
                let revision = try row.integer(1), generation = try row.integer(2)
                versions.append(Version(room: room, revision: revision, generation: generation))
            }
            return versions
        }
    }

    /// When the last performance behind `room` is over everywhere on earth; nil: none is behind it.
    func lastDateMs(behind room: RoomID) async throws(StoreError) -> Int64? {
        let rows = try await rows(
            "select max(date) from performances where room = \(room.raw)"
        )
        return try decoded { () throws(SQLError) in
            try rows.first?.optionalText(0).flatMap(Timestamp.overMs)
        }
    }

    func room(_ room: RoomID) async throws(StoreError) -> Row? {
        let columns = Self.columns
        return try await known("select \(columns) from rooms where room = \(room.raw)").first
    }

    /// Makes a room that the ledger does not know. False: it knows it.
    func make(_ room: RoomID, _ known: KnownRoom, lease: Int64) async throws(StoreError) -> Bool {
        let generation = known.generation
        let entry: SQL = """
            insert into rooms (\(Self.columns)) values (\(room.raw), \(known.settings.json),
              \(known.state.rawValue), \(known.revision), \(generation), \(generation), \(lease),
              \(generation), \(-1))
            on conflict (room) do nothing
            """
        return try await commit(entry).changes == 1
    }

    /// Writes what Redis knows and the ledger does not, or not yet; what the ledger knows better
    /// stays. Its journal is then read from the start.
    func put(_ room: RoomID, _ known: KnownRoom, lease: Int64) async throws(StoreError) {
        let generation = known.generation
        let entry: SQL = """
            insert into rooms (\(Self.columns)) values (\(room.raw), \(known.settings.json),
              \(known.state.rawValue), \(known.revision), \(generation), \(generation), \(lease),
              \(0), \(-1))
            on conflict (room) do update set
              settings = case when excluded.revision > rooms.revision
                then excluded.settings else rooms.settings end,
              state = case when excluded.revision > rooms.revision
                then excluded.state else rooms.state end,
              revision = case when excluded.revision > rooms.revision
                then excluded.revision else rooms.revision end,
              generation = case when excluded.generation > rooms.generation
                then excluded.generation else rooms.generation end,
              generation_claim = case when excluded.generation > rooms.generation_claim
                then excluded.generation else rooms.generation_claim end,
              sequence_lease = case when excluded.sequence_lease > rooms.sequence_lease
                then excluded.sequence_lease else rooms.sequence_lease end
            """
        _ = try await commit(entry)
    }

    /// Writes the change made from `revision`. False: another was faster.
    func change(_ room: RoomID, to settings: RoomSettings, _ state: RoomState, from revision: Int64)
        async throws(StoreError) -> Bool
    {
        let entry: SQL = """
            update rooms set settings = \(settings.json), state = \(state.rawValue),
              revision = revision + 1
            where \(row: .room(room)) and revision = \(revision)
            """
        return try await commit(entry).changes == 1
    }

    /// Hands out `generation`, to be opened by the caller alone, and leases its sequences. False:
    /// another process has claimed or leased since `row` was read.
    func claim(_ generation: Int64, leasing lease: Int64, from row: Row)
        async throws(StoreError) -> Bool
    {
        let entry: SQL = """
            update rooms set generation_claim = \(generation), sequence_lease = \(lease)
            where \(row: .room(row.room)) and generation_claim = \(row.claim)
              and sequence_lease = \(row.lease)
            """
        return try await commit(entry).changes == 1
    }

    /// Records that `generation` is open. Its journal is read from its first entry if Redis was
    /// empty before; else the sessions it holds have to be read first.
    func opened(_ generation: Int64, of room: RoomID, fromNothing: Bool) async throws(StoreError) {
        let raise: SQL = """
            update rooms set generation = \(generation),
              generation_claim = case when generation_claim < \(generation) then \(generation)
                else generation_claim end
            where \(row: .room(room)) and generation < \(generation)
            """
        let follow: SQL = """
            update rooms set journal_generation = \(generation), journal_entry = -1
            where \(row: .room(room)) and journal_generation < \(generation)
            """
        _ = try expected(await commit(fromNothing ? [raise, follow] : [raise]))
    }

    /// Raises the lease to at least `lease`; answers what it is then. Nil: no such room.
    func lease(_ room: RoomID, to lease: Int64) async throws(StoreError) -> Int64? {
        let entry: SQL = """
            update rooms set sequence_lease = case when sequence_lease < \(lease) then \(lease)
              else sequence_lease end
            where \(row: .room(room)) returning sequence_lease
            """
        let rows = try await commit(entry).rows
        return try decoded { () throws(SQLError) in try rows.first?.integer(0) }
    }

    /// Writes what nothing can refuse.
    func commit(_ statement: SQL) async throws(StoreError) -> SQLResult {
        try expected(await commit([statement]))[0]
    }

    private func known(_ statement: SQL) async throws(StoreError) -> [Row] {
        let found = try await rows(statement)
        return try decoded { () throws(SQLError) in
            var rows: [Row] = []
            for row in found { rows.append(try Self.row(row)) }
            return rows
        }
    }

    private static func row(_ row: SQLRow) throws(SQLError) -> Row {
        guard let room = RoomID(try row.text(0)),
            let settings = RoomSettings(json: try row.text(1)),
            let state = RoomState(rawValue: try row.text(2))
        else { throw .broken("a room \(try row.text(0)) of settings \(try row.text(1))") }
        var known = KnownRoom(settings: settings, state: state, generation: try row.integer(4))
        known.revision = try row.integer(3)
        return Row(
            room: room,
            known: known,
            claim: try row.integer(5),
            lease: try row.integer(6),
            journal: JournalPlace(generation: try row.integer(7), entry: try row.integer(8))
        )
    }
}

extension TouchedRow {
    static func room(_ id: RoomID) -> TouchedRow { TouchedRow("rooms", "room", id.raw) }
}
