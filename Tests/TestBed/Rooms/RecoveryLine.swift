import Redis
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestLedger

/// A room full of visitors who poll, on two processes: what loses Redis in the recovery tests.
final class RecoveryLine {
    /// What a test breaks on purpose, to see that the promises would be missed.
    enum Sabotage: CaseIterable, Sendable { case logOff, settleRemoved }

    let bed: RoomBed
    let room: RoomID
    var nowMs: Int64 = 1_790_000_000_000
    private(set) var visits: [UserID: Visit] = [:]
    /// Everybody who entered, in order.
    private(set) var entered: [UserID] = []

    init(_ bed: RoomBed, _ change: RoomChange, _ sabotage: Sabotage? = nil) async throws {
        self.bed = bed
        for side in bed.sides { side.ledger.isLogOff = sabotage == .logOff }
        room = try TestKit.room("show")
        try await bed.set(clockMs: nowMs)
        _ = try await bed.settings.configure(change, of: room)
    }

    /// Redis's clock steps back, or on when `ms` is negative; the caller sets it.
    func stepBack(ms: Int64) { nowMs -= ms }

    func enter(_ count: Int) async throws {
        for _ in 0..<count {
            let name = try user("u\(entered.count)")
            let side = bed.sides[entered.count % bed.sides.count]
            let outcome = try await side.store.enter(name, ticket: nil, in: room)
            guard case .visit(let visit) = outcome else { throw Refused(outcome: outcome) }
            visits[name] = visit
            entered.append(name)
        }
    }

    struct Refused: Error { let outcome: VisitOutcome }

    /// Everybody in `users` asks for their standing, from either process.
    func poll(_ users: [UserID]) async throws {
        let room = room
        try await withThrowingTaskGroup(of: (UserID, VisitOutcome).self) { group in
            for user in users {
                guard let token = visits[user]?.token else { continue }
                let store = bed.sides.randomElement()?.store ?? bed.store
                group.addTask {
                    (user, try await store.status(ticket: token, user: user, in: room))
                }
            }
            for try await (user, outcome) in group {
                guard case .visit(let visit) = outcome else { throw Refused(outcome: outcome) }
                visits[user] = visit
            }
        }
    }

    /// All processes die with Redis, and others start with a new one.
    func loseAll() async throws {
        _ = try await bed.redis.send("FLUSHALL")
        try await bed.restart()
        nowMs += 1
        try await bed.set(clockMs: nowMs)
        try await tick()
    }

    func tick() async throws {
        // Twice: the first look after a loss brings the room back, the second acts.
        for _ in 0..<2 {
            for side in bed.sides {
                _ = try await side.keeper.tick(room)
                if !side.ledger.isAway { try await side.keeper.upkeep(room) }
            }
        }
    }

    /// Lets `ms` pass in steps of at most 2 s; whoever is in `users` polls after each.
    func advance(ms: Int64, polling users: [UserID] = []) async throws {
        let end = nowMs + ms
        while nowMs < end {
            nowMs = min(end, nowMs + 2_000)
            try await bed.set(clockMs: nowMs)
            try await tick()
            try await poll(users)
        }
    }

    /// Redis forgets everything, and the processes notice.
    func flush(_ sabotage: Sabotage? = nil) async throws {
        _ = try await bed.redis.send("FLUSHALL")
        nowMs += 1
        try await bed.set(clockMs: nowMs)
        try await tick()
        if sabotage == .settleRemoved {
            _ = try await bed.redis.send("HSET", "{r:\(room)}:room", "recover", "0")
        }
    }

    /// When the room admits again.
    func settledAtMs() async throws -> Int64 {
        let reply = try await bed.redis.send("HGET", "{r:\(room)}:room", "recover")
        return reply.string.flatMap { Int64($0) } ?? 0
    }

    func members(_ key: String) async throws -> [UserID] {
        let reply = try await bed.redis.send("ZRANGE", "{r:\(room)}:\(key)", "0", "-1")
        return reply.array?.compactMap { $0.string.flatMap(UserID.init) } ?? []
    }

    func line() async throws -> [UserID] { try await members("waiting") }
    func inside() async throws -> Set<UserID> { Set(try await members("inside")) }

    func report() async throws -> RoomReport {
        try #require(try await bed.settings.report(room))
    }

    /// The room's keys as they are now, to be put back later.
    func snapshot() async throws -> [(key: String, bytes: [UInt8])] {
        var all: [(String, [UInt8])] = []
        for key in RoomKeys(room).all {
            if case .bytes(let bytes) = try await bed.redis.send("DUMP", key) {
                all.append((key, bytes))
            }
        }
        return all
    }

    /// What a fail-over to a replica that was behind does.
    func restore(_ snapshot: [(key: String, bytes: [UInt8])]) async throws {
        for key in RoomKeys(room).all { _ = try await bed.redis.send("DEL", key) }
        for (key, bytes) in snapshot {
            _ = try await bed.redis.send(["RESTORE", .string(key), 0, .bytes(bytes)])
        }
    }
}
