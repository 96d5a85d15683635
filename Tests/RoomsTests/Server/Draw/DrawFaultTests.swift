import Foundation
import JSON
import TestGate
import Testing

@testable import Ledger
@testable import TestKit

/// The process dies at every step of a draw, and another goes on.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct DrawFaultTests {
    private static let names = (0..<8).map { "v\($0)" }

    @Test(
        arguments: ["sqlite", "postgres"],
        [FaultPoint.drawCut, .drawPage, .drawSealed, .drawMoved, .drawDone]
    )
    func aDrawIsFinished(_ engine: String, _ fault: FaultPoint) async throws {
        try await Ground.with(engine) { ground in
            let dying = try await ground.start(fault)
            let opening = DrawTime.text(secondsFromNow: 3)
            try await dying.configure(
                "show",
                #"{"capacity":0,"order":"draw","opening":"\#(opening)"}"#
            )
            let hash = try await draw(dying)["seedHash"]?.string
            var tickets: [String: String] = [:]
            for name in Self.names {
                let ticket = try await dying.entered("show", as: name).ticket
                tickets[name] = ticket
            }
            #expect(try await dying.process.exit() == -9)
            let site = try await ground.start()
            try await until("the room is drawn") {
                try await draw(site)["state"]?.string == "drawn"
            }
            #expect(try await draw(site)["seedHash"]?.string == hash)
            #expect(try await draw(site)["entrants"]?.integer == 8)
            // However long that took, nobody is absent now.
            for name in Self.names {
                let ticket = try #require(tickets[name])
                let standing = try await site.standing("show", as: name, ticket)
                #expect(standing.state == "waiting")
            }
            try await site.configure("show", #"{"capacity":3}"#)
            try await until("the first three are inside") {
                try await site.report("show")["inside"]?.integer == 3
            }
            for name in Self.names {
                let ticket = try #require(tickets[name])
                let place = try await place(of: name, ticket, site)
                let standing = try await site.standing("show", as: name, ticket)
                #expect(standing.state == (place <= 3 ? "admitted" : "waiting"), "\(name) \(place)")
                #expect(standing.position == (place <= 3 ? nil : place - 3))
            }
            let url = "http://127.0.0.1:\(site.port)/rooms/show"
            let ticket = try #require(tickets["v0"])
            let run = try await OnsaleProcess.run("verify-draw", url, "--ticket", ticket)
            #expect(run.code == 0, "\(run.output)\(run.errors)")
            try await ground.audit()
        }
    }

    private func draw(_ site: Site) async throws -> JSONValue {
        let answer = try await site.request("GET", "/api/v1/rooms/show/draw")
        guard answer.status == 200, let json = answer.json else { throw Unexpected(answer) }
        return json
    }

    private func place(of user: String, _ ticket: String, _ site: Site) async throws -> Int64 {
        let answer = try await site.request(
            "GET",
            "/api/v1/rooms/show/tickets/me/draw",
            ["X-User-Id": user, "Onsale-Ticket": ticket]
        )
        guard let place = answer.json?["entrant"]?["place"]?.integer else {
            throw Unexpected(answer)
        }
        return place
    }
}
