import Foundation
import JSON
import TestGate
import Testing

/// A refusal has the one shape of the contract.
func expectProblem(
    _ answer: Answer,
    _ status: Int,
    _ code: String,
    naming field: String? = nil,
    member: String? = nil,
    _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, comment, sourceLocation: sourceLocation)
    #expect(answer.code == code, comment, sourceLocation: sourceLocation)
    #expect(
        answer.header("Content-Type") == "application/problem+json",
        comment,
        sourceLocation: sourceLocation
    )
    // The door of a room tells one more, see `ForwardAuthTests`.
    let names = answer.json?.members?.map(\.name).filter { $0 != "waitingPage" }
    #expect(
        names == ["type", "title", "status", "code", "detail"] + (member.map { [$0] } ?? []),
        comment,
        sourceLocation: sourceLocation
    )
    #expect(answer.json?["status"]?.integer == Int64(status), sourceLocation: sourceLocation)
    #expect(answer.json?["type"]?.string?.isEmpty == false, sourceLocation: sourceLocation)
    #expect(answer.json?["title"]?.string?.isEmpty == false, sourceLocation: sourceLocation)
    #expect(!answer.detail.isEmpty, comment, sourceLocation: sourceLocation)
    if let field {
        #expect(answer.detail.contains(field), comment, sourceLocation: sourceLocation)
    }
}

extension ContractTests {
    @Suite struct RefusalTests {
        @Test func aClosedOrDrainingRoomTakesNoNewcomers() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let ann = try await bed.site.entered(room, as: "ann")
            #expect(try await bed.site.admin("POST", "\(room)/drain").status == 200)
            expectProblem(try await bed.other.enter(room, as: "bob"), 409, "room_closed")
            // Who stands in line already stays there.
            #expect(try await bed.other.enter(room, as: "ann").status == 202)
            #expect(try await bed.site.admin("POST", "\(room)/close").status == 200)
            expectProblem(try await bed.other.enter(room, as: "bob"), 409, "room_closed")
            expectProblem(
                try await bed.other.status(room, as: "ann", ann.ticket),
                409,
                "room_closed"
            )
        }

        @Test func aSoldOutRoomIsGone() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let ann = try await bed.site.entered(room, as: "ann")
            #expect(try await bed.site.admin("POST", "\(room)/sold-out").status == 200)
            expectProblem(try await bed.site.enter(room, as: "bob"), 410, "room_sold_out")
            expectProblem(
                try await bed.other.status(room, as: "ann", ann.ticket),
                410,
                "room_sold_out"
            )
        }

        @Test func whoNamesNobodyIsUnauthenticated() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let tickets = "/api/v1/rooms/\(room)/tickets"
            let answers = [
                try await bed.site.request("POST", tickets),
                try await bed.site.request("GET", tickets + "/me", ["Onsale-Ticket": "x"]),
                try await bed.site.request("DELETE", tickets + "/me", ["Onsale-Ticket": "x"]),
                try await bed.site.request("GET", tickets + "/me/events", ["Onsale-Ticket": "x"]),
                try await bed.site.request("GET", "/admin/v1/rooms/\(room)"),
            ]
            for answer in answers {
                expectProblem(answer, 401, "unauthenticated")
                #expect(answer.header("WWW-Authenticate") == "Bearer")
                #expect(answer.header("Cache-Control") == "no-store")
            }
        }

        @Test func whatIsNotThereIsNotFound() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            expectProblem(try await bed.site.enter(room, as: "ann"), 404, "not_found")
            for path in ["", "/api", "/api/v1/rooms", "/api/v1/rooms/", "/api/v2/rooms/x"] {
                let answer = try await bed.site.request("GET", path + "/nothing/here")
                expectProblem(answer, 404, "not_found", "\(path)")
            }
            let document = try await bed.site.request("GET", "/api/v1/rooms/\(room)")
            expectProblem(document, 404, "not_found")
            for (method, path) in [
                ("GET", ""), ("POST", "/pause"), ("POST", "/close"), ("POST", "/sessions/a/done"),
            ] {
                let answer = try await bed.site.admin(method, room + path)
                expectProblem(answer, 404, "not_found", "\(path)")
            }
        }

        @Test func whoIsNotInsideIsNotDone() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":1}"#)
            _ = try await bed.site.entered(room, as: "ann")
            let bob = try await bed.site.entered(room, as: "bob")
            for user in ["nobody", "bob"] {
                let answer = try await bed.other.admin("POST", "\(room)/sessions/\(user)/done")
                expectProblem(answer, 404, "not_found", naming: user)
            }
            #expect(try await bed.site.standing(room, as: "bob", bob.ticket).position == 1)
            try await bed.site.done("ann", in: room)
            let again = try await bed.other.admin("POST", "\(room)/sessions/ann/done")
            expectProblem(again, 404, "not_found")
            // It let in the next one, once.
            #expect(try await bed.site.report(room)["doneTotal"]?.integer == 1)
        }

        @Test func aWrongMethodIsToldTheRightOnes() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            let wrong = [
                ("DELETE", "/api/v1/rooms/\(room)/tickets", ["POST"]),
                ("POST", "/api/v1/rooms/\(room)/tickets/me", ["GET", "DELETE"]),
                ("POST", "/api/v1/rooms/\(room)", ["GET"]),
                ("DELETE", "/admin/v1/rooms/\(room)", ["GET", "PUT"]),
                ("GET", "/admin/v1/rooms/\(room)/pause", ["POST"]),
                ("POST", "/healthz", ["GET"]),
            ]
            for (method, path, allowed) in wrong {
                let answer = try await bed.site.request(method, path)
                expectProblem(answer, 405, "method_not_allowed", "\(method) \(path)")
                let allow = answer.header("Allow")?.replacing(" ", with: "").split(separator: ",")
                let found = Set(allow?.map(String.init) ?? [])
                #expect(found.subtracting(["HEAD", "OPTIONS"]) == Set(allowed), "\(path)")
            }
        }

        @Test func aBodyMustBeShortJSON() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            let key = ["Authorization": "Bearer \(bed.site.adminKey)"]
            let path = "/admin/v1/rooms/\(room)"
            for type in [nil, "text/plain", "application/x-www-form-urlencoded"] {
                var headers = key
                headers["Content-Type"] = type
                let answer = try await bed.site.request("PUT", path, headers, body: "{}")
                expectProblem(answer, 415, "unsupported_media_type")
            }
            let typed = key.merging(["Content-Type": "application/json; charset=utf-8"]) { $1 }
            #expect(try await bed.site.request("PUT", path, typed, body: "{}").status == 200)
            let long = #"{"capacity":1}"# + String(repeating: " ", count: 70_000)
            let answer = try await bed.site.request("PUT", path, typed, body: long)
            expectProblem(answer, 413, "payload_too_large")
            #expect(try await bed.site.report(room)["capacity"]?.isNull == true)
        }

        @Test func theWrongAdminKeyIsForbidden() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            let key = bed.site.adminKey
            for wrong in ["x", String(key.dropLast()), key + "x", key.lowercased() + " "] {
                let answer = try await bed.site.request(
                    "PUT",
                    "/admin/v1/rooms/\(room)",
                    ["Authorization": "Bearer \(wrong)", "Content-Type": "application/json"],
                    body: "{}"
                )
                expectProblem(answer, 403, "forbidden")
            }
            #expect(try await bed.site.admin("GET", room).status == 404)
        }

        private static let badSettings: [(body: String, field: String)] = [
            (#"{"colour":1}"#, "colour"), (#"{"Capacity":1}"#, "Capacity"),
            (#"{"capacity":-1}"#, "capacity"), (#"{"capacity":1000001}"#, "capacity"),
            (#"{"capacity":9223372036854775807}"#, "capacity"), (#"{"capacity":"5"}"#, "capacity"),
            (#"{"capacity":1.5}"#, "capacity"), (#"{"capacity":true}"#, "capacity"),
            (#"{"capacity":[]}"#, "capacity"), (#"{"rate":-1}"#, "rate"),
            (#"{"rate":1e9}"#, "rate"), (#"{"rate":{}}"#, "rate"),
            (#"{"sessionSeconds":0}"#, "sessionSeconds"),
            (#"{"sessionSeconds":86401}"#, "sessionSeconds"),
            (#"{"sessionSeconds":null}"#, "sessionSeconds"),
            (#"{"idleSeconds":0}"#, "idleSeconds"), (#"{"idleSeconds":"1"}"#, "idleSeconds"),
            (#"{"graceSeconds":-1}"#, "graceSeconds"),
            (#"{"graceSeconds":null}"#, "graceSeconds"),
            (#"{"opening":"tomorrow"}"#, "opening"), (#"{"opening":1790000000}"#, "opening"),
            (#"{"opening":"2026-02-30T00:00:00Z"}"#, "opening"),
            (#"{"opening":"2026-12-24T09:00:00"}"#, "opening"),
            (#"{"opening":"1969-12-24T09:00:00Z"}"#, "opening"),
            (#"{"order":"lifo"}"#, "order"),
            (#"{"order":null}"#, "order"), (#"{"show":"some"}"#, "show"), (#"{"show":1}"#, "show"),
            (#"{"onStoreError":"panic"}"#, "onStoreError"),
            (#"{"capacity":1,"rate":-5}"#, "rate"),
            ("", "body"), ("{", "body"), ("null", "body"), ("[]", "body"), ("{}{}", "body"),
            (#"{"capacity":1,}"#, "body"), (#"{capacity:1}"#, "body"),
            (#"{"capacity":1,"capacity":2}"#, "capacity"), (#"{"capacity":1e999}"#, "body"),
            (#"{"capacity":123456789012345678901234567890}"#, "capacity"),
            (String(repeating: "[", count: 5_000), "body"),
        ]

        @Test func badSettingsAreRefusedByName() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            for (body, field) in Self.badSettings {
                let answer = try await bed.site.admin("PUT", room, body: body)
                expectProblem(
                    answer,
                    400,
                    "invalid_request",
                    naming: field,
                    "\(body.prefix(60)) -> \(answer.detail)"
                )
            }
            // None of them made the room.
            #expect(try await bed.site.admin("GET", room).status == 404)
        }

        @Test func aTicketRequestTakesNoFields() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let headers = ["X-User-Id": "ann", "Content-Type": "application/json"]
            let path = "/api/v1/rooms/\(room)/tickets"
            let answer = try await bed.site.request("POST", path, headers, body: #"{"lane":1}"#)
            expectProblem(answer, 400, "invalid_request", naming: "lane")
            #expect(try await bed.site.request("POST", path, headers, body: "{}").status == 200)
        }

        @Test func namesHaveOneAlphabetAndAtMost128Bytes() async throws {
            let bed = try ServerBed.current()
            let alphabet = "ABCxyz0189._-:@"
            let room = (ServerBed.room() + alphabet + String(repeating: "r", count: 128)).prefix(
                128
            )
            let user = (alphabet + String(repeating: "u", count: 128)).prefix(128)
            try await bed.site.configure(String(room), "{}")
            let entered = try await bed.site.entered(String(room), as: String(user))
            #expect(entered.state == "admitted")
            let standing = try await bed.other.standing(
                String(room),
                as: String(user),
                entered.ticket
            )
            #expect(standing.ticket == entered.ticket)
            try await bed.site.done(String(user), in: String(room))
            for bad in [room + "r", "a%20b", "a%2Fb", "%00", "caf%C3%A9", "a+b", "a%ZZ", "a*"] {
                let answer = try await bed.site.admin("PUT", String(bad), body: "{}")
                expectProblem(answer, 400, "invalid_request", naming: "room", "\(bad)")
            }
            for bad in [user + "u", "a b", "a/b", "caf\u{e9}", "a,b", "a\"b"] {
                let answer = try await bed.site.enter(String(room), as: String(bad))
                expectProblem(answer, 400, "invalid_request", naming: "X-User-Id", "\(bad)")
            }
        }
    }
}

/// `--waiting-max` bounds a line.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct FullRoomTests {
    @Test func aFullLineTurnsNewcomersAway() async throws {
        try await ServerBed.with(["--waiting-max", "2"], sites: 1) { bed in
            try await bed.site.configure("full", #"{"capacity":0}"#)
            let ann = try await bed.site.entered("full", as: "ann")
            _ = try await bed.site.entered("full", as: "bob")
            let answer = try await bed.site.enter("full", as: "cem")
            expectProblem(answer, 429, "room_full")
            #expect(answer.header("Retry-After").flatMap { Int($0) } ?? 0 > 0)
            // Those in line keep their place, and one that leaves makes room.
            #expect(try await bed.site.enter("full", as: "bob").status == 202)
            #expect(try await bed.site.leave("full", as: "ann", ann.ticket).status == 204)
            #expect(try await bed.site.enter("full", as: "cem").status == 202)
        }
    }
}
