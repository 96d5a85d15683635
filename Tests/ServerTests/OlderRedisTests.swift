import EventLoop
import Foundation
import JSON
import Redis
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import TestKit

/// Redis comes back older than the ledger under whole servers: seats, room, coupon, board.
@Suite(.alone, .timeLimit(.minutes(4))) struct OlderRedisTests {
    enum Servers: String, CaseIterable { case survive, restart }

    @Test(arguments: ["sqlite", "postgres"], Servers.allCases)
    func nothingIsSoldTwiceAndNobodyIsLetIn(_ engine: String, _ servers: Servers) async throws {
        try await Ground.with(engine, isRedisDurable: false) { ground in
            var sites = try await Self.open(ground)
            try await ground.withRedis { _ = try await $0.send("SAVE") }
            try await Self.sellOut(sites)
            if servers == .restart { try await Self.kill(sites) }
            ground.redis?.kill()
            try ground.redis?.start()
            if servers == .restart { sites = try await Self.start(ground) }
            try await Self.check(sites)
            try await ground.audit()
        }
    }

    /// Nobody runs: the audit finds it and changes nothing; with `--repair` it mends it.
    @Test(arguments: ["sqlite", "postgres"])
    func theAuditFindsAndMendsIt(_ engine: String) async throws {
        try await Ground.with(engine, isRedisDurable: false) { ground in
            let sites = try await Self.open(ground)
            try await ground.withRedis { _ = try await $0.send("SAVE") }
            try await Self.sellOut(sites)
            try await Self.kill(sites)
            ground.redis?.kill()
            try ground.redis?.start()
            var (before, after): ([String: [UInt8]], [String: [UInt8]]) = ([:], [:])
            var found = (code: Int32(0), output: "")
            try await Self.withinTenMinutes {
                before = try await Self.digest(ground)
                found = try await Self.audit(ground)
                after = try await Self.digest(ground)
            }
            #expect(after == before)
            #expect(found.code == 1, "\(found)")
            let promises = [
                "Redis shows every sold seat as sold", "a room in Redis knows what is left",
                "a coupon's gate in Redis", "the board games in Redis",
            ]
            for promise in promises {
                #expect(found.output.contains("BROKEN      \(promise)"), "\(found.output)")
            }
            #expect(found.output.contains("night: seat 1 is free, and sold in the ledger"))

            let repaired = try await Self.audit(ground, "--repair")
            #expect(repaired.code == 2, "\(repaired)")
            // The room's stock came with the seats.
            for promise in [promises[0], promises[2], promises[3]] {
                #expect(repaired.output.contains("mended      \(promise)"), "\(repaired.output)")
            }
            #expect(repaired.output.contains("night: seat 1 is free, and sold in the ledger"))
            try await ground.audit()
            let again = try await Self.audit(ground, "--repair")
            #expect(again.code == 0 && !again.output.contains("mended"), "\(again)")
            try await Self.check(try await Self.start(ground))
        }
    }

    @Test func theAuditTakesTheServersLine() async throws {
        try await withFolder { data in
            let arguments = [
                "audit", "--data", data, "--redis-server", "redis-server", "--port", "80",
                "--threads", "2", "--demo", "--retain-days", "3", "--repair=perhaps",
            ]
            let wrong = try OnsaleProcess(arguments)
            #expect(try await wrong.exit() == 64)
            #expect(wrong.errors.contains("--repair"), "\(wrong.errors)")
            let fine = try OnsaleProcess(Array(arguments.dropLast()) + ["--repair"])
            // There is no ledger in that folder.
            #expect(try await fine.exit() == 1, "\(fine.errors)")
        }
        let help = try await OnsaleProcess.run("audit", "--help")
        for text in ["--repair", "--retain-days", "2  with --repair", "1  a promise is broken"] {
            #expect(help.output.contains(text), "\(text)")
        }
        #expect(!help.output.contains("--port"))
    }

    // MARK: Steps

    private static func start(_ ground: Ground) async throws -> [Site] {
        var sites = [try await ground.start()]
        if ground.database != nil { sites.append(try await ground.start()) }
        return sites
    }

    /// A room before a performance of 3 seats, a coupon of 2, a board. Ann is inside; one coupon is
    /// issued and one score counts.
    private static func open(_ ground: Ground) async throws -> [Site] {
        let sites = try await start(ground)
        let site = sites[0]
        try await site.configure("door", #"{"capacity":10}"#)
        try await site.openSale("night", #""seats":3,"price":10,"room":"door""#)
        _ = try await site.operate(
            "PUT",
            "/coupons/early",
            #"{"name":"Early","quantity":2,"discountAmount":1}"#
        )
        _ = try await site.operate("PUT", "/boards/games", "{}")
        _ = try await site.entered("door", as: "ann")
        try await site.charge("ann", 100)
        #expect(try await site.post("/coupons/early/claims", as: "zoe").status == 201)
        try await score(site, "ann", 1)
        #expect(try await games(site) == ["ann 1"])
        for site in sites { #expect(try await site.seats("night") == ["free", "free", "free"]) }
        return sites
    }

    private static func sellOut(_ sites: [Site]) async throws {
        let site = sites[sites.count - 1]
        let hold = try await site.hold([1, 2, 3], of: "night", as: "ann")
        #expect(try await site.pay(hold, as: "ann", key: "pay").status == 201)
        #expect(try await site.post("/coupons/early/claims", as: "bob").status == 201)
        try await score(site, "bob", 5)
        #expect(try await games(site) == ["bob 5", "ann 1"])
    }

    private static func score(_ site: Site, _ member: String, _ units: Int) async throws {
        let body = #"{"member":"\#(member)","add":\#(units),"eventId":"\#(member)"}"#
        #expect(try await site.operate("POST", "/boards/games/scores", body).status == 200)
    }

    private static func games(_ site: Site) async throws -> [String] {
        let answer = try await site.request("GET", "/api/v1/boards/games?window=all")
        return answer.json?["entries"]?.array?.map {
            "\($0["member"]?.string ?? "?") \($0["score"]?.integer ?? 0)"
        } ?? []
    }

    /// Again if a ten-minute bucket ended meanwhile: an audit takes what is over out of the boards.
    private static func withinTenMinutes(_ body: () async throws -> Void) async throws {
        func bucket() -> Int { Int(Date().timeIntervalSince1970) / 600 }
        var began: Int
        repeat {
            began = bucket()
            try await body()
        } while bucket() != began
    }

    private static func kill(_ sites: [Site]) async throws {
        for site in sites {
            site.process.signal(SIGKILL)
            _ = try await site.process.exit()
        }
    }

    private static func audit(_ ground: Ground, _ flags: String...) async throws
        -> (code: Int32, output: String)
    {
        let words = ["audit", "--data", ground.data] + ground.arguments + flags
        let process = try OnsaleProcess(words)
        return (try await process.exit(), process.output + process.errors)
    }

    /// All values and their names.
    private static func digest(_ ground: Ground) async throws -> [String: [UInt8]] {
        try await ground.withRedis { redis in
            var all: [String: [UInt8]] = [:]
            for key in try await redis.send("KEYS", "*").array ?? [] {
                let name = try #require(key.string)
                guard case .bytes(let bytes) = try await redis.send("DUMP", name) else { continue }
                all[name] = bytes
            }
            return all
        }
    }

    /// Everything is as the ledger says, whoever asks first.
    private static func check(_ sites: [Site]) async throws {
        for (index, site) in sites.enumerated() {
            try await until("Redis is there") {
                try await site.request("GET", "/readyz?for=line").status == 200
            }
            // The door comes first: nobody has looked at the seats yet.
            let late = try await site.enter("door", as: "late\(index)")
            #expect(late.code == "room_sold_out", "\(late.text)")
            let report = try await site.report("door")
            #expect(report["state"]?.string == "sold_out", "\(report)")
            let hold = try await site.post(
                "/performances/night/holds",
                as: "ann",
                #"{"seats":[1]}"#
            )
            // 503: the room is still being brought back.
            #expect([403, 409, 410, 503].contains(hold.status), "\(hold.text)")
            #expect(try await site.seats("night") == ["sold", "sold", "sold"])
            let coupon = try await site.request("GET", "/api/v1/coupons/early")
            #expect(coupon.json?["remaining"]?.integer == 0, "\(coupon.text)")
            let claim = try await site.post("/coupons/early/claims", as: "late\(index)")
            #expect(claim.code == "coupon_sold_out", "\(claim.text)")
            #expect(try await games(site) == ["bob 5", "ann 1"])
        }
    }
}
