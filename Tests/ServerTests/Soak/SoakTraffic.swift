import Foundation
import JSON

/// What visitors, buyers, shoppers and players do at a busy site, told to its processes in turn.
struct SoakTraffic {
    static let rooms = 30
    static let performances = ["stalls", "circle", "gallery"]
    /// One more, which lets in two a minute.
    static let windowRoom = "window"
    private static let board = "game"
    private static let coupon = "early"
    private static let roomsPerRound = 10

    let sites: [Site]
    private(set) var rounds = 0
    /// What was sold and told by now: what the ledger has to keep.
    private(set) var sold = Sold()

    struct Sold {
        var payments = 0
        var charges = 0
        var cancels = 0
        var orders = 0
        var claims = 0
        var scores = 0
    }

    init(_ sites: [Site]) { self.sites = sites }

    private func site(_ number: Int) -> Site { sites[number % sites.count] }

    /// Opens thirty rooms, of which one draws its places at `opening`, and everything that is sold.
    func open(drawingAt opening: String) async throws {
        for number in 0..<Self.rooms {
            let rate = number % 3 == 0 ? #","rate":2"# : ""
            let draw = number == 29 ? #","order":"draw","opening":"\#(opening)""# : ""
            let settings = #"{"capacity":3,"sessionSeconds":600,"graceSeconds":60\#(rate)\#(draw)}"#
            try await site(number).configure("room-\(number)", settings)
        }
        try await site(0).configure(Self.windowRoom, #"{"rate":2}"#)
        for name in Self.performances {
            try await site(0).openSale(name, #""seats":20000,"price":10"#)
        }
        try await site(0).supply("tee", 1_000_000)
        try await site(1).openCoupon(Self.coupon, #""quantity":1000000"#)
        let made = try await site(0).operate("PUT", "/boards/\(Self.board)", "{}")
        guard made.status == 200 else { throw Unexpected(made) }
    }

    /// A third of the rooms, each with four newcomers; and some who buy, claim and play.
    mutating func round() async throws {
        for offset in 0..<Self.roomsPerRound {
            try await visit((rounds * Self.roomsPerRound + offset) % Self.rooms)
        }
        for number in 0..<2 { try await buy("buyer-\(rounds)-\(number)", number) }
        try await shop("shopper-\(rounds)")
        for number in 0..<3 {
            let fields = #""member":"m\#(number)","add":1,"eventId":"\#(rounds)-\#(number)""#
            try check(try await site(number).score(Self.board, fields), 200)
            sold.scores += 1
        }
        rounds += 1
    }

    /// One enters each room.
    func enterAll(_ user: String) async throws {
        for number in 0..<Self.rooms {
            _ = try await site(number).entered("room-\(number)", as: user)
        }
        _ = try await site(0).entered(Self.windowRoom, as: user)
    }

    /// Four enter; one leaves, one finishes, two stay to the end.
    private func visit(_ number: Int) async throws {
        let room = "room-\(number)"
        for index in 0..<4 {
            let user = "v\(rounds)-\(number)-\(index)"
            let told = try await site(index).entered(room, as: user)
            switch index {
            case 0:
                // Who still waits has no session to end.
                let path = "\(room)/sessions/\(user)/done"
                let ended = try await site(1).admin("POST", path)
                guard [204, 404].contains(ended.status) else { throw Unexpected(ended) }
            case 1: try check(try await site(0).leave(room, as: user, told.ticket), 204)
            default: _ = try await site(index + 1).standing(room, as: user, told.ticket)
            }
        }
    }

    private mutating func buy(_ user: String, _ number: Int) async throws {
        let performance = Self.performances[rounds % Self.performances.count]
        try await site(number).charge(user, 100)
        sold.charges += 1
        let seat = rounds / Self.performances.count * 2 + number + 1
        let hold = try await site(number).hold([seat], of: performance, as: user)
        let paid = try await site(number + 1).pay(hold, as: user, key: "pay")
        try check(paid, 201)
        sold.payments += 1
        guard number == 1, let payment = paid.json?["payment"]?.string else { return }
        try check(
            try await site(0).post("/payments/\(payment)/cancel", as: user, key: "cancel"),
            200
        )
        sold.cancels += 1
    }

    private mutating func shop(_ user: String) async throws {
        try await site(0).charge(user, 100)
        sold.charges += 1
        try check(try await site(1).claim(Self.coupon, as: user), 201)
        sold.claims += 1
        try check(try await site(0).order("tee 2", as: user, coupon: Self.coupon), 201)
        sold.orders += 1
    }

    private func check(_ answer: Answer, _ status: Int) throws {
        guard answer.status == status else { throw Unexpected(answer) }
    }
}
