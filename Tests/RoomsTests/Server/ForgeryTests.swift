import Crypto
import Foundation
import JSON
import Testing

extension ContractTests {
    /// A ticket serves its visitor in its room, as it was given out, and nobody else.
    @Suite struct ForgeryTests {
        /// Sends `ticket` wherever a ticket goes: 403 everywhere, and no session.
        private func expectRefused(
            _ ticket: String,
            as user: String,
            in room: String,
            _ comment: Comment
        ) async throws {
            let site = try ServerBed.current().site
            let status = try await site.status(room, as: user, ticket)
            #expect(status.status == 403 && status.code == "ticket_invalid", comment)
            let admission = try await site.admission(room, ticket)
            #expect(admission.status == 401, comment)
        }

        @Test func everyChangedLetterIsRefused() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let ticket = try await bed.site.entered(room, as: "ann").ticket
            let letters = Array(ticket.utf8)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in letters.indices {
                    group.addTask {
                        var forged = letters
                        forged[index] = forged[index] == 65 ? 66 : 65
                        let text = String(decoding: forged, as: UTF8.self)
                        try await expectRefused(text, as: "ann", in: room, "letter \(index)")
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await bed.site.admission(room, ticket).status == 204)
        }

        @Test func everyFlippedBitIsRefused() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let ticket = try await bed.site.entered(room, as: "ann").ticket
            let bytes = try #require(Base64URL.decode(ticket))
            for index in bytes.indices {
                var forged = bytes
                forged[index] ^= 1 << UInt8(index % 8)
                try await expectRefused(
                    Base64URL.encodeString(forged),
                    as: "ann",
                    in: room,
                    "byte \(index)"
                )
            }
        }

        @Test func whatIsNoTicketIsRefused() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let ticket = try await bed.site.entered(room, as: "ann").ticket
            let bad = [
                "x", "....", String(ticket.dropLast()), String(ticket.dropFirst()),
                String(ticket.prefix(20)), ticket + "A", ticket + "=", ticket + ticket,
                String(repeating: "A", count: 10_000), String(repeating: "A", count: 242),
                "\(ticket.prefix(40))%00", "null", "eyJhbGciOiJub25lIn0.e30.",
            ]
            for text in bad {
                try await expectRefused(text, as: "ann", in: room, "\(text.prefix(50))")
                let enter = try await bed.site.enter(room, as: "ann", ticket: text)
                expectProblem(enter, 403, "ticket_invalid", "\(text.prefix(50))")
                let leave = try await bed.site.leave(room, as: "ann", text)
                expectProblem(leave, 403, "ticket_invalid", "\(text.prefix(50))")
            }
            let none = try await bed.site.request(
                "GET",
                "/api/v1/rooms/\(room)/tickets/me",
                ["X-User-Id": "ann"]
            )
            expectProblem(none, 403, "ticket_invalid")
        }

        @Test func anotherVisitorsTicketIsRefused() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let ticket = try await bed.site.entered(room, as: "ann").ticket
            let eve = ["X-User-Id": "eve", "Onsale-Ticket": ticket]
            let path = "/api/v1/rooms/\(room)/tickets"
            for (method, path) in [
                ("POST", path), ("GET", path + "/me"), ("DELETE", path + "/me"),
                ("GET", path + "/me/events"),
            ] {
                let answer = try await bed.other.request(method, path, eve)
                expectProblem(answer, 403, "ticket_invalid", "\(method) \(path)")
            }
            #expect(try await bed.site.standing(room, as: "ann", ticket).state == "admitted")
        }

        @Test func anotherRoomsTicketIsRefused() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room(), next = ServerBed.room()
            try await bed.site.configure(room, "{}")
            try await bed.site.configure(next, "{}")
            let ticket = try await bed.site.entered(room, as: "ann").ticket
            _ = try await bed.site.entered(next, as: "ann")
            try await expectRefused(ticket, as: "ann", in: next, "next room")
            let enter = try await bed.site.enter(next, as: "ann", ticket: ticket)
            expectProblem(enter, 403, "ticket_invalid")
        }
    }
}
