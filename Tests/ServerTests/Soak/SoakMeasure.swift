import EventLoop
import Foundation
import Redis
import Testing
import TestPostgres
import TestRedis

/// What a site takes at one moment: a line of the soak's table.
struct SoakMeasure: Sendable {
    /// Of each process: resident memory in MB, and open descriptors.
    var residentMB: [Int] = []
    var descriptors: [Int] = []
    var redisKB = 0
    /// Keys of Redis: of rooms, performances, coupons and boards.
    var keys: [String: Int] = [:]
    /// Rows of each table of the ledger.
    var rows: [String: Int] = [:]

    static let keyKinds = ["rooms", "seats", "coupons", "boards", "other"]
    private static let tables = [
        "rooms", "admissions", "idempotency", "transfers", "payments", "sold_seats", "orders",
        "coupon_claims", "outbox", "score_events", "frozen_periods", "charts", "samples", "peaks",
        "draw_pages",
    ]

    static func now(_ sites: [Site], _ redis: RedisConnection, _ ledger: TestDatabase)
        async throws -> SoakMeasure
    {
        var found = SoakMeasure()
        for site in sites {
            let process = "/proc/\(site.process.pid)"
            let status = try String(contentsOfFile: process + "/status", encoding: .utf8)
            found.residentMB.append((number("VmRSS:", in: status) ?? 0) / 1_024)
            let open = try FileManager.default.contentsOfDirectory(atPath: process + "/fd")
            found.descriptors.append(open.count)
        }
        let memory = try await redis.send("INFO", "memory").string ?? ""
        found.redisKB = (number("used_memory:", in: memory) ?? 0) / 1_024
        for key in try await redis.send("KEYS", "*").array?.compactMap(\.string) ?? [] {
            found.keys[kind(of: key), default: 0] += 1
        }
        let counts = tables.map { "select count(*) from \($0)" }
        let text = try ledger.psql(counts.joined(separator: " union all "))
        let numbers = text.split(separator: "\n").compactMap { Int($0) }
        for (table, count) in zip(tables, numbers) { found.rows[table] = count }
        return found
    }

    private static func number(_ name: String, in text: String) -> Int? {
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name) }
        let digits = line?.dropFirst(name.count).drop { $0 == " " || $0 == "\t" }
        return digits.flatMap { Int($0.prefix(while: \.isNumber)) }
    }

    private static func kind(of key: String) -> String {
        if key.hasPrefix("{c:") { return "coupons" }
        if key.hasPrefix("rank:") { return "boards" }
        guard key.hasPrefix("{r:") || key.hasPrefix("{p:") else { return "other" }
        // `{TAG}:map:P` is a performance's, `{r:ROOM}:room` a room's.
        return key.split(separator: ":").count > 3 ? "seats" : "rooms"
    }

    // MARK: The table

    static let header =
        "after        | RSS MB  | descriptors | Redis kB | keys: "
        + keyKinds.joined(separator: " ") + " | rows: " + tables.joined(separator: " ")

    func line(after name: String) -> String {
        func list(_ numbers: [Int]) -> String {
            numbers.map(String.init).joined(separator: " ")
        }
        return [
            name.padding(toLength: 12, withPad: " ", startingAt: 0), list(residentMB),
            list(descriptors), String(redisKB), list(Self.keyKinds.map { keys[$0] ?? 0 }),
            list(Self.tables.map { rows[$0] ?? 0 }),
        ].joined(separator: " | ")
    }
}
