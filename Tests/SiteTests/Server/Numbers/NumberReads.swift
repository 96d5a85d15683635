import JSON
import Testing

@testable import TestKit

/// Numbers in what is read, in forms and in rooms.
extension NumberProbe {
    /// Rooms whose settings stand at the ends of their ranges, and visitors in them.
    func visits() async throws {
        let settings = [
            #""capacity":0"#, #""capacity":1000000"#, #""rate":0"#, #""rate":1000000"#,
            #""sessionSeconds":1"#, #""sessionSeconds":86400,"idleSeconds":86400"#,
            #""graceSeconds":0,"idleSeconds":1"#, #""graceSeconds":86400"#,
            #""opening":"9999-12-31T23:59:59.999Z""#, #""opening":"1970-01-01T00:00:00.001Z""#,
            #""opening":"9999-12-31T23:59:59.999Z","order":"draw""#,
            #""opening":"1970-01-01T00:00:00.001Z","order":"draw""#,
        ]
        for setting in settings {
            let room = name("r")
            let made = try await operate("PUT", "/rooms/\(room)", "{\(setting)}")
            #expect(made.status == 200, "\(made.text)")
            let lanes = #"{"main":1,"lanes":[{"name":"l","weight":1000}]}"#
            #expect(try await operate("PUT", "/rooms/\(room)/lanes", lanes).status == 200)
            for user in ["ann", "bob"] {
                let entered = try await post("/rooms/\(room)/tickets", as: user, "")
                let ticket = entered.json?["ticket"]?.string ?? ""
                let headers = ["X-User-Id": user, "Onsale-Ticket": ticket]
                try await ask("GET", "/api/v1/rooms/\(room)/tickets/me", headers)
                try await ask("GET", "/api/v1/rooms/\(room)/admission", headers)
                try await ask("GET", "/api/v1/rooms/\(room)/tickets/me/draw", headers)
            }
            for path in ["/rooms/\(room)", "/api/v1/rooms/\(room)", "/api/v1/rooms/\(room)/draw"] {
                try await get(path)
            }
            for number in Self.numbers {
                try await get("/api/v1/rooms/\(room)/draw/entrants?page=\(number)")
            }
        }
    }

    /// Scores at the ends of their range, and every way to read them.
    func boards() async throws {
        let board = try await operate("PUT", "/boards/b", "{}")
        #expect(board.status == 200)
        for (member, number) in Self.numbers.enumerated() {
            for change in ["add", "set"] {
                let body = """
                    {"member":"m\(member)","\(change)":\(number),"eventId":"\(change)\(member)"}
                    """
                let answer = try await operate("POST", "/boards/b/scores", body)
                #expect([200, 400].contains(answer.status), "\(body): \(answer.text)")
            }
        }
        for number in Self.numbers {
            for query in ["limit=\(number)", "offset=\(number)", "limit=100&offset=\(number)"] {
                try await get("/api/v1/boards/b?\(query)")
            }
            try await get("/api/v1/boards/b/members/m1?around=\(number)")
            try await get("/api/v1/products/popular?days=\(number)")
            try await get("/api/v1/products/popular?limit=\(number)")
            try await get("/api/v1/concerts/ranking?limit=\(number)")
            try await get("/rankings?board=b&member=\(number)")
        }
        for window in ["realtime", "daily", "weekly", "monthly", "all"] {
            for period in Self.periods {
                try await get("/api/v1/boards/b?window=\(window)&period=\(period)")
                try await get("/api/v1/boards/b/members/m1?window=\(window)&period=\(period)")
            }
        }
    }

    /// Lists, pages and streams.
    func reads() async throws {
        let lists = [
            "/api/v1/concerts", "/api/v1/concerts/c/performances", "/api/v1/products",
            "/api/v1/users/me/payments", "/api/v1/users/me/orders", "/api/v1/users/me/coupons",
        ]
        let operatorsOwn = ["Authorization": "Bearer \(site.adminKey)"]
        for number in Self.numbers {
            for list in lists {
                let limited = try await get("\(list)?limit=\(number)")
                let isPage = Int(number).map { (1...200).contains($0) && number != "-0" } ?? false
                #expect(limited.status == (isPage ? 200 : 400), "\(list) \(number)")
                try await get("\(list)?after=\(number)")
            }
            try await get("/performances/p-edge?section=\(number)")
            try await stream("/admin/v1/events?after=\(number)", operatorsOwn)
            let seen = operatorsOwn.merging(["Last-Event-ID": number]) { $1 }
            try await stream("/admin/v1/events", seen)
            try await ask("GET", "/", ["Accept-Language": "ko;q=\(number)", "X-User-Id": "ann"])
            try await ask(
                "GET",
                "/performances/p-edge",
                ["X-User-Id": "ann", "Cookie": "onsale_hold=AAAA.\(number).\(number).\(number)"]
            )
        }
    }

    func forms() async throws {
        for number in Self.numbers {
            try await form("/shop/charge", "key=\(name("f"))&amount=\(number)")
            try await form("/shop/order", "key=\(name("f"))&q%3At-edge=\(number)")
            try await form("/performances/p-edge/charge", "key=\(name("f"))&amount=\(number)")
            try await form("/performances/p-edge/hold", "seat=\(number)")
            try await form("/performances/p-edge/pay", "key=\(name("f"))&hold=\(number)")
            for body in [#"{"seats":[\#(number)]}"#, #"{"seats":[1,\#(number)]}"#] {
                try await post("/performances/p-edge/holds", as: "ann", body)
            }
            try await post("/users/me/points/charges", as: "bob", #"{"amount":\#(number)}"#)
        }
    }

    /// Numbers around powers of two and ten, drawn, in any place.
    func anything(seed: UInt64) async throws {
        print("numbers drawn with seed \(seed)")
        var random = SeededRandom(seed)
        for _ in 0..<400 {
            let number = random.number()
            switch random.next() % 8 {
            case 0:
                let body = #"{"price":\#(number),"maxSeatsPerUser":\#(random.number())}"#
                try await operate("PUT", "/performances/p-edge", body)
            case 1:
                let body = #"{"price":\#(number),"stock":\#(random.number())}"#
                try await operate("PUT", "/products/t-edge", body)
            case 2:
                let body = #"{"quantity":\#(number),"discountAmount":\#(random.number())}"#
                try await operate("PUT", "/coupons/k-edge", body)
            case 3:
                let line = #"{"product":"t-edge","quantity":\#(number)}"#
                try await post("/orders", as: "ann", #"{"lines":[\#(line)]}"#)
            case 4:
                try await post("/users/me/points/charges", as: "ann", #"{"amount":\#(number)}"#)
            case 5:
                let body = #"{"member":"x","add":\#(number),"eventId":"\#(name("e"))"}"#
                try await operate("POST", "/boards/b/scores", body)
            case 6: try await get("/api/v1/boards/b?offset=\(number)&limit=\(random.number())")
            default:
                let body = #"{"capacity":\#(number),"rate":\#(random.number())}"#
                try await operate("PUT", "/rooms/r-edge", body)
                try await get("/rooms/r-edge")
            }
        }
    }
}

extension SeededRandom {
    /// Near a power of two, or of ten; now and then below zero.
    fileprivate mutating func number() -> String {
        let off = Int64(next() % 5) - 2
        let sign = next() % 8 == 0 ? "-" : ""
        if next() % 4 == 0 { return sign + "1" + String(repeating: "0", count: Int(next() % 25)) }
        let power = Int64(1) << Int64(next() % 62)
        return sign + "\(max(0, power + off))"
    }
}
