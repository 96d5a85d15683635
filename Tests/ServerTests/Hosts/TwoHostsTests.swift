import JSON
import TestGate
import Testing

@testable import TestKit

/// One process on each of two hosts, and the cables between them and the engines.
@Suite(.alone, .enabled(if: TwoHosts.arePossible), .timeLimit(.minutes(2)))
struct TwoHostsTests {
    /// A room for one, who is inside; somebody who waits; a sale, and a buyer with points.
    private struct Night {
        let a: Site
        let b: Site
        let inside: String
        let waiting: String

        init(_ hosts: TwoHosts) async throws {
            a = hosts.sites[0]
            b = hosts.sites[1]
            try await a.configure("line", #"{"capacity":1,"rate":1000,"sessionSeconds":600}"#)
            try await a.openSale("night", #""seats":50,"price":10,"maxSeatsPerUser":50"#)
            try await a.charge("ann", 500)
            inside = try await a.entered("line", as: "inside").ticket
            waiting = try await b.entered("line", as: "waiting").ticket
            for site in [a, b] {
                let (inside, waiting) = (inside, waiting)
                try await until("both know all") {
                    let shown = try await site.admission("line", inside).status
                    let told = try await site.status("line", as: "waiting", waiting).status
                    return shown == 204 && told == 200
                }
            }
        }

        /// Everything goes well at `site`, which takes one more seat.
        func goesWell(at site: Site, seat: Int) async throws {
            #expect(try await site.admission("line", inside).status == 204)
            #expect(try await site.standing("line", as: "waiting", waiting).position == 1)
            let hold = try await site.hold([seat], of: "night", as: "ann")
            #expect(try await site.pay(hold, as: "ann", key: "seat-\(seat)").status == 201)
        }

        func lineIsRefused(at site: Site) async throws -> Bool {
            let answer = try await site.status("line", as: "waiting", waiting)
            return answer.status == 503 && answer.header("Retry-After") != nil
        }

        func isWell(_ site: Site) async throws -> Bool {
            let told = try await site.status("line", as: "waiting", waiting).status
            let ready = try await site.request("GET", "/readyz").text
            return told == 200 && ready.contains(#""ready""#)
        }
    }

    private func audit(_ hosts: TwoHosts) async throws {
        try await expectAudit(of: hosts.data, hosts.engines)
    }

    @Test func aServerThatIsCutOffFromRedisRefusesAndTheOtherGoesOn() async throws {
        try await TwoHosts.with { hosts in
            let night = try await Night(hosts)
            let (a, b) = (night.a, night.b)
            let hold = try await a.hold([1], of: "night", as: "ann")
            try hosts.hosts[0].cut(.redis)
            try await until("a refuses the line") { try await night.lineIsRefused(at: a) }
            #expect(try await a.request("GET", "/readyz").text.contains("redis_away"))
            // What is held is paid: the ledger decides.
            #expect(try await a.pay(hold, as: "ann", key: "held").status == 201)
            for seat in 2...6 { try await night.goesWell(at: b, seat: seat) }
            try hosts.hosts[0].heal()
            try await until("a is well") { try await night.isWell(a) }
            try await night.goesWell(at: a, seat: 7)
            #expect(a.process.errors.contains("event=redis_lost"))
            #expect(a.process.errors.contains("event=redis_back"))
            #expect(!b.process.errors.contains("event=redis_lost"))
            try await audit(hosts)
        }
    }

    @Test func aServerThatIsCutOffFromTheLedgerKeepsTheLineAndSellsLater() async throws {
        try await TwoHosts.with { hosts in
            let night = try await Night(hosts)
            let (a, b) = (night.a, night.b)
            let hold = try await a.hold([1], of: "night", as: "ann")
            try hosts.hosts[0].cut(.postgres)
            // It may have been committed: the answer is late and says so.
            #expect(try await a.pay(hold, as: "ann", key: "late").status == 503)
            for seat in 2...6 {
                #expect(try await a.admission("line", night.inside).status == 204)
                #expect(try await a.standing("line", as: "waiting", night.waiting).position == 1)
                try await night.goesWell(at: b, seat: seat)
            }
            try hosts.hosts[0].heal()
            try await until("a is well") { try await night.isWell(a) }
            #expect(try await a.pay(hold, as: "ann", key: "late").status == 201)
            #expect(try await b.balance("ann") == 500 - 6 * 10)
            try await audit(hosts)
        }
    }

    @Test func aServerThatIsCutOffFromBothRefusesAllAndComesBack() async throws {
        try await TwoHosts.with { hosts in
            let night = try await Night(hosts)
            let (a, b) = (night.a, night.b)
            try hosts.hosts[0].cut(.redis)
            try hosts.hosts[0].cut(.postgres)
            try await until("a refuses the line") { try await night.lineIsRefused(at: a) }
            try await until("a is not ready") {
                try await a.request("GET", "/readyz").status == 503
            }
            #expect(try await a.get("/users/me/points", as: "ann").status == 503)
            for seat in 1...5 { try await night.goesWell(at: b, seat: seat) }
            try hosts.hosts[0].heal()
            try await until("a is well") { try await night.isWell(a) }
            try await night.goesWell(at: a, seat: 6)
            try await audit(hosts)
        }
    }

    /// One packet in twenty is lost on one of two cables: it is slower, and nothing is lost twice.
    @Test func aCableThatLosesPacketsCostsTimeOnly() async throws {
        try await TwoHosts.with { hosts in
            let night = try await Night(hosts)
            try hosts.hosts[0].cut(.some(0.05))
            var sold: Int64 = 0
            for seat in 1...30 {
                let site = hosts.sites[seat % 2]
                let held = try await site.post(
                    "/performances/night/holds",
                    as: "ann",
                    #"{"seats":[\#(seat)]}"#
                )
                guard let hold = held.json?["hold"]?.string else {
                    #expect(held.status == 503, "\(held.text)")
                    continue
                }
                try await until("the payment is decided") {
                    let paid = try await site.pay(hold, as: "ann", key: "lossy-\(seat)")
                    #expect([201, 503].contains(paid.status), "\(paid.text)")
                    if paid.status == 201 { sold += 1 }
                    return paid.status == 201
                }
            }
            try hosts.hosts[0].heal()
            try await until("a is well") { try await night.isWell(night.a) }
            #expect(sold > 0)
            #expect(try await night.b.balance("ann") == 500 - sold * 10)
            try await audit(hosts)
        }
    }

    /// Redis's clock decides on the line, so two servers agree whatever theirs say.
    @Test(arguments: [-60.0, 60.0]) func clocksMayDifferByAMinute(seconds: Double) async throws {
        let clock = try VirtualClock()
        clock.advance(seconds: seconds)
        try await TwoHosts.with(clocks: [[:], clock.forRedis]) { hosts in
            let night = try await Night(hosts)
            var tickets: [String] = []
            for index in 0..<10 {
                let site = hosts.sites[index % 2]
                let entered = try await site.entered("line", as: "u\(index)")
                #expect(entered.position == Int64(index + 2))
                tickets.append(entered.ticket)
            }
            for (index, ticket) in tickets.enumerated() {
                let other = hosts.sites[(index + 1) % 2]
                let standing = try await other.standing("line", as: "u\(index)", ticket)
                #expect(standing.position == Int64(index + 2))
            }
            try await night.goesWell(at: night.a, seat: 1)
            try await night.goesWell(at: night.b, seat: 2)
            let hold = try await night.b.hold([3], of: "night", as: "ann")
            #expect(try await night.a.pay(hold, as: "ann", key: "across").status == 201)
            try await audit(hosts)
        }
    }
}
