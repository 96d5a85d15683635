import Foundation
import JSON
import Synchronization
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import SQL
@testable import TestKit

/// Two servers are restarted one after the other behind the files in `deploy`, in the real proxies,
/// while visitors come, look and buy.
@Suite(.alone, .timeLimit(.minutes(3))) struct RollingRestartTests {
    /// What visitors have seen.
    private final class Seen: Sendable {
        struct Counts {
            var answered = 0
            var ordered = 0
            var failed: [String] = []
        }
        private let counts = Mutex(Counts())
        private let isOver = Mutex(false)

        var now: Counts { counts.withLock { $0 } }
        var hasEnded: Bool { isOver.withLock { $0 } }
        func end() { isOver.withLock { $0 = true } }

        func note(_ what: String, _ answer: Answer?, expecting status: Int) {
            counts.withLock {
                $0.answered += 1
                if status == answer?.status {
                    if what.hasSuffix("orders") { $0.ordered += 1 }
                } else {
                    $0.failed.append("\(what): \(answer.map { "\($0.status)" } ?? "no answer")")
                }
            }
        }
    }

    /// One visitor after the other, over a connection that lives as long as the balancer keeps it.
    private struct Client {
        let port: UInt16
        let seen: Seen
        var connection: HTTPClient?

        mutating func call(
            _ method: String,
            _ path: String,
            _ headers: [String: String] = [:],
            body: String? = nil,
            expecting status: Int
        ) async -> Answer? {
            var answer: Answer?
            do {
                let client = try connection ?? HTTPClient(port)
                connection = client
                client.send(method, path, headers, body: body)
                answer = try await client.answer()
            } catch { connection = nil }
            if answer?.header("Connection")?.lowercased() == "close" { connection = nil }
            seen.note("\(method) \(path)", answer, expecting: status)
            return answer
        }

        /// Comes, enters the line, looks, buys.
        mutating func visit(_ buyer: String, _ key: String) async {
            let made = await call("POST", "/api/v1/visitors", expecting: 201)
            guard let token = made?.json?["token"]?.string else { return }
            var headers = ["Authorization": "Bearer \(token)"]
            let entered = await call(
                "POST",
                "/api/v1/rooms/shop/tickets",
                headers,
                expecting: 200
            )
            headers["Onsale-Ticket"] = entered?.json?["ticket"]?.string
            _ = await call("GET", "/api/v1/rooms/shop/tickets/me", headers, expecting: 200)
            _ = await call("GET", "/api/v1/products", expecting: 200)
            let order = [
                "Authorization": "Bearer \(buyer)", "Content-Type": "application/json",
                "Idempotency-Key": key,
            ]
            let body = #"{"lines":[{"product":"cap","quantity":1}]}"#
            _ = await call("POST", "/api/v1/orders", order, body: body, expecting: 201)
        }
    }

    /// Ends the server and starts it again on its port, as a supervisor does; then it is ready.
    private func restart(_ site: Site, in bed: ServerBed, _ arguments: [String]) async throws
        -> Site
    {
        site.process.signal(SIGTERM)
        #expect(try await site.process.exit() == 0)
        let again = try await Site.start(
            data: bed.data,
            bed.engines + arguments + ["--port", "\(site.port)"]
        )
        try await until("it is ready") { try await again.isReady() }
        return again
    }

    /// What visitors saw while both servers were restarted.
    private func restartBoth(_ kind: Balancer.Kind, edit: (String) -> String = { $0 })
        async throws -> Seen.Counts
    {
        let arguments = ["--auth", "visitor", "--drain-seconds", "3"]
        return try await ServerBed.with(arguments) { bed in
            try await bed.site.configure("shop", #"{"capacity":100000}"#)
            try await bed.site.supply("cap", 100_000, price: 1)
            let named = try await bed.site.request("POST", "/api/v1/visitors")
            let buyer = try #require(named.json?["token"]?.string)
            let user = try #require(named.json?["visitor"]?.string)
            let charged = try await bed.site.operate(
                "POST",
                "/users/\(user)/points/charges",
                #"{"amount":100000,"reference":"r"}"#
            )
            #expect(charged.status == 201, "\(charged)")
            let balancer = try Balancer(kind, in: bed.data, before: bed.sites, edit: edit)
            try await balancer.whenItServes()
            let seen = Seen()
            async let visitors: [Void] = together(8) { index in
                var client = Client(port: balancer.port, seen: seen)
                var round = 0
                while !seen.hasEnded {
                    round += 1
                    await client.visit(buyer, "\(index)-\(round)")
                }
            }
            var sites: [Site] = []
            do {
                for site in bed.sites { sites.append(try await restart(site, in: bed, arguments)) }
            } catch {
                seen.end()
                throw error
            }
            let restarted = seen.now.answered
            try await until("both serve visitors") { seen.now.answered > restarted + 200 }
            seen.end()
            _ = try await visitors
            // What was said to be bought is, once.
            let stock = try await sites[0].request("GET", "/api/v1/products/cap")
            let left = Int(stock.json?["stock"]?.integer ?? -1)
            if seen.now.failed.isEmpty { #expect(100_000 - left == seen.now.ordered) }
            withExtendedLifetime((balancer, sites)) {}
            return seen.now
        }
    }

    @Test(arguments: Balancer.Kind.allCases) func noRequestIsLost(_ kind: Balancer.Kind)
        async throws
    {
        let counts = try await restartBoth(kind)
        #expect(counts.failed.isEmpty, "\(counts.failed.count): \(counts.failed.prefix(10))")
        #expect(counts.answered > 1_000)
    }

    /// With the time that nginx has by itself, the first server still counts as dead when the
    /// second one stops.
    @Test func nginxMustForgetAFailureSooner() async throws {
        let counts = try await restartBoth(.nginx) {
            $0.replacing("max_fails=3 fail_timeout=1s", with: "")
        }
        #expect(counts.failed.contains { $0.hasSuffix(": 503") }, "\(counts.failed.prefix(10))")
    }

    /// An engine that one server has lost: its part of the work goes to the other.
    @Test func aPathGoesWhereItsEngineIs() async throws {
        try await withFolder { folder in
            let engines = [try TestRedis(), try TestRedis()]
            defer { for redis in engines { redis.stop() } }
            var sites: [Site] = []
            // Each has a ledger of its own, which shows who has answered.
            for (index, redis) in engines.enumerated() {
                let data = folder + "/\(index)"
                let site = try await Site.start(
                    data: data,
                    ["--redis", "unix:\(redis.socketPath)"]
                )
                try await site.configure("shop", "{}")
                try await site.supply("cap", 9, price: index + 1)
                sites.append(site)
            }
            let balancer = try Balancer(.haproxy, in: folder, before: sites)
            try await balancer.whenItServes()
            func rooms() async throws -> Answer {
                try await balancer.request("GET", "/api/v1/rooms/shop")
            }
            func price() async throws -> Int64? {
                try await balancer.request("GET", "/api/v1/products/cap").json?["price"]?.integer
            }
            func settled(_ what: String, _ holds: () async throws -> Bool) async throws {
                var row = 0
                try await until(what) {
                    row = try await holds() ? row + 1 : 0
                    return row == 40
                }
            }
            // The first has no Redis: lines are at the second, sales at both.
            engines[0].kill()
            try await settled("the second has the lines") { try await rooms().status == 200 }
            var prices: Set<Int64?> = []
            for _ in 0..<40 { prices.insert(try await price()) }
            #expect(prices == [1, 2])
            // The second has no ledger: sales are at the first.
            let shell = try SQLiteConnection(
                path: folder + "/1/ledger.sqlite",
                isReadOnly: false,
                busyTimeoutMs: 5_000
            )
            _ = try shell.run("begin immediate")
            #expect(try await sites[1].operate("PUT", "/products/cap", "{}").status == 503)
            try await settled("the first has the sales") { try await price() == 1 }
            #expect(try await rooms().status == 200)
            // Nobody sells now: the server that is left says what it can.
            sites[0].process.signal(SIGKILL)
            try await settled("the second has all") { try await price() == 2 }
            #expect(try await rooms().status == 200)
        }
    }
}
