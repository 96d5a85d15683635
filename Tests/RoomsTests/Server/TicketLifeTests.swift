import Crypto
import Foundation
import JSON
import Testing

@testable import TestKit

extension ContractTests {
    /// `waiting -> admitted -> done | left | expired`, seen from either process.
    @Suite struct TicketLifeTests {
        private static let fields = [
            "ticket", "room", "state", "position", "ahead", "estimatedWaitSeconds", "pollAfterMs",
            "sessionExpiresAt", "pass", "opening", "order",
        ]

        @Test func theFirstIsAdmittedTheNextWait() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":1}"#)
            let first = try await bed.site.enter(room, as: "ann")
            #expect(first.status == 200)
            #expect(first.header("Content-Type") == "application/json")
            #expect(first.header("Cache-Control") == "no-store")
            let admitted = try TicketDocument(first)
            #expect(admitted.json.members?.map(\.name) == Self.fields)
            #expect(admitted.state == "admitted")
            #expect(admitted.json["room"]?.string == room)
            for name in ["position", "ahead", "estimatedWaitSeconds", "pollAfterMs"] {
                #expect(admitted.json[name]?.isNull == true, "\(name)")
            }
            let second = try await bed.other.enter(room, as: "bob")
            #expect(second.status == 202)
            let waiting = try TicketDocument(second)
            #expect(waiting.json.members?.map(\.name) == Self.fields)
            #expect(waiting.state == "waiting")
            #expect(waiting.position == 1 && waiting.ahead == 0)
            #expect(waiting.json["sessionExpiresAt"]?.isNull == true)
            #expect(waiting.json["pass"]?.isNull == true)
            let poll = try #require(waiting.json["pollAfterMs"]?.integer)
            #expect((500...40_000).contains(poll))
            let estimate = try #require(waiting.json["estimatedWaitSeconds"])
            #expect(estimate.members?.map(\.name) == ["min", "max"])
        }

        @Test func enteringAgainIsTheSameTicketAndPlaceOnEitherProcess() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let ann = try await bed.site.entered(room, as: "ann")
            let bob = try await bed.other.entered(room, as: "bob")
            for site in bed.sites {
                for ticket in [nil, ann.ticket] {
                    let again = try await site.enter(room, as: "ann", ticket: ticket)
                    #expect(again.status == 202)
                    #expect(try TicketDocument(again).ticket == ann.ticket)
                    #expect(try TicketDocument(again).position == 1)
                }
                let standing = try await site.standing(room, as: "bob", bob.ticket)
                #expect(standing.ticket == bob.ticket)
                #expect(standing.position == 2 && standing.ahead == 1)
            }
            #expect(try await bed.site.report(room)["waiting"]?.integer == 2)
        }

        @Test func doubleClicksMakeOnePlace() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let tickets = try await withThrowingTaskGroup(of: String.self) { group in
                for click in 0..<40 {
                    let site = bed.sites[click % 2]
                    group.addTask { try await site.entered(room, as: "ann").ticket }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(tickets.count == 1)
            #expect(try await bed.site.report(room)["waiting"]?.integer == 1)
        }

        @Test func doneAdmitsTheNextAndItsTicketIsRenewed() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":1,"sessionSeconds":90}"#)
            let ann = try await bed.site.entered(room, as: "ann")
            let bob = try await bed.site.entered(room, as: "bob")
            try await bed.other.done("ann", in: room)
            let inside = try await bed.site.standing(room, as: "bob", bob.ticket)
            #expect(inside.state == "admitted")
            #expect(inside.ticket != bob.ticket)
            // The older ticket stays valid, and the newer one is not renewed again.
            #expect(try await bed.other.standing(room, as: "bob", bob.ticket).state == "admitted")
            let newest = try await bed.other.standing(room, as: "bob", inside.ticket)
            #expect(newest.ticket == inside.ticket)
            let text = try #require(inside.json["sessionExpiresAt"]?.string)
            let ends = try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
            #expect((30...91).contains(ends.timeIntervalSinceNow))
            #expect(try await bed.site.standing(room, as: "ann", ann.ticket).state == "done")
            // Whoever is done may stand in line again.
            let again = try await bed.site.enter(room, as: "ann", ticket: ann.ticket)
            #expect(again.status == 202)
        }

        @Test func leavingTwiceIsFine() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":1}"#)
            let ann = try await bed.site.entered(room, as: "ann")
            let bob = try await bed.site.entered(room, as: "bob")
            for site in bed.sites {
                let answer = try await site.leave(room, as: "bob", bob.ticket)
                #expect(answer.status == 204)
                #expect(answer.body.isEmpty)
                #expect(answer.header("Cache-Control") == "no-store")
                #expect(answer.header("Set-Cookie")?.contains("Max-Age=0") == true)
            }
            #expect(try await bed.site.standing(room, as: "bob", bob.ticket).state == "left")
            #expect(try await bed.site.leave(room, as: "ann", ann.ticket).status == 204)
            let report = try await bed.site.report(room)
            #expect(report["inside"]?.integer == 0)
            #expect(report["waiting"]?.integer == 0)
            #expect(report["leftTotal"]?.integer == 2)
        }

        @Test func aSessionExpiresAndTheNextIsAdmittedByItself() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":1,"sessionSeconds":1}"#)
            let ann = try await bed.site.entered(room, as: "ann")
            _ = try await bed.site.entered(room, as: "bob")
            // Nobody polls for bob: the room moves by itself.
            try await until("bob is admitted") {
                try await bed.other.report(room)["admittedTotal"]?.integer == 2
            }
            #expect(try await bed.other.standing(room, as: "ann", ann.ticket).state == "expired")
        }

        @Test func aPassIsCheckedOfflineWithThePublishedKey() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"sessionSeconds":600}"#)
            let token = try #require(try await bed.site.entered(room, as: "ann").pass)
            let keys = try await bed.other.request("GET", "/.well-known/jwks.json")
            #expect(keys.status == 200)
            #expect(keys.header("Content-Type") == "application/json")
            let verifier = try JWTVerifier(.publicKeys(keys.body))
            let now = Int64(Date().timeIntervalSince1970)
            func check(_ token: String, room: String, at seconds: Int64) throws -> Pass {
                try Pass.verify(
                    token,
                    issuer: "onsale",
                    audience: room,
                    nowSeconds: seconds,
                    verifier: verifier
                )
            }
            let pass = try check(token, room: room, at: now)
            #expect(pass.subject == "ann")
            #expect((590...600).contains(pass.expiresAtSeconds - now))
            #expect(throws: JWTError.self) { try check(token, room: "else", at: now) }
            #expect(throws: JWTError.self) { try check(token, room: room, at: now + 700) }
            #expect(throws: JWTError.self) {
                try check(String(token.dropLast(4) + "AAAA"), room: room, at: now)
            }
        }

        @Test func bandsAndHiddenPositionsSayLess() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0,"rate":600,"show":"band"}"#)
            var last: TicketDocument?
            for index in 0..<12 { last = try await bed.site.entered(room, as: "u\(index)") }
            let banded = try #require(last)
            #expect(banded.position == 20 && banded.ahead == 19)
            try await bed.site.configure(room, #"{"show":"hidden"}"#)
            let hidden = try await bed.other.standing(room, as: "u11", banded.ticket)
            #expect(hidden.json["position"]?.isNull == true)
            #expect(hidden.json["ahead"]?.isNull == true)
            #expect(hidden.json["estimatedWaitSeconds"]?.isNull == true)
            try await bed.site.configure(room, #"{"show":"exact"}"#)
            let exact = try await bed.other.standing(room, as: "u11", banded.ticket)
            #expect(exact.position == 12)
        }
    }
}
