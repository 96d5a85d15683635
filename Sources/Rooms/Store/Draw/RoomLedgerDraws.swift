import Crypto
import Engines
import Ledger
import SQL
import Values

/// Draws in the ledger. Each write says what it follows from, so that several processes may do the
/// same draw at once and each step may be repeated.
extension RoomLedger {
    private static let drawColumns: SQL = """
        room, seed, seed_hash, opening_ms, cut, pages, entrants, root, drawn_at_ms
        """

    /// Pages of one read: 64 x 57 KB are 3.6 MB.
    static let drawPagesMax = 64

    /// The seed of a room that is told to draw; one that it has stays.
    func commitSeed(_ seed: [UInt8], of room: RoomID) async throws(StoreError) {
        let hash = SeededDraw().hash(ofSeed: seed).hex
        _ = try await commit(
            """
            insert into room_draws (room, seed, seed_hash)
            values (\(room.raw), \(Hex.encode(seed)), \(hash))
            on conflict (room) do nothing
            """
        )
    }

    func draw(of room: RoomID) async throws(StoreError) -> LineDraw? {
        let columns = Self.drawColumns
        let rows = try await rows(
            "select \(columns) from room_draws where room = \(room.raw)"
        )
        return try decoded { () throws(SQLError) in try rows.first.map(Self.draw) }
    }

    /// A page of all draws whose list is complete, in the order of their rooms.
    func draws(after room: String) async throws(StoreError) -> [LineDraw] {
        let columns = Self.drawColumns
        let rows = try await rows(
            """
            select \(columns) from room_draws where room > \(room) and root is not null
            order by room limit \(Self.pageRows)
            """
        )
        return try decoded { () throws(SQLError) in
            var draws: [LineDraw] = []
            for row in rows { draws.append(try Self.draw(row)) }
            return draws
        }
    }

    /// Records who takes part. Nothing once the list was begun: then that cut counts.
    func record(cut: Int64, ofOpening openingMs: Int64, of room: RoomID) async throws(StoreError) {
        _ = try await commit(
            """
            update room_draws set cut = \(cut), opening_ms = \(openingMs)
            where \(row: .draw(of: room)) and pages = 0 and root is null
            """
        )
    }

    /// Adds a page after those that are there. False: another process was faster.
    func append(_ page: DrawPage, of room: RoomID) async throws(StoreError) -> Bool {
        var arrivals: [UInt8] = [], leaves: [UInt8] = []
        for arrival in page.arrivals { arrivals.append(bigEndian: UInt64(bitPattern: arrival)) }
        for leaf in page.leaves { leaf.append(to: &leaves) }
        let next = page.number + 1
        let entry: [SQL] = [
            """
            update room_draws set pages = \(next), entrants = entrants + \(page.leaves.count)
            where \(row: .draw(of: room)) and pages = \(page.number) and root is null
            """,
            // Not of a list that is complete, and not twice: the key refuses what another process
            // wrote between.
            """
            insert into draw_pages (room, page, first_sequence, last_sequence, sequences, leaves,
              hash)
            select \(room.raw), \(page.number), \(page.arrivals.first), \(page.arrivals.last),
              \(Base64URL.encodeString(arrivals)), \(Base64URL.encodeString(leaves)),
              \(page.hash.hex)
            from room_draws where room = \(room.raw) and pages = \(next) and root is null
            """,
        ]
        do {
            return try await database.commit(entry)[1].changes == 1
        } catch .violated(let violation) where violation.constraint == "draw_pages_room_page" {
            return false
        } catch {
            throw StoreError(error)
        }
    }

    /// Completes the list of `pages`. False: it has others, or was complete.
    func seal(_ root: Digest, over pages: Int64, of room: RoomID) async throws(StoreError) -> Bool {
        try await commit(
            """
            update room_draws set root = \(root.hex)
            where \(row: .draw(of: room)) and pages = \(pages) and root is null
            """
        ).changes == 1
    }

    /// The drawn order is in force, and the seed public; the first time counts.
    func finishDraw(of room: RoomID, atMs: Int64) async throws(StoreError) {
        _ = try await commit(
            """
            update room_draws set drawn_at_ms = \(atMs)
            where \(row: .draw(of: room)) and root is not null and drawn_at_ms is null
            """
        )
    }

    /// Pages `first` and on, `drawPagesMax` at most.
    func drawPages(of room: RoomID, from first: Int64, atMost max: Int = drawPagesMax)
        async throws(StoreError) -> [DrawPage]
    {
        let rows = try await rows(
            """
            select page, sequences, leaves, hash from draw_pages
            where room = \(room.raw) and page >= \(first) order by page limit \(max)
            """,
            as: .list
        )
        return try decoded { () throws(SQLError) in
            var pages: [DrawPage] = []
            for row in rows { pages.append(try Self.page(row)) }
            return pages
        }
    }

    /// The roots of all pages, in order.
    func drawHashes(of room: RoomID) async throws(StoreError) -> [Digest] {
        let rows = try await rows(
            "select hash from draw_pages where room = \(room.raw) order by page",
            as: .list
        )
        return try decoded { () throws(SQLError) in
            var hashes: [Digest] = []
            for row in rows {
                guard let hash = Digest(hex: try row.text(0)) else {
                    throw .broken("a hash of the draw of \(room)")
                }
                hashes.append(hash)
            }
            return hashes
        }
    }

    private static func draw(_ row: SQLRow) throws(SQLError) -> LineDraw {
        guard let room = RoomID(try row.text(0)), let seed = Hex.decode(try row.text(1)),
            let seedHash = Digest(hex: try row.text(2))
        else { throw .broken("a draw of \(try row.text(0))") }
        let rootText = try row.optionalText(7)
        let root = rootText.flatMap(Digest.init(hex:))
        guard (root == nil) == (rootText == nil) else { throw .broken("the root of \(room)") }
        return LineDraw(
            room: room,
            seed: seed,
            seedHash: seedHash,
            openingMs: try row.optionalInteger(3),
            cut: try row.optionalInteger(4),
            pages: try row.integer(5),
            entrants: try row.integer(6),
            root: root,
            drawnAtMs: try row.optionalInteger(8)
        )
    }

    private static func page(_ row: SQLRow) throws(SQLError) -> DrawPage {
        let number = try row.integer(0)
        guard let arrivals = Base64URL.decode(try row.text(1)),
            let leaves = Base64URL.decode(try row.text(2)),
            let hash = Digest(hex: try row.text(3)), arrivals.count % 8 == 0,
            arrivals.count / 8 * Digest.byteCount == leaves.count
        else { throw .broken("page \(number) of a draw") }
        let count = arrivals.count / 8
        return DrawPage(
            number: number,
            arrivals: (0..<count).map { index in
                arrivals[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | Int64($1) }
            },
            leaves: (0..<count).compactMap { Digest(leaves[$0 * 32..<$0 * 32 + 32]) },
            hash: hash
        )
    }
}

extension TouchedRow {
    fileprivate static func draw(of room: RoomID) -> TouchedRow {
        TouchedRow("room_draws", "room", room.raw)
    }
}
