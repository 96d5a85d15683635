import Crypto
import Redis
import SQL
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestLedger
@testable import TestRooms

/// A room whose order is drawn, on two processes, on the bed's own clock.
final class DrawLine {
    let bed: RoomBed
    let room: RoomID
    private(set) var nowMs: Int64 = 1_790_000_000_000
    let openingMs: Int64 = 1_790_000_060_000
    private(set) var visits: [UserID: Visit] = [:]
    private(set) var keepers: [DrawKeeper] = []
    private(set) var books: [DrawBook] = []

    init(_ bed: RoomBed, capacity: Int64? = 0) async throws {
        self.bed = bed
        room = try TestKit.room("show")
        try await bed.set(clockMs: nowMs)
        var change = RoomChange()
        change.capacity = .some(capacity)
        change.sessionSeconds = 86_400
        change.opening = .some(Timestamp(milliseconds: openingMs))
        change.order = .draw
        _ = try await bed.settings.configure(change, of: room)
        makeKeepers()
    }

    func makeKeepers() {
        keepers = bed.sides.map { side in
            DrawKeeper(
                redis: side.redis,
                registry: side.keeper.registry,
                credentials: RoomBed.credentials,
                scripts: bed.scripts,
                on: side.loop
            )
        }
        books = keepers.map(\.book)
    }

    var ledger: RoomLedger { RoomLedger(bed.sides[0].ledger) }

    func go(to ms: Int64) async throws {
        nowMs = ms
        try await bed.set(clockMs: ms)
    }

    /// `names` come one after the other, in turn by either process.
    @discardableResult
    func enter(_ names: [String]) async throws -> [UserID] {
        var users: [UserID] = []
        for (index, name) in names.enumerated() {
            let user = try user(name)
            let store = bed.sides[index % bed.sides.count].store
            try keep(await store.enter(user, ticket: visits[user]?.token, in: room), of: user)
            users.append(user)
        }
        return users
    }

    /// Many at once, in no particular order.
    func enter(crowd count: Int) async throws {
        let (store, room) = (bed.store, room)
        try await withThrowingTaskGroup(of: (UserID, VisitOutcome).self) { group in
            for index in 0..<count {
                let user = try user("c\(index)")
                group.addTask { (user, try await store.enter(user, ticket: nil, in: room)) }
            }
            for try await (user, outcome) in group { try keep(outcome, of: user) }
        }
    }

    /// Where `user` stands now.
    @discardableResult
    func poll(_ user: UserID, _ token: String? = nil) async throws -> Visit {
        let token = try #require(token ?? visits[user]?.token)
        let store = (bed.sides.randomElement() ?? bed.sides[0]).store
        try keep(await store.status(ticket: token, user: user, in: room), of: user)
        return try #require(visits[user])
    }

    private func keep(_ outcome: VisitOutcome, of user: UserID) throws {
        guard case .visit(let visit) = outcome else { throw RecoveryLine.Refused(outcome: outcome) }
        visits[user] = visit
    }

    /// All processes take steps at once, or those of `sides`, until the drawn order is in force.
    func draw(by sides: [Int] = [0, 1]) async throws {
        let chosen = sides.map { self.keepers[$0] }, room = room
        for _ in 0..<1_000 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for keeper in chosen { group.addTask { _ = try await keeper.step(room) } }
                try await group.waitForAll()
            }
            if try await look().isDrawn, try await look().undrawn == 0 { return }
        }
        throw NeverDrawn()
    }

    struct NeverDrawn: Error {}

    func look() async throws -> DrawLook {
        try #require(try await keepers[0].look(at: room))
    }

    func tick() async throws {
        for _ in 0..<2 {
            for side in bed.sides {
                _ = try await side.keeper.tick(room)
                if !side.ledger.isAway { try await side.keeper.upkeep(room) }
            }
        }
    }

    /// Redis forgets everything, the processes notice, and whoever is in `users` polls with the
    /// ticket they have; then the line has settled.
    func flush(polling users: [UserID]) async throws {
        _ = try await bed.redis.send("FLUSHALL")
        try await go(to: nowMs + 1)
        try await tick()
        for user in users { try await poll(user) }
    }

    func settle() async throws {
        let reply = try await bed.redis.send("HGET", "{r:\(room)}:room", "recover")
        let atMs = reply.string.flatMap { Int64($0) } ?? 0
        try await go(to: max(nowMs, atMs))
    }

    func members(_ key: String) async throws -> [UserID] {
        let reply = try await bed.redis.send("ZRANGE", "{r:\(room)}:\(key)", "0", "-1")
        return reply.array?.compactMap { $0.string.flatMap(UserID.init) } ?? []
    }

    func line() async throws -> [UserID] { try await members("waiting") }

    func pages() async throws -> [DrawPage] {
        var pages: [DrawPage] = []
        while case let more = try await ledger.drawPages(of: room, from: Int64(pages.count)),
            !more.isEmpty
        { pages += more }
        return pages
    }

    /// The order that the ledger's list and seed make of `users`, worked out apart from the keeper:
    /// by keys alone. Who is not on the list is left out.
    func expected(_ arrivals: [UserID: Int64]) async throws -> [UserID] {
        let draw = try #require(try await ledger.draw(of: room))
        let leaves = Set(try await pages().flatMap(\.leaves))
        let root = try #require(draw.root)
        let seal = DrawSeal(key: RoomBed.credentials.ticketKey)
        let final = seal.rules.final(seed: draw.seed, root: root)
        var keyed: [(key: [UInt8], user: UserID)] = []
        for (user, arrival) in arrivals {
            let leaf = seal.leaf(Entrant(user: user.raw, arrival: arrival), in: room)
            guard leaves.contains(leaf) else { continue }
            keyed.append((SHA256.hash(final.bytes + leaf.bytes), user))
        }
        return keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.user)
    }

    /// When each has entered, by their tickets; asked before the draw.
    var arrivals: [UserID: Int64] { visits.mapValues(\.standing.sequence) }
}
