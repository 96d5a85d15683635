import Foundation
import JSON
import TestGate
import Testing
import TestPostgres

@testable import TestKit

/// The queue in SQL that `make bench` measures beside Onsale: it must do its work to be compared.
@Suite(.sideBySide) struct SQLQueueTests {
    @Test func visitorsWaitAreAdmittedAndHoldSeats() async throws {
        try await withQueue { queue in
            try await queue.open(capacity: 1)
            #expect(try await queue.enter("ann").status == 202)
            try await queue.untilAdmitted("ann")
            #expect(try await queue.enter("bob").position == 1)
            let cai = try await queue.enter("cai")
            #expect(cai.status == 202 && cai.position == 2)
            // Who enters again has the same ticket and place.
            let again = try await queue.enter("cai")
            #expect(again.json?["ticket"] == cai.json?["ticket"] && again.position == 2)

            let early = try await queue.hold([1], as: "bob")
            #expect(early.status == 403 && early.code == "not_admitted")
            #expect(try await queue.hold([1, 2], as: "ann").status == 201)
            #expect(try await queue.seats("held") == [1, 2])

            #expect(try await queue.finish("ann").status == 204)
            try await queue.untilAdmitted("bob")
            #expect(try await queue.status("cai").position == 1)
            // All or none.
            let taken = try await queue.hold([2, 3], as: "bob")
            #expect(taken.status == 409 && taken.code == "seats_taken")
            #expect(try await queue.seats("held") == [1, 2])
            #expect(try await queue.hold([99], as: "bob").status == 404)
        }
    }

    @Test func twoProcessesShareOneRoomAndItsSeats() async throws {
        let capacity = 3
        let crowd = (1...20).map { "u\($0)" }
        try await withQueue(processes: 2) { queue in
            try await queue.open(capacity: capacity)
            let entered = try await statuses(crowd) { try await queue.enter($0).status }
            #expect(entered.allSatisfy { [200, 202].contains($0) })
            var inside: [String] = []
            try await until("the room is full") {
                inside = try await queue.inside(of: crowd)
                return inside.count >= capacity
            }
            #expect(inside.count == capacity)
            let held = try await statuses(inside) { try await queue.hold([7], as: $0).status }
            #expect(held.sorted() == [201, 409, 409])
        }
    }

    /// What all of them are answered, who ask at once.
    private func statuses(
        _ users: [String],
        _ ask: @escaping @Sendable (String) async throws -> Int
    ) async throws -> [Int] {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for user in users { group.addTask { try await ask(user) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// The queue is a package of its own, which building this one does not build. From nothing it
    /// takes a minute.
    private func built() async throws -> String {
        let package = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Benchmarks/sql-queue").path()
        let build = try OnsaleProcess(
            ["swift", "build", "--package-path", package],
            program: "/usr/bin/env"
        )
        let code = try await build.exit(seconds: 900)
        try #require(code == 0, "\(build.output)\(build.errors)")
        return package + "/.build/debug/sql-queue"
    }

    private func withQueue(processes count: Int = 1, _ body: (Queue) async throws -> Void)
        async throws
    {
        let program = try await built()
        let database = try TestDatabase()
        defer { database.drop() }
        let processes = try (0..<count).map { _ in
            try OnsaleProcess(
                ["--port", "0", "--postgres", database.url, "--every-ms", "5"],
                program: program
            )
        }
        var ports: [UInt16] = []
        for process in processes { ports.append(try await process.port()) }
        try await body(Queue(ports: ports))
    }
}

/// What a test asks of the queue; users are spread over its processes.
private struct Queue: Sendable {
    let ports: [UInt16]

    private func send(_ method: String, _ path: String, as user: String, body: String? = nil)
        async throws -> Answer
    {
        let number = user.utf8.reduce(0) { $0 + Int($1) }
        let client = try HTTPClient(ports[number % ports.count])
        client.send(method, path, ["X-User-Id": user], body: body)
        return try await client.answer()
    }

    func open(capacity: Int) async throws {
        let room = #"{"capacity":\#(capacity)}"#
        #expect(try await send("PUT", "/admin/v1/rooms/r", as: "op", body: room).status == 200)
        let seats = #"{"room":"r","price":500,"seats":9}"#
        let answer = try await send("PUT", "/admin/v1/performances/p", as: "op", body: seats)
        #expect(answer.status == 200)
    }

    func enter(_ user: String) async throws -> Answer {
        try await send("POST", "/api/v1/rooms/r/tickets", as: user)
    }

    func status(_ user: String) async throws -> Answer {
        try await send("GET", "/api/v1/rooms/r/tickets/me", as: user)
    }

    func finish(_ user: String) async throws -> Answer {
        try await send("POST", "/admin/v1/rooms/r/sessions/\(user)/done", as: "op")
    }

    func hold(_ seats: [Int], as user: String) async throws -> Answer {
        let body = #"{"seats":\#(seats)}"#
        return try await send("POST", "/api/v1/performances/p/holds", as: user, body: body)
    }

    func untilAdmitted(_ user: String) async throws {
        try await until("\(user) is admitted") {
            try await status(user).json?["state"]?.string == "admitted"
        }
    }

    func inside(of users: [String]) async throws -> [String] {
        var inside: [String] = []
        for user in users where try await status(user).json?["state"]?.string == "admitted" {
            inside.append(user)
        }
        return inside
    }

    func seats(_ state: String) async throws -> [Int64] {
        let answer = try await send("GET", "/api/v1/performances/p/seats", as: "op")
        let seats = answer.json?["seats"]?.array ?? []
        return seats.filter { $0["state"]?.string == state }.compactMap { $0["number"]?.integer }
    }
}

extension Answer {
    fileprivate var position: Int64? { json?["position"]?.integer }
}
