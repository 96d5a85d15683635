import Foundation
import JSON
import TestGate
import Testing

@testable import TestKit

/// A draw as visitors see it, over HTTP, and as `onsale verify-draw` computes it again.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct DrawContractTests {
    private static let names = (0..<12).map { "v\($0)" }

    /// A room that opens in a moment, with a line; its tickets by visitor.
    private func drawn(_ bed: ServerBed, _ room: String) async throws -> [String: String] {
        let site = bed.site
        let opening = DrawTime.text(secondsFromNow: 3)
        try await site.configure(
            room,
            #"{"capacity":0,"order":"draw","opening":"\#(opening)"}"#
        )
        let before = try await draw(room, of: bed.other)
        #expect(before["state"]?.string == "committed")
        #expect(before["seedHash"]?.string?.count == 64)
        for field in ["seed", "root", "entrants", "pages", "drawnAt"] {
            #expect(before[field]?.isNull == true, "\(field)")
        }
        #expect(before["opening"]?.string == opening)
        var tickets: [String: String] = [:]
        for (index, name) in Self.names.enumerated() {
            let document = try await bed.sites[index % 2].entered(room, as: name)
            #expect(
                document.position == nil && document.json["estimatedWaitSeconds"]?.isNull == true
            )
            tickets[name] = document.ticket
        }
        try await until("the room is drawn") {
            try await draw(room, of: site)["state"]?.string == "drawn"
        }
        let after = try await draw(room, of: bed.other)
        #expect(after["seedHash"] == before["seedHash"])
        #expect(after["entrants"]?.integer == 12 && after["pages"]?.integer == 1)
        return tickets
    }

    private func draw(_ room: String, of site: Site) async throws -> JSONValue {
        let answer = try await site.request("GET", "/api/v1/rooms/\(room)/draw")
        guard answer.status == 200, let json = answer.json else { throw Unexpected(answer) }
        #expect(answer.header("Cache-Control") == "public, max-age=1")
        return json
    }

    @Test func everybodyCanCheckADraw() async throws {
        try await ServerBed.with { bed in
            let room = ServerBed.room()
            let none = try await bed.site.request("GET", "/api/v1/rooms/\(room)/draw")
            #expect(none.status == 404)
            let tickets = try await drawn(bed, room)
            let entrants = "/api/v1/rooms/\(room)/draw/entrants"
            let page = try await bed.site.request("GET", entrants)
            #expect(page.status == 200)
            #expect(page.header("Cache-Control") == "public, max-age=86400, immutable")
            let listed = page.json?["leaves"]?.array ?? []
            let leaves = listed.compactMap(\.string)
            #expect(leaves.count == 12)
            #expect(try await bed.site.request("GET", entrants + "?page=1").status == 404)
            #expect(try await bed.site.request("GET", entrants + "?page=x").status == 400)
            var places: Set<Int64> = []
            for (index, name) in Self.names.enumerated() {
                let ticket = try #require(tickets[name])
                let path = "/api/v1/rooms/\(room)/tickets/me/draw"
                let headers = ["X-User-Id": name, "Onsale-Ticket": ticket]
                let answer = try await bed.other.request("GET", path, headers)
                let entrant = try #require(answer.json?["entrant"])
                #expect(entrant["index"]?.integer == Int64(index))
                #expect(entrant["user"]?.string == name)
                #expect(entrant["leaf"]?.string == leaves[index])
                let place = try #require(entrant["place"]?.integer)
                places.insert(place)
                let standing = try await bed.site.standing(room, as: name, ticket)
                #expect(standing.position == place)
                // The ticket proves the place, so its cookie shows it alone.
                let cookie = ["Cookie": "onsale_ticket_\(room)=\(ticket)"]
                let alone = try await bed.site.request("GET", path, cookie)
                #expect(alone.json?["entrant"] == entrant)
                // Another's ticket tells nothing.
                let forged = ["X-User-Id": "eve", "Onsale-Ticket": ticket]
                #expect(try await bed.site.request("GET", path, forged).status == 403)
            }
            #expect(places == Set(1...12))
            let late = try await bed.site.entered(room, as: "late")
            #expect(late.position == 13)
            let told = try await bed.site.request(
                "GET",
                "/api/v1/rooms/\(room)/tickets/me/draw",
                ["X-User-Id": "late", "Onsale-Ticket": late.ticket]
            )
            #expect(told.json?["entrant"]?.isNull == true)
        }
    }

    /// Nobody came, so no request looks at the room: the draw of nobody is done at the opening.
    @Test func anEmptyLineIsDrawnAtTheOpening() async throws {
        try await ServerBed.with { bed in
            let opening = DrawTime.text(secondsFromNow: 1)
            try await bed.site.configure(
                "empty",
                #"{"capacity":0,"order":"draw","opening":"\#(opening)"}"#
            )
            try await until("the room is drawn") {
                try await draw("empty", of: bed.other)["state"]?.string == "drawn"
            }
            let drawn = try await draw("empty", of: bed.site)
            #expect(drawn["entrants"]?.integer == 0 && drawn["pages"]?.integer == 0)
            let run = try await OnsaleProcess.run(
                "verify-draw",
                "http://127.0.0.1:\(bed.site.port)/rooms/empty"
            )
            #expect(run.code == 0, "\(run.output)\(run.errors)")
            for (index, name) in Self.names.enumerated() {
                let late = try await bed.sites[index % 2].entered("empty", as: name)
                #expect(late.position == Int64(index) + 1)
            }
            // It was drawn: nobody is told of another draw when the opening is moved.
            func order() async throws -> String? {
                try await bed.site.enter("empty", as: Self.names[0]).json?["order"]?.string
            }
            #expect(try await order() == "draw")
            let later = DrawTime.text(secondsFromNow: 3_600)
            try await bed.site.configure("empty", #"{"opening":"\#(later)"}"#)
            try await until("the opening is moved") { try await order() == "fifo" }
        }
    }

    @Test func aRoomThatDoesNotDrawSaysSo() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.configure("plain", "{}")
            #expect(try await draw("plain", of: bed.site)["state"]?.string == "none")
            let url = "http://127.0.0.1:\(bed.site.port)/rooms/plain"
            let run = try await OnsaleProcess.run("verify-draw", url)
            #expect(run.code == 1)
            #expect(run.output.hasPrefix("BROKEN      the draw is not done, it is none"))
        }
    }

    @Test func verifyDrawFindsWhatWasAltered() async throws {
        try await ServerBed.with { bed in
            let room = ServerBed.room()
            let tickets = try await drawn(bed, room)
            let ticket = try #require(tickets["v4"])
            let url = "http://127.0.0.1:\(bed.other.port)/rooms/\(room)"
            let file = bed.data + "/draw.json"
            let good = try await OnsaleProcess.run(
                "verify-draw",
                url,
                "--ticket",
                ticket,
                "--save",
                file
            )
            #expect(good.code == 0, "\(good.output)\(good.errors)")
            let lines = good.output.split(separator: "\n")
            #expect(lines.count == 4 && lines.allSatisfy { $0.hasPrefix("ok ") }, "\(lines)")
            #expect(good.output.contains("the list of 12 entrants"))
            #expect(good.output.contains("v4 was entrant 4 and was drawn to place"))
            let again = try await OnsaleProcess.run("verify-draw", "--file", file)
            #expect(again.code == 0 && again.output == good.output)
            let noted = try await OnsaleProcess.run(
                "verify-draw",
                "--file",
                file,
                "--seed-hash",
                String(repeating: "0", count: 64)
            )
            #expect(noted.code == 1 && noted.output.contains("and you noted 0000"))

            let text = try String(contentsOfFile: file, encoding: .utf8)
            let draw = try await self.draw(room, of: bed.site)
            let seed = try #require(draw["seed"]?.string)
            let root = try #require(draw["root"]?.string)
            let seedHash = try #require(draw["seedHash"]?.string)
            let page = try #require(
                try await bed.site.request("GET", "/api/v1/rooms/\(room)/draw/entrants").json
            )
            let leaf = try #require(page["leaves"]?.array?[7].string)
            for (altered, word) in [
                (seed, "the seed is not the one that was committed"),
                (seedHash, "the seed is not the one that was committed"),
                (root, "the list of entrants was altered"),
                (leaf, "the list of entrants was altered"),
            ] {
                try text.replacing(altered, with: flipped(altered))
                    .write(toFile: file, atomically: true, encoding: .utf8)
                let bad = try await OnsaleProcess.run("verify-draw", "--file", file)
                #expect(bad.code == 1)
                #expect(bad.output.hasPrefix("BROKEN      \(word)"), "\(bad.output)")
            }
        }
    }

    /// One digit is another.
    private func flipped(_ hex: String) -> String {
        (hex.first == "0" ? "1" : "0") + hex.dropFirst()
    }
}

/// Times as the API takes them.
enum DrawTime {
    static func text(secondsFromNow seconds: Double) -> String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return Date(timeIntervalSinceNow: seconds).formatted(style)
    }
}
