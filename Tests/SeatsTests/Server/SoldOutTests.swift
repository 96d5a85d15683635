import Foundation
import JSON
import TestGate
import Testing
import TestRedis

@testable import TestKit

/// The last seat, and who waits for it.
@Suite(.sideBySide, .saleBeds, .timeLimit(.minutes(3))) struct SoldOutTests {
    @Test(arguments: LedgerEngine.allCases)
    func theLastSeatTellsTheLineAtOnce(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine)
        let name = ServerBed.room()
        try await bed.site.configure(name, #"{"capacity":1}"#)
        try await bed.site.openSale(name, #""seats":2,"price":10,"room":"\#(name)""#)
        _ = try await bed.site.entered(name, as: "ann")
        let bob = try await bed.other.entered(name, as: "bob")
        let cat = try await bed.other.entered(name, as: "cat")
        #expect(bob.state == "waiting")
        // Who waits may not hold.
        let early = try await bed.site.post(
            "/performances/\(name)/holds",
            as: "bob",
            #"{"seats":[1]}"#
        )
        #expect(early.code == "not_admitted" && early.status == 403)
        try await bed.site.charge("ann", 100, key: name)
        let hold = try await bed.site.hold([1, 2], of: name, as: "ann")
        #expect(try await bed.other.pay(hold, as: "ann", key: "pay-\(name)").status == 201)
        // In the very commit: nobody was let in to find nothing.
        for (user, ticket) in [("bob", bob.ticket), ("cat", cat.ticket)] {
            let answer = try await bed.site.status(name, as: user, ticket)
            #expect(answer.status == 410 && answer.code == "room_sold_out", "\(answer.text)")
        }
        let document = try await bed.site.report(name)
        #expect(document["state"]?.string == "sold_out")
        #expect(document["doneTotal"]?.integer == 1)
        let late = try await bed.site.enter(name, as: "dan")
        #expect(late.code == "room_sold_out")
    }

    @Test(arguments: LedgerEngine.allCases)
    func aCancelOpensTheDoorAgain(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine)
        let name = ServerBed.room()
        try await bed.site.configure(name, #"{"capacity":1}"#)
        try await bed.site.openSale(name, #""seats":1,"price":10,"room":"\#(name)""#)
        _ = try await bed.site.entered(name, as: "ann")
        try await bed.site.charge("ann", 100, key: name)
        let hold = try await bed.site.hold([1], of: name, as: "ann")
        let paid = try await bed.site.pay(hold, as: "ann", key: "pay-\(name)")
        let payment = try #require(paid.json?["payment"]?.string)
        #expect(try await bed.other.enter(name, as: "bob").code == "room_sold_out")
        for key in ["\(name)-1", "\(name)-2"] {
            let back = try await bed.other.post("/payments/\(payment)/cancel", as: "ann", key: key)
            #expect(back.status == 200, "\(back.text)")
        }
        #expect(try await bed.site.entered(name, as: "bob").state == "admitted")
        try await bed.site.charge("bob", 10, key: name)
        let second = try await bed.other.hold([1], of: name, as: "bob")
        #expect(try await bed.site.pay(second, as: "bob", key: "pay-\(name)").status == 201)
    }

    /// A seat comes back while the line is still open in browsers: newcomers come after it.
    @Test(arguments: LedgerEngine.allCases, [true, false])
    func whoStandsInLineComesBeforeNewcomers(_ engine: LedgerEngine, byCancel: Bool) async throws {
        let bed = try SaleBed.on(engine)
        let name = ServerBed.room()
        try await bed.site.configure(name, #"{"capacity":1}"#)
        let sale = #""price":10,"room":"\#(name)","holdSeconds":1"#
        try await bed.site.openSale(name, #""seats":1,\#(sale)"#)
        _ = try await bed.site.entered(name, as: "ann")
        var line: [(user: String, ticket: String)] = []
        for (site, user) in [(bed.site, "bob"), (bed.other, "cat"), (bed.site, "eve")] {
            line.append((user, try await site.entered(name, as: user).ticket))
        }
        try await bed.site.charge("ann", 100, key: name)
        let hold = try await bed.site.hold([1], of: name, as: "ann")
        let paid = try await bed.site.pay(hold, as: "ann", key: "pay-\(name)")
        let payment = try #require(paid.json?["payment"]?.string)
        for site in [bed.site, bed.other] {
            for (user, ticket) in line {
                let told = try await site.status(name, as: user, ticket)
                #expect(told.status == 410 && told.code == "room_sold_out")
                #expect(told.header("Retry-After") == "30")
            }
            let late = try await site.enter(name, as: "dan")
            #expect(late.code == "room_sold_out" && late.header("Retry-After") == nil)
        }
        // A stream says it as well, and ends.
        let stream = try await LiveStream(bed.other, name, as: "bob", line[0].ticket)
        #expect(stream.head.status == 410)
        if byCancel {
            let back = try await bed.other.post(
                "/payments/\(payment)/cancel",
                as: "ann",
                key: "back-\(name)"
            )
            #expect(back.status == 200)
        } else {
            try await bed.other.openSale(name, #""seats":2,\#(sale)"#)
        }
        try await until("the room is open again") {
            try await bed.other.enter(name, as: "dan").status == 202
        }
        for (index, visitor) in line.enumerated() {
            let site = index % 2 == 0 ? bed.other : bed.site
            try await until("\(visitor.user) is let in") {
                try await site.standing(name, as: visitor.user, visitor.ticket).state == "admitted"
            }
            for next in line[(index + 1)...] {
                let told = try await site.standing(name, as: next.user, next.ticket)
                #expect(told.state == "waiting")
            }
            #expect(try await site.entered(name, as: "dan").state == "waiting")
            // A hold that runs out gives the seat back, and its holder goes.
            _ = try await site.hold([byCancel ? 1 : 2], of: name, as: visitor.user)
            _ = try await site.leave(name, as: visitor.user, visitor.ticket)
            try await until("the hold is over") {
                try await !site.seats(name).contains("held")
            }
        }
        #expect(try await bed.other.entered(name, as: "dan").state == "admitted")
    }

    /// More seats than places: the room lets in no more than the seats can serve.
    @Test(arguments: LedgerEngine.allCases)
    func noMoreAreLetInThanThereAreSeats(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine)
        let name = ServerBed.room()
        try await bed.site.configure(name, #"{"capacity":100}"#)
        try await bed.site.openSale(name, #""seats":3,"price":10,"room":"\#(name)""#)
        var inside = 0
        for index in 0..<10 {
            let site = index % 2 == 0 ? bed.site : bed.other
            if try await site.entered(name, as: "u\(index)").state == "admitted" { inside += 1 }
        }
        #expect(inside == 3)
    }
}

/// A room that Redis has lost counts what is left again before anybody is let in.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct StockAfterLossTests {
    @Test func aRoomThatCameBackLetsInNoMoreThanThereAreSeats() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let site = bed.site
            try await site.configure("door", #"{"capacity":100}"#)
            try await site.openSale("night", #""seats":3,"price":10,"room":"door""#)
            _ = try await site.admin("POST", "door/pause")
            for index in 0..<10 { _ = try await site.entered("door", as: "u\(index)") }
            bed.redis.kill()
            try bed.redis.start()
            try await until("the room is back") {
                try await site.admin("POST", "door/resume").status == 200
            }
            for index in 0..<10 { _ = try await site.enter("door", as: "u\(index)") }
            try await until("somebody is inside") {
                try await site.report("door")["inside"]?.integer ?? 0 > 0
            }
            #expect(try await site.report("door")["inside"]?.integer == 3)
        }
    }
}
