import Engines
import Ledger
import Redis
import Values

/// Holds the promises of all rooms against Redis.
struct RoomAudit: Sendable {
    private let redis: RedisConnection
    private let scripts: RoomScripts

    init(redis: RedisConnection) { self.init(redis: redis, scripts: RoomScripts()) }

    init(redis: RedisConnection, scripts: RoomScripts) {
        self.redis = redis
        self.scripts = scripts
    }

    private static let once = "a visitor stands in one place: waiting, inside or skipped"
    private static let capacity = "a room holds no more than its capacity"

    func audit() async -> [AuditLine] {
        do throws(StoreError) {
            let names = try await redis.list("SMEMBERS", RoomKeys.rooms)
            var counts: [(room: RoomID, count: Count)] = []
            for name in names {
                guard let room = name.string.flatMap(RoomID.init) else { continue }
                if let count = try await count(room) { counts.append((room, count)) }
            }
            return [Self.places(counts), Self.capacities(counts)]
        } catch {
            return [Self.once, Self.capacity].map { AuditLine($0, unchecked: error) }
        }
    }

    private struct Count {
        var waiting, inside, skipped, records, twice, lapsed: Int64
        /// Nil: no limit.
        var capacity: Int64?
        /// As many may be inside where the capacity is lower than their number; see `room.lua`.
        var ceiling: Int64

        /// Sessions that are over count no more, even before they are taken out.
        var running: Int64 { inside - lapsed }
        var isExceeded: Bool { capacity.map { running > $0 } ?? false }
        var isOverrun: Bool { isExceeded && running > ceiling }
    }

    private func count(_ room: RoomID) async throws(StoreError) -> Count? {
        let reply = try await redis.reply(to: scripts[.audit], keys: RoomKeys(room).all, [])
        guard try reply.integer(0) == 1 else { return nil }
        let capacity = try reply.integer(7)
        return Count(
            waiting: try reply.integer(1),
            inside: try reply.integer(2),
            skipped: try reply.integer(3),
            records: try reply.integer(4),
            twice: try reply.integer(5),
            lapsed: try reply.integer(6),
            capacity: capacity < 0 ? nil : capacity,
            ceiling: try reply.integer(8)
        )
    }

    private static func places(_ counts: [(room: RoomID, count: Count)]) -> AuditLine {
        let breaks = counts.filter { _, count in
            count.twice > 0 || count.records != count.waiting + count.inside + count.skipped
        }
        guard breaks.isEmpty else {
            let named = breaks.map { room, count in
                "\(room): \(count.waiting) + \(count.inside) + \(count.skipped) in sets, "
                    + "\(count.records) records, \(count.twice) twice"
            }
            return AuditLine(once, .broken, named.joined(separator: "; "))
        }
        let waiting = counts.reduce(0) { $0 + $1.count.waiting }
        let inside = counts.reduce(0) { $0 + $1.count.inside }
        return AuditLine(once, .kept, "\(counts.count) rooms, \(waiting) waiting, \(inside) inside")
    }

    /// Those inside when a capacity was lowered stay: that is named, and kept while nobody new gets
    /// in.
    private static func capacities(_ counts: [(room: RoomID, count: Count)]) -> AuditLine {
        func named(_ counts: [(room: RoomID, count: Count)]) -> String {
            AuditLine.names(
                counts.map { "\($0): \($1.running) inside, capacity \($1.capacity ?? 0)" }
            )
        }
        let breaks = counts.filter(\.count.isOverrun)
        guard breaks.isEmpty else { return AuditLine(capacity, .broken, named(breaks)) }
        let lowered = counts.filter(\.count.isExceeded)
        let stay = lowered.isEmpty ? "" : "; lowered, those inside stay: \(named(lowered))"
        return AuditLine(capacity, .kept, "\(counts.count) rooms\(stay)")
    }
}
