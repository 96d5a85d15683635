import JSON
import TestGate
import Testing

/// No number from outside ends the process, or is answered with 500: at the ends of every range, in
/// bodies, queries, headers, forms and cookies, and through a sale that is run with what was taken.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct NumberRangeTests {
    @Test(arguments: LedgerEngine.allCases)
    func noNumberEndsTheProcess(_ engine: LedgerEngine) async throws {
        try await Ground.with(engine.rawValue) { ground in
            let site = try await ground.start()
            let probe = try NumberProbe(site)
            try await probe.settings()
            try await probe.performances()
            try await probe.orders()
            try await probe.visits()
            try await probe.boards()
            try await probe.reads()
            try await probe.forms()
            try await probe.anything(seed: .random(in: .min ... .max))
            #expect(try await site.request("GET", "/healthz").status == 200)
            #expect(site.process.isRunning)
            try await ground.audit()
            print("\(engine): \(probe.asked) requests with numbers")
        }
    }
}

extension NumberProbe {
    /// Every field of every setting, each number and time in it.
    func settings() async throws {
        let concert = try await operate("PUT", "/concerts/c", #"{"title":"C"}"#)
        #expect(concert.status == 200)
        let room = ["capacity", "rate", "sessionSeconds", "idleSeconds", "graceSeconds"]
        try await vary("/rooms/r-edge", [:], numbers: room, times: ["opening"])
        try await vary(
            "/performances/p-edge",
            ["concert": #""c""#, "date": #""2026-12-24""#, "seats": "9", "price": "1"],
            numbers: ["seats", "price", "holdSeconds", "maxSeatsPerUser"],
            times: ["opening", "date"]
        )
        try await vary(
            "/products/t-edge",
            ["name": #""T""#, "price": "1", "stock": "1"],
            numbers: ["price", "stock"]
        )
        try await vary(
            "/coupons/k-edge",
            ["name": #""K""#, "quantity": "1"],
            numbers: ["quantity", "discountAmount", "discountPercent"],
            times: ["startsAt", "endsAt"]
        )
        try await vary("/rooms/r-edge/lanes", [:], numbers: ["main"])
        for number in Self.numbers {
            let lanes = #"{"lanes":[{"name":"l","weight":\#(number)}]}"#
            try await operate("PUT", "/rooms/r-edge/lanes", lanes)
        }
        for number in Self.numbers where Int64(number) ?? .max <= 100 || number.count > 5 {
            let path = "/rooms/r-edge/lanes/l/codes"
            try await operate("POST", path, #"{"count":\#(number),"uses":1}"#)
            try await operate("POST", path, #"{"count":1,"uses":\#(number)}"#)
        }
    }

    /// Seats of any number are made, which takes a second for each 100,000.
    private static let seatsAtMost = 1_000.0

    private func vary(
        _ path: String,
        _ fixed: [String: String],
        numbers: [String],
        times: [String] = []
    ) async throws {
        var values = numbers.flatMap { field in Self.numbers.map { (field, $0) } }
        values += times.flatMap { field in Self.times.map { (field, #""\#($0)""#) } }
        for (field, value) in values {
            if field == "seats", let seats = Double(value),
                (Self.seatsAtMost + 1...1_000_000).contains(seats)
            {
                continue
            }
            let fields = fixed.merging([field: value]) { $1 }
            let body = fields.map { #""\#($0.key)":\#($0.value)"# }.joined(separator: ",")
            let answer = try await operate("PUT", path, "{\(body)}")
            #expect([200, 400].contains(answer.status), "\(path) \(body): \(answer.text)")
        }
    }

    /// Every coupon that makes a difference: percent and points at the ends of their ranges.
    private func coupon(_ discount: String, for user: String) async throws -> String {
        let coupon = name("k")
        let body = #"{"name":"K","quantity":1,\#(discount)}"#
        #expect(try await operate("PUT", "/coupons/\(coupon)", body).status == 200)
        #expect(try await post("/coupons/\(coupon)/claims", as: user).status == 201)
        return coupon
    }

    private static let discounts = [
        nil, #""discountPercent":1"#, #""discountPercent":99"#, #""discountPercent":100"#,
        #""discountAmount":1"#, #""discountAmount":9007199254740992"#,
    ]

    /// A visitor buys at every price with every coupon, and takes it back.
    func performances() async throws {
        let prices = [0, 1, 1 << 31, 1 << 51, (1 << 53) / 3, (1 << 53) - 1, 1 << 53]
        for price in prices {
            for most in [1, 4, 100] {
                for discount in Self.discounts { try await sale(price, most, discount) }
            }
        }
    }

    private func sale(_ price: Int, _ most: Int, _ discount: String?) async throws {
        let night = name("p")
        let body = """
            {"concert":"c","date":"2026-12-24","seats":\(most),"price":\(price),
            "maxSeatsPerUser":\(most)}
            """
        let made = try await operate("PUT", "/performances/\(night)", body)
        // What nobody can pay is refused here, and named.
        let (cost, isBeyond) = price.multipliedReportingOverflow(by: most)
        if isBeyond || cost > 1 << 53 {
            #expect(made.status == 400 && made.detail.hasPrefix("price"), "\(made.text)")
        } else {
            #expect(made.status == 200, "\(made.text)")
        }
        guard made.status == 200 else { return }
        try await buy(night, seats: most, for: cost, discount)
    }

    private func buy(_ night: String, seats: Int, for cost: Int, _ discount: String?) async throws {
        let user = name("u")
        try await post("/users/me/points/charges", as: user, #"{"amount":9007199254740992}"#)
        let held = try await post(
            "/performances/\(night)/holds",
            as: user,
            #"{"seats":\#(Array(1...seats))}"#
        )
        #expect(held.json?["amount"]?.integer == Int64(cost), "\(held.text)")
        guard let hold = held.json?["hold"]?.string else { return }
        var wish = ""
        if let discount {
            let coupon = try await coupon(discount, for: user)
            wish = #","coupon":"\#(coupon)""#
        }
        var paid = try await post("/payments", as: user, #"{"hold":"\#(hold)"\#(wish)}"#)
        // A coupon that would take nothing off.
        if paid.code == "coupon_not_usable", !wish.isEmpty {
            paid = try await post("/payments", as: user, #"{"hold":"\#(hold)"}"#)
        }
        #expect(paid.status == 201, "\(paid.text)")
        guard let payment = paid.json?["payment"]?.string else { return }
        // A point in between: what comes back may be more than an account can have.
        try await post("/users/me/points/charges", as: user, #"{"amount":1}"#)
        let back = try await post("/payments/\(payment)/cancel", as: user)
        #expect([200, 409].contains(back.status), "\(back.text)")
        try await get("/api/v1/users/me/payments", as: user)
        try await get("/performances/\(night)", as: user)
    }

    /// Orders at every price and quantity.
    func orders() async throws {
        let quantities = ["0", "1", "2", "9999", "10000", "10001", "9007199254740992", "5.0", "-1"]
        for price in [0, 1, 1 << 31, (1 << 53) / 10_000, (1 << 53) - 1, 1 << 53] {
            let product = name("t")
            let body = #"{"name":"T","price":\#(price),"stock":1000000000}"#
            #expect(try await operate("PUT", "/products/\(product)", body).status == 200)
            for (place, quantity) in quantities.enumerated() {
                let user = name("u")
                try await post(
                    "/users/me/points/charges",
                    as: user,
                    #"{"amount":9007199254740992}"#
                )
                let discount = Self.discounts[place % Self.discounts.count]
                var wish = ""
                if let discount {
                    wish = #","coupon":"\#(try await coupon(discount, for: user))""#
                }
                let line = #"{"product":"\#(product)","quantity":\#(quantity)}"#
                let bought = try await post("/orders", as: user, #"{"lines":[\#(line)]\#(wish)}"#)
                let takesNothingOff = !wish.isEmpty && bought.code == "coupon_not_usable"
                #expect(
                    [201, 400].contains(bought.status) || takesNothingOff,
                    "\(line): \(bought.text)"
                )
                if let order = bought.json?["order"]?.string {
                    #expect(try await post("/orders/\(order)/cancel", as: user).status == 200)
                }
                try await get("/api/v1/users/me/orders", as: user)
                try await get("/shop", as: user)
            }
        }
    }
}
