import TestGate
import Testing

@testable import TestKit

/// One client address does not take everybody's live streams.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct StreamShareTests {
    private struct Reader {
        let client: HTTPClient
        let head: Answer
    }

    private func open(
        _ site: Site,
        _ path: String,
        from address: String?,
        _ headers: [String: String] = [:]
    ) async throws -> Reader {
        var headers = headers
        headers["X-Forwarded-For"] = address
        let client = try HTTPClient(site.port)
        client.send("GET", path, headers)
        return Reader(client: client, head: try await client.head())
    }

    /// `share` streams of one address are served and the next is not; others are, and so is the
    /// address when one of its own is closed. Loopback itself has no share.
    private func expectShare(
        _ share: Int,
        _ site: Site,
        _ path: String,
        headers: (Int) -> [String: String] = { _ in [:] }
    ) async throws {
        var readers: [Reader] = []
        for number in 0..<share {
            // An IPv6 /64 is one address.
            let address = "2001:db8::\(number % 9 + 1)"
            readers.append(try await open(site, path, from: address, headers(number)))
            guard readers.last?.head.status == 200 else { break }
        }
        #expect(readers.count == share && readers.last?.head.status == 200)
        let refused = try await site.request(
            "GET",
            path,
            headers(share).merging(["X-Forwarded-For": "2001:db8::f"]) { $1 }
        )
        expectProblem(refused, 429, "rate_limited")
        #expect(refused.header("Retry-After") == "10")
        let own: [String?] = ["2001:db8:0:1::1", "203.0.113.7", nil, nil]
        for (number, address) in own.enumerated() {
            let other = try await open(site, path, from: address, headers(share + 1 + number))
            #expect(other.head.status == 200, "\(address ?? "loopback")")
        }
        readers.removeLast()
        try await until("the address has a stream to spare") {
            try await open(site, path, from: "2001:db8::f", headers(share)).head.status == 200
        }
    }

    @Test func ofTheRankings() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await expectShare(500, bed.site, "/api/v1/rankings/events")
        }
    }

    @Test func ofTheSales() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let admin = ["Authorization": "Bearer \(bed.site.adminKey)"]
            try await expectShare(32, bed.site, "/admin/v1/events") { _ in admin }
        }
    }

    @Test func ofTheTickets() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            // Three streams a ticket.
            var tickets: [String] = []
            for number in 0...850 {
                tickets.append(try await bed.site.entered(room, as: "u\(number)").ticket)
            }
            let path = "/api/v1/rooms/\(room)/tickets/me/events"
            try await expectShare(2_500, bed.site, path) { number in
                ["X-User-Id": "u\(number / 3)", "Onsale-Ticket": tickets[number / 3]]
            }
        }
    }

    /// Who has no rate by address has no share: where a proxy writes no address, all are one.
    @Test func withoutARateThereIsNone() async throws {
        try await ServerBed.with(["--rates-per-address", "read=off"], sites: 1) { bed in
            let headers = ["Authorization": "Bearer \(bed.site.adminKey)"]
            var readers: [Reader] = []
            for _ in 0...32 {
                readers.append(
                    try await open(bed.site, "/admin/v1/events", from: "203.0.113.7", headers)
                )
            }
            #expect(readers.allSatisfy { $0.head.status == 200 })
        }
    }
}
