import JSON
import TestGate
import Testing

/// Too many want the same thing at once while Redis and the ledger work: 429 with `Retry-After`,
/// not 503.
@Suite(.alone, .saleBeds, .timeLimit(.minutes(3))) struct BusyTests {
    /// Redis keeps no days of the year 2001: the ledger sums up each, four at a time on a loop.
    @Test(arguments: LedgerEngine.allCases)
    func manyReadersOfOldPeriods(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine), name = ServerBed.room()
        _ = try await bed.site.operate("PUT", "/boards/\(name)", "{}")
        // The board is there, with what its answer needs.
        #expect(try await bed.site.board(name, "?window=all").status == 200)
        let days = (10...28).flatMap { day in ["01", "02", "03"].map { "2001-\($0)-\(day)" } }
        let answers = try await Self.atOnce(bed.site, days) { client, day in
            client.send("GET", "/api/v1/boards/\(name)?window=daily&period=\(day)")
        }
        Self.expectTurnedAway(answers, "As many documents of this kind are being read")
        // Each is read on a quiet server.
        let quiet = try await bed.site.board(name, "?window=daily&period=\(days[0])")
        #expect(quiet.status == 200, "\(quiet.text)")
    }

    /// A change of a room is tried 8 times against those of others.
    @Test(arguments: LedgerEngine.allCases)
    func manyChangesOfOneRoom(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine), room = ServerBed.room()
        try await bed.site.configure(room, #"{"capacity":1}"#)
        let headers = [
            "Authorization": "Bearer \(bed.site.adminKey)", "Content-Type": "application/json",
        ]
        let answers = try await Self.atOnce(bed.site, Array(1...40)) { client, capacity in
            let body = #"{"capacity":\#(capacity)}"#
            client.send("PUT", "/admin/v1/rooms/\(room)", headers, body: body)
        }
        Self.expectTurnedAway(answers, "Many change room \(room) at once.")
        // What was refused changes nothing afterwards, and the room can be changed.
        try await bed.site.configure(room, #"{"capacity":77}"#)
        #expect(try await bed.site.report(room)["capacity"]?.integer == 77)
    }

    /// All requests are sent before the first answer is read.
    private static func atOnce<Value>(
        _ site: Site,
        _ values: [Value],
        _ send: (HTTPClient, Value) -> Void
    ) async throws -> [Answer] {
        let clients = try values.map { _ in try HTTPClient(site.port) }
        for (client, value) in zip(clients, values) { send(client, value) }
        var answers: [Answer] = []
        for client in clients { answers.append(try await client.answer()) }
        return answers
    }

    private static func expectTurnedAway(_ answers: [Answer], _ detail: String) {
        let refused = answers.filter { $0.status != 200 }
        #expect(!refused.isEmpty && refused.count < answers.count)
        for answer in refused {
            #expect(answer.status == 429 && answer.code == "rate_limited", "\(answer.text)")
            #expect(answer.detail.hasPrefix(detail), "\(answer.text)")
            let seconds = answer.header("Retry-After").flatMap { Int($0) } ?? 0
            #expect((1...60).contains(seconds), "\(answer.header("Retry-After") ?? "none")")
        }
    }
}
