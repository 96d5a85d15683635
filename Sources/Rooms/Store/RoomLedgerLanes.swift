import Crypto
import Engines
import Ledger
import SQL
import Values

/// Codes of lanes and who has used them, in the ledger.
extension RoomLedger {
    /// Rows of one statement. Powers of two, so that engines prepare few statements.
    private static let codeRowsMax = 512

    /// What is known when `user` shows a code.
    struct CodeLook: Equatable {
        /// The room's lanes; nil: none, or no such room.
        var lanes: RoomLanes?
        /// The lane of the code; nil: no such code.
        var lane: String?
        var isUsedUp = false
        /// The user has spent a code for that lane.
        var isSpent = false
        /// The lane of which the user is a member.
        var memberOf: String?
    }

    /// How the ledger knows a code. See 0005_fair_openings.sql.
    private static func key(_ code: LaneCode, _ room: RoomID) -> String {
        Base64URL.encodeString(SHA256.hash(Array("\(room)\0\(code.raw)".utf8)))
    }

    func look(at code: LaneCode, of user: UserID, in room: RoomID) async throws(StoreError)
        -> CodeLook
    {
        let results: [SQLResult]
        do {
            results = try await database.read([
                "select settings from rooms where room = \(room.raw)",
                """
                select lane, case when uses >= uses_max then 1 else 0 end from lane_codes
                where room = \(room.raw) and code = \(Self.key(code, room))
                """,
                """
                select lane from lane_members
                where room = \(room.raw) and user_id = \(user.raw)
                """,
                """
                select lane from lane_uses
                where room = \(room.raw) and user_id = \(user.raw)
                """,
            ])
        } catch {
            throw StoreError(error)
        }
        return try decoded { () throws(SQLError) in
            var look = CodeLook()
            look.lanes = try results[0].rows.first.flatMap { row throws(SQLError) in
                RoomSettings(json: try row.text(0))?.lanes
            }
            if let row = results[1].rows.first {
                look.lane = try row.text(0)
                look.isUsedUp = try row.integer(1) == 1
            }
            look.memberOf = try results[2].rows.first?.text(0)
            for row in results[3].rows where try row.text(0) == look.lane { look.isSpent = true }
            return look
        }
    }

    /// What became of one use of a code. A lost race is an outcome.
    enum CodeUse: Equatable {
        case used
        case isUsedUp
        /// Meanwhile the user has spent a code for this lane.
        case isSpent
    }

    /// One entry: one more has used the code, and `user` is a member of its lane from now on,
    /// instead of the one they were a member of.
    func use(
        _ code: LaneCode,
        of lane: LaneName,
        by user: UserID,
        in room: RoomID,
        atMs: Int64
    ) async throws(StoreError) -> CodeUse {
        let key = Self.key(code, room)
        do {
            _ = try await database.commit([
                """
                update lane_codes set uses = uses + 1
                where room = \(room.raw) and \(row: TouchedRow("lane_codes", "code", key))
                """,
                """
                insert into lane_uses (room, user_id, lane, code, at_ms)
                values (\(room.raw), \(user.raw), \(lane.raw), \(key), \(atMs))
                """,
                """
                insert into lane_members (room, user_id, lane, code, since_ms)
                values (\(room.raw), \(user.raw), \(lane.raw), \(key), \(atMs))
                on conflict (room, user_id) do update set lane = excluded.lane,
                  code = excluded.code, since_ms = excluded.since_ms
                """,
            ])
            return .used
        } catch .violated(let violation) {
            switch violation.kind {
            case .check where violation.constraint == "lane_code_uses": return .isUsedUp
            case .unique: return .isSpent
            case .check, .foreignKey, .notNull: throw StoreError(.violated(violation))
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Makes `user` a member of a lane again that they have spent a code for.
    func rejoin(_ lane: LaneName, by user: UserID, in room: RoomID, atMs: Int64)
        async throws(StoreError)
    {
        let spent: SQL = """
            (select code from lane_uses where room = \(room.raw) and user_id = \(user.raw)
              and lane = \(lane.raw))
            """
        let member = TouchedRow("lane_members", "user_id", user.raw)
        do {
            _ = try await database.commit([
                """
                update lane_members set lane = \(lane.raw), code = \(spent), since_ms = \(atMs)
                where room = \(room.raw) and \(row: member)
                """
            ])
        } catch {
            throw StoreError(error)
        }
    }

    /// Which of `users` are members of which lane of `room`.
    func members(of room: RoomID, among users: [UserID]) async throws(StoreError)
        -> [UserID: LaneName]
    {
        let names = Self.list(users.map(\.raw))
        let rows = try await rows(
            """
            select user_id, lane from lane_members
            where room = \(room.raw) and user_id in (\(names))
            """
        )
        return try decoded { () throws(SQLError) in
            var members: [UserID: LaneName] = [:]
            for row in rows {
                if let user = UserID(try row.text(0)) { members[user] = LaneName(try row.text(1)) }
            }
            return members
        }
    }

    /// Makes codes of `lane`. To make one again changes nothing. False: one is of another lane, or
    /// for another number of uses; none is made.
    func add(
        _ codes: [LaneCode],
        of lane: LaneName,
        uses: Int64?,
        in room: RoomID,
        atMs: Int64
    ) async throws(StoreError) -> Bool {
        var entry: [SQL] = []
        var rest = codes[...]
        while !rest.isEmpty {
            var count = Self.codeRowsMax
            while count > rest.count { count /= 2 }
            let rows = SQL.rows(
                rest.prefix(count).map { code in
                    [
                        .text(room.raw), .text(Self.key(code, room)), .text(lane.raw),
                        uses.map { .integer($0) } ?? .null, .integer(atMs),
                    ]
                }
            )
            entry.append(
                """
                insert into lane_codes (room, code, lane, uses_max, made_at_ms) values \(rows)
                on conflict (room, code) do update set lane = case
                  when lane_codes.lane = excluded.lane
                    and coalesce(lane_codes.uses_max, 0) = coalesce(excluded.uses_max, 0)
                  then lane_codes.lane end
                """
            )
            rest = rest.dropFirst(count)
        }
        do {
            _ = try await database.commit(entry)
            return true
        } catch .violated(let violation) where violation.kind == .notNull {
            return false
        } catch {
            throw StoreError(error)
        }
    }
}
