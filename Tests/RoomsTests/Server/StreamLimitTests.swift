import Testing

@testable import TestKit

extension ContractTests {
    /// No ticket takes the looks at streams from the others.
    @Suite struct StreamLimitTests {
        @Test func aTicketHasThreeStreams() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let ann = try await bed.site.entered(room, as: "ann").ticket
            let bob = try await bed.site.entered(room, as: "bob").ticket
            var streams: [LiveStream] = []
            for _ in 0..<3 {
                streams.append(try await LiveStream(bed.site, room, as: "ann", ann))
                #expect(streams.last?.head.status == 200)
            }
            let path = "/api/v1/rooms/\(room)/tickets/me/events"
            let headers = ["X-User-Id": "ann", "Onsale-Ticket": ann]
            for _ in 0..<50 {
                let fourth = try await bed.site.request("GET", path, headers)
                expectProblem(fourth, 429, "rate_limited")
                #expect(fourth.header("Retry-After") != nil)
            }
            // Bob is told as ever; and one that is closed makes room.
            let victim = try await LiveStream(bed.site, room, as: "bob", bob)
            #expect(victim.head.status == 200)
            streams.removeLast()
            try await until("a stream of ann's has ended") {
                let another = try await LiveStream(bed.site, room, as: "ann", ann)
                return another.head.status == 200
            }
            try await bed.site.configure(room, #"{"capacity":2}"#)
            #expect(try await victim.states(until: "admitted").last == "admitted")
        }
    }
}
