import Foundation
import JSON

/// Kinds of rooms: each has something of its own, and all of them are changed by operators.
enum FuzzKind: CaseIterable { case plain, hurried, paced, drawn, laned, stocked }

extension LineFuzz {
    func open(_ kind: FuzzKind, named name: String) async throws -> FuzzRoom {
        let room = FuzzRoom(name)
        room.capacity = Int64.random(in: 0...5, using: &random)
        room.session = Int64.random(in: 20...200, using: &random)
        room.grace = Int64.random(in: 0...60, using: &random)
        switch kind {
        case .plain: if random.chance(30) { room.idle = Int64.random(in: 10...40, using: &random) }
        case .hurried:
            room.session = Int64.random(in: 4...15, using: &random)
            room.idle = Int64.random(in: 2...6, using: &random)
        case .paced:
            room.rate = Int64.random(in: 1...8, using: &random)
            if random.chance(50) { room.capacity = nil }
        case .drawn: room.isDraw = true
        case .laned: for lane in ["vip", "fan"] { room.weights[lane] = 1 }
        case .stocked: room.capacity = Int64.random(in: 1...4, using: &random)
        }
        if room.isDraw || random.chance(20) {
            let seconds = Double.random(in: 15...60, using: &random)
            room.openingMs = Self.ms(clock.text(secondsFromNow: seconds)) ?? 0
        }
        room.rates = [(0, room.rate)]
        room.ceiling = room.capacity ?? .max
        let order = room.isDraw ? "draw" : "fifo"
        let time = Self.text(room.openingMs)
        let opening = room.openingMs == 0 ? "" : #","opening":"\#(time)","order":"\#(order)""#
        try await sites[0].configure(
            name,
            """
            {"capacity":\(Self.json(room.capacity)),"rate":\(Self.json(room.rate)),\
            "sessionSeconds":\(room.session),"idleSeconds":\(Self.json(room.idle)),\
            "graceSeconds":\(room.grace)\(opening)}
            """
        )
        if !room.weights.isEmpty { try await makeLanes(room) }
        if kind == .stocked {
            room.seats = Int.random(in: 1...3, using: &random)
            room.unsold = Int64(room.seats)
            try await putSeats(room)
        }
        room.note(
            "\(clock.nowMs) \(kind) \(room.capacity ?? -1) \(room.rate ?? -1) \(room.session)"
        )
        return room
    }

    private static func json(_ number: Int64?) -> String { number.map { "\($0)" } ?? "null" }

    private static func text(_ ms: Int64) -> String {
        Date(timeIntervalSince1970: Double(ms) / 1_000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    private func makeLanes(_ room: FuzzRoom) async throws {
        try await putWeights(room)
        for lane in room.weights.keys.sorted() {
            for uses in [1, 3, 1_000] {
                let code = FuzzCode(
                    text: "\(lane)-\(uses)-CODE".uppercased(),
                    lane: lane,
                    usesMax: uses
                )
                let answer = try await sites[0].admin(
                    "POST",
                    "\(room.name)/lanes/\(lane)/codes",
                    body: #"{"codes":["\#(code.text)"],"uses":\#(uses)}"#
                )
                guard answer.status == 201 else { throw fault(room, "codes: \(answer.text)") }
                room.codes.append(code)
            }
        }
    }

    private func putWeights(_ room: FuzzRoom) async throws {
        for lane in room.weights.keys {
            room.weights[lane] = Int64.random(in: 1...4, using: &random)
        }
        let named = room.weights.keys.sorted().map { lane in
            #"{"name":"\#(lane)","weight":\#(room.weight(lane))}"#
        }.joined(separator: ",")
        let body = #"{"main":1,"lanes":[\#(named)]}"#
        let answer = try await anySite().admin("PUT", "\(room.name)/lanes", body: body)
        guard answer.status == 200 else { throw fault(room, "lanes: \(answer.text)") }
    }

    func configure(_ room: FuzzRoom, capacity: Int64?) async throws {
        // Those inside when it is lowered stay.
        room.ceiling = max(room.ceiling, capacity ?? .max)
        room.capacity = capacity
        room.note("\(clock.nowMs) capacity \(capacity ?? -1)")
        try await anySite().configure(room.name, #"{"capacity":\#(Self.json(capacity))}"#)
    }

    /// A change of settings or of the door.
    func operate(_ room: FuzzRoom) async throws {
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: try await configure(room, capacity: Int64.random(in: 0...6, using: &random))
        case 2 where room.rate != nil:
            let rate = Int64.random(in: 1...8, using: &random)
            room.note("\(clock.nowMs) rate \(rate)")
            let begun = clock.nowMs
            // Between the two either counts.
            room.rates.append((begun, max(rate, room.rate ?? rate)))
            try await anySite().configure(room.name, #"{"rate":\#(rate)}"#)
            room.rate = rate
            room.rates.append((clock.nowMs, rate))
        case 3:
            room.idleBefore = room.idle
            room.idle = random.chance(40) ? nil : Int64.random(in: 2...30, using: &random)
            room.note("\(clock.nowMs) idle \(room.idle ?? -1)")
            try await anySite().configure(room.name, #"{"idleSeconds":\#(Self.json(room.idle))}"#)
            room.idleMs = clock.nowMs
        case 4:
            room.session = Int64.random(in: 4...120, using: &random)
            room.note("\(clock.nowMs) session \(room.session)")
            try await anySite().configure(room.name, #"{"sessionSeconds":\#(room.session)}"#)
            room.sessionMs = clock.nowMs
        case 5 where !room.weights.isEmpty: try await putWeights(room)
        default: try await door(of: room)
        }
    }

    /// Paused, drained, closed for a while, and open again.
    private func door(of room: FuzzRoom) async throws {
        guard !room.isSoldOut else { return }
        let choices = room.state == "open" ? ["pause", "drain", "close"] : ["resume"]
        let choice = choices.randomElement(using: &random) ?? "resume"
        let states = ["pause": "paused", "drain": "draining", "close": "closed", "resume": "open"]
        let state = states[choice] ?? "open"
        let answer = try await anySite().admin("POST", "\(room.name)/\(choice)")
        guard answer.status == 200 else { throw fault(room, "\(choice): \(answer.text)") }
        room.state = state
        room.stateMs = clock.nowMs
        room.note("\(clock.nowMs) \(state)")
        if state != "open" {
            // Streams of a closed room end; nobody counts on them.
            for visitor in room.visitors where visitor.stream != nil {
                visitor.stream = nil
                if state != "closed" { try await ask(visitor, room) }
                visitor.dueMs = min(visitor.dueMs, clock.nowMs + 500)
            }
        }
    }

    // MARK: Stock

    private func putSeats(_ room: FuzzRoom) async throws {
        let settings =
            #""seats":\#(room.seats),"price":1,"room":"\#(room.name)","holdSeconds":30"#
        try await anySite().openSale(room.name, settings)
    }

    /// Somebody inside buys, or a seat comes back by a cancel or by a change of the seats.
    func trade(_ room: FuzzRoom) async throws {
        guard let unsold = room.unsold else { return }
        if unsold > 0, random.chance(70) { return try await buy(room, unsold) }
        let buyers = room.visitors.filter { $0.payment != nil }
        if let buyer = buyers.randomElement(using: &random), random.chance(60) {
            let answer = try await anySite().post(
                "/payments/\(buyer.payment ?? "")/cancel",
                as: buyer.name,
                key: "c-\(room.name)-\(steps)"
            )
            guard answer.status == 200 else { throw fault(room, "cancel: \(answer.text)") }
            buyer.payment = nil
        } else if unsold == 0 {
            room.seats += 1
            try await putSeats(room)
        } else {
            return
        }
        room.unsold = unsold + 1
        room.stockMs = clock.nowMs
        room.note("\(clock.nowMs) a seat is back: \(unsold + 1)")
    }

    private func buy(_ room: FuzzRoom, _ unsold: Int64) async throws {
        let candidates = room.visitors.filter { $0.phase == .inside && $0.payment == nil }
        guard let buyer = candidates.randomElement(using: &random) else { return }
        try await ask(buyer, room)
        guard buyer.phase == .inside, buyer.endsAtMs - clock.nowMs > 3_000 else { return }
        let site = anySite()
        guard let seat = try await site.seats(room.name).firstIndex(of: "free") else { return }
        try await site.charge(buyer.name, 5, key: "k-\(room.name)-\(steps)")
        let hold = try await site.hold([seat + 1], of: room.name, as: buyer.name)
        let paid = try await anySite().pay(hold, as: buyer.name, key: "p-\(room.name)-\(steps)")
        guard paid.status == 201 else { throw fault(room, "pay: \(paid.text)") }
        buyer.payment = paid.json?["payment"]?.string
        end(buyer, "done")
        room.unsold = unsold - 1
        room.stockMs = clock.nowMs
        room.note("\(clock.nowMs) \(buyer.name) has bought: \(unsold - 1) left")
        guard unsold == 1 else { return }
        soldOuts += 1
        // Streams end with it.
        for visitor in room.visitors where visitor.stream != nil {
            visitor.stream = nil
            visitor.dueMs = clock.nowMs + 500
        }
    }
}
