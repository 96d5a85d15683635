import Foundation
import JSON
import Testing

@testable import TestKit

extension ContractTests {
    /// Forward auth, the shared document, the operator's settings and the door.
    @Suite struct DoorTests {
        @Test func forwardAuthFollowsTheSession() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":1}"#)
            let ann = try await bed.site.entered(room, as: "ann")
            let bob = try await bed.site.entered(room, as: "bob")
            let path = "/api/v1/rooms/\(room)/admission"
            for site in bed.sites {
                let inside = try await site.admission(room, ann.ticket)
                #expect(inside.status == 204)
                #expect(inside.header("Cache-Control") == "no-store")
                let byCookie = ["Cookie": "onsale_ticket=\(ann.ticket)"]
                #expect(try await site.request("GET", path, byCookie).status == 204)
                expectProblem(
                    try await site.admission(room, bob.ticket),
                    401,
                    "unauthenticated"
                )
                expectProblem(try await site.request("GET", path), 401, "unauthenticated")
            }
            try await bed.site.done("ann", in: room)
            #expect(try await bed.other.admission(room, ann.ticket).status == 401)
            // Bob's old ticket opens the door now: it is his session that counts.
            #expect(try await bed.other.admission(room, bob.ticket).status == 204)
        }

        @Test func theSharedDocumentIsCacheable() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":2,"rate":60}"#)
            for user in ["a", "b", "c"] { _ = try await bed.site.entered(room, as: user) }
            try await until("the document is new") {
                let answer = try await bed.other.request("GET", "/api/v1/rooms/\(room)")
                #expect(answer.status == 200)
                #expect(answer.header("Cache-Control") == "public, max-age=1")
                #expect(answer.header("Set-Cookie") == nil)
                let json = try #require(answer.json)
                #expect(
                    json.members?.map(\.name) == [
                        "room", "state", "waiting", "inside", "capacity", "rate",
                        "admittedLast60s", "asOf", "opening", "order",
                    ]
                )
                #expect(json["room"]?.string == room)
                #expect(json["state"]?.string == "open")
                #expect(json["capacity"]?.integer == 2)
                let time = try #require(json["asOf"]?.string)
                #expect(time.utf8.count == 24 && time.hasSuffix("Z"))
                return json["waiting"]?.integer == 1 && json["inside"]?.integer == 2
                    && json["admittedLast60s"]?.integer == 2
            }
        }

        @Test func aNewRoomHasTheDefaults() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            let made = try await bed.site.configure(room, "{}")
            let settings = [
                "capacity", "rate", "sessionSeconds", "idleSeconds", "graceSeconds", "opening",
                "order", "show", "onStoreError", "clientsPerSession",
            ]
            #expect(made.members?.map(\.name) == ["room", "state"] + settings)
            let report = try await bed.other.report(room)
            #expect(
                report.members?.map(\.name) == ["room", "state"] + settings + [
                    "waiting", "inside", "skipped", "admittedTotal", "doneTotal", "leftTotal",
                    "expiredTotal", "admittedLast60s", "averageWaitSeconds",
                ]
            )
            for json in [made, report] {
                #expect(json["state"]?.string == "open")
                for name in ["capacity", "rate", "idleSeconds", "opening", "clientsPerSession"] {
                    #expect(json[name]?.isNull == true, "\(name)")
                }
                #expect(json["sessionSeconds"]?.integer == 600)
                #expect(json["graceSeconds"]?.integer == 300)
                #expect(json["order"]?.string == "fifo")
                #expect(json["show"]?.string == "exact")
                #expect(json["onStoreError"]?.string == "wait")
            }
            #expect(report["averageWaitSeconds"]?.isNull == true)
        }

        @Test func settingsLeftOutKeepTheirValue() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            let full = """
                {"capacity":7,"rate":9,"sessionSeconds":60,"idleSeconds":30,"graceSeconds":10,\
                "opening":"2020-01-02T03:04:05+09:00","order":"fifo","show":"band",\
                "onStoreError":"admit","clientsPerSession":3}
                """
            try await bed.site.configure(room, full)
            let partial = try await bed.other.configure(room, #"{"rate":8}"#)
            #expect(partial["capacity"]?.integer == 7)
            #expect(partial["rate"]?.integer == 8)
            #expect(partial["sessionSeconds"]?.integer == 60)
            #expect(partial["idleSeconds"]?.integer == 30)
            #expect(partial["graceSeconds"]?.integer == 10)
            #expect(partial["opening"]?.string == "2020-01-01T18:04:05.000Z")
            #expect(partial["show"]?.string == "band")
            #expect(partial["onStoreError"]?.string == "admit")
            #expect(partial["clientsPerSession"]?.integer == 3)
            let freed = try await bed.site.configure(
                room,
                #"{"capacity":null,"rate":null,"idleSeconds":null,"opening":null,"#
                    + #""clientsPerSession":null}"#
            )
            for name in ["capacity", "rate", "idleSeconds", "opening", "clientsPerSession"] {
                #expect(freed[name]?.isNull == true, "\(name)")
            }
            #expect(freed["sessionSeconds"]?.integer == 60)
            let report = try await bed.other.report(room)
            for member in freed.members ?? [] {
                #expect(report[member.name] == member.value, "\(member.name)")
            }
        }

        @Test func countersAddUp() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":2}"#)
            var tickets: [String: String] = [:]
            for user in ["a", "b", "c", "d", "e"] {
                let ticket = try await bed.site.entered(room, as: user).ticket
                tickets[user] = ticket
            }
            try await bed.site.done("a", in: room)
            // Again, or for somebody who is not inside: nothing is counted twice.
            for user in ["a", "e"] {
                let again = try await bed.other.admin("POST", "\(room)/sessions/\(user)/done")
                expectProblem(again, 404, "not_found")
            }
            _ = try await bed.site.leave(room, as: "d", try #require(tickets["d"]))
            let report = try await bed.other.report(room)
            let expected: [String: Int64] = [
                "waiting": 1, "inside": 2, "skipped": 0, "admittedTotal": 3, "doneTotal": 1,
                "leftTotal": 1, "expiredTotal": 0, "admittedLast60s": 3,
            ]
            for (name, value) in expected {
                #expect(report[name]?.integer == value, "\(name)")
            }
            #expect(report["averageWaitSeconds"]?.number != nil)
        }

        @Test func aPausedLineStandsStill() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":5}"#)
            let paused = try await bed.site.admin("POST", "\(room)/pause")
            #expect(paused.status == 200 && paused.json?["state"]?.string == "paused")
            #expect(paused.json?["averageWaitSeconds"] != nil)
            let ann = try await bed.other.entered(room, as: "ann")
            #expect(ann.state == "waiting")
            let resumed = try await bed.other.admin("POST", "\(room)/resume")
            #expect(resumed.json?["state"]?.string == "open")
            #expect(try await bed.site.standing(room, as: "ann", ann.ticket).state == "admitted")
        }

        @Test func aDrainingLineStillMovesAndAClosedOneDoesNot() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":1}"#)
            let ann = try await bed.site.entered(room, as: "ann")
            let bob = try await bed.site.entered(room, as: "bob")
            let cem = try await bed.site.entered(room, as: "cem")
            #expect(
                try await bed.site.admin("POST", "\(room)/drain").json?["state"]?.string
                    == "draining"
            )
            try await bed.site.done("ann", in: room)
            #expect(try await bed.other.standing(room, as: "bob", bob.ticket).state == "admitted")
            #expect(
                try await bed.site.admin("POST", "\(room)/close").json?["state"]?.string
                    == "closed"
            )
            // Whoever is inside stays inside; nobody follows.
            #expect(try await bed.other.admission(room, bob.ticket).status == 204)
            try await bed.site.done("bob", in: room)
            #expect(try await bed.other.report(room)["inside"]?.integer == 0)
            #expect(try await bed.other.status(room, as: "cem", cem.ticket).status == 409)
            #expect(try await bed.site.standing(room, as: "ann", ann.ticket).state == "done")
            _ = try await bed.site.admin("POST", "\(room)/resume")
            #expect(try await bed.other.standing(room, as: "cem", cem.ticket).state == "admitted")
        }

        @Test func nobodyEntersBeforeTheOpening() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            let opening = Date(timeIntervalSinceNow: 3)
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            try await bed.site.configure(
                room,
                #"{"capacity":2,"opening":"\#(opening.formatted(style))"}"#
            )
            var tickets: [String] = []
            for index in 0..<4 {
                let site = bed.sites[index % 2]
                let visitor = try await site.entered(room, as: "u\(index)")
                // A slow machine may come here too late; then there is nothing to see.
                if Date() < opening {
                    #expect(visitor.state == "waiting")
                    #expect(visitor.position == Int64(index + 1))
                }
                tickets.append(visitor.ticket)
            }
            try await until("the first two are admitted") {
                let before = Date()
                let report = try await bed.other.report(room)
                let inside = report["inside"]?.integer ?? -1
                if Date() < opening { #expect(inside == 0) }
                if inside != 2 { #expect(before < opening + 5) }
                return inside == 2
            }
            for (index, ticket) in tickets.enumerated() {
                let state = try await bed.other.standing(room, as: "u\(index)", ticket).state
                #expect(state == (index < 2 ? "admitted" : "waiting"))
            }
        }

        @Test func noMoreThanTheRateEnterInAMinute() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"rate":4}"#)
            for index in 0..<10 {
                _ = try await bed.sites[index % 2].entered(room, as: "u\(index)")
            }
            for index in 0..<4 { try await bed.site.done("u\(index)", in: room) }
            let report = try await bed.other.report(room)
            #expect(report["admittedLast60s"]?.integer == 4)
            #expect(report["admittedTotal"]?.integer == 4)
            #expect(report["waiting"]?.integer == 6)
            // A higher rate lets the difference in at once, a lower one nobody.
            try await bed.site.configure(room, #"{"rate":5}"#)
            #expect(try await bed.other.report(room)["admittedLast60s"]?.integer == 5)
            try await bed.site.configure(room, #"{"rate":1}"#)
            #expect(try await bed.other.report(room)["admittedTotal"]?.integer == 5)
        }

        @Test func capacityAndRateHoldTogether() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":3,"rate":5}"#)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<30 {
                    let site = bed.sites[index % 2]
                    group.addTask { _ = try await site.entered(room, as: "u\(index)") }
                }
                try await group.waitForAll()
            }
            var report = try await bed.site.report(room)
            #expect(report["inside"]?.integer == 3)
            for round in 1...5 {
                // Whoever of them is inside.
                for index in 0..<30 {
                    _ = try await bed.site.admin("POST", "\(room)/sessions/u\(index)/done")
                }
                report = try await bed.other.report(room)
                #expect(report["admittedTotal"]?.integer == 5, "round \(round)")
                #expect(report["inside"]?.integer ?? 9 <= 3)
            }
            #expect(report["waiting"]?.integer == 25)
            #expect(report["admittedLast60s"]?.integer == 5)
        }
    }
}
