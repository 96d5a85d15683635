import Foundation
import JSON

@testable import TestKit

/// A random tester of the line with a model of its own. It knows the server only by HTTP, and its
/// clock is one that it moves on (`VirtualClock`): a minute of rest takes a second.
///
/// One request at a time, so that the model knows the order; what happens at once is a request that
/// is sent to all processes together. Visitors ask when they were told to, sleep, come back, leave,
/// come in by the door, listen to streams; operators change what can be changed.
final class LineFuzz {
    let seed: UInt64
    let sites: [Site]
    let clock: VirtualClock
    var random: SeededRandom
    var rooms: [FuzzRoom] = []
    private(set) var steps = 0
    private(set) var made = 0
    var answers = 0, admissions = 0, censuses = 0, streamed = 0, bursts = 0, soldOuts = 0
    private var outages = 0
    private let beganMs: Int64

    /// Visitors of a room.
    private static let visitorsMax = 24

    init(seed: UInt64, sites: [Site], clock: VirtualClock) {
        self.seed = seed
        self.sites = sites
        self.clock = clock
        random = SeededRandom(seed)
        beganMs = clock.nowMs
    }

    var summaryLine: String {
        let seconds = (clock.nowMs - beganMs) / 1_000
        return "seed \(seed), \(sites.count) processes: \(steps) steps, \(answers) answers, "
            + "\(admissions) admissions, \(censuses) censuses, \(streamed) streams, "
            + "\(bursts) bursts, \(soldOuts) sold out, \(outages) outages, \(made) rooms, "
            + "\(seconds) s of the clock"
    }

    func anySite() -> Site { sites.randomElement(using: &random) ?? sites[0] }

    /// So many steps; every few hundred with rooms of other kinds.
    func run(steps count: Int) async throws {
        for _ in 0..<count {
            steps += 1
            do {
                if rooms.isEmpty || steps % 500 == 0 { try await openRooms() }
                let room = rooms.randomElement(using: &random) ?? rooms[0]
                try await step(room)
                try await pass(ms: Int64.random(in: 0...600, using: &random))
                if steps % 4 == 0 { try await look(at: room) }
            } catch  where Self.isOutage(error) {
                try await beginAgain()
            }
        }
    }

    /// The clock went on while a reply of Redis or of the ledger was under way: it came too late.
    /// What was asked may have happened, so the model knows nothing of these rooms any more.
    private static func isOutage(_ error: any Error) -> Bool {
        "\(error)".split(separator: "\n").first?.contains("store_unavailable") == true
    }

    private func beginAgain() async throws {
        outages += 1
        guard outages < 5 + steps / 20 else { throw LineFault(description: "too many outages") }
        rooms = []
        for site in sites {
            try await clock.run(until: "a process is ready: \(site.process.errors)") {
                try await site.isReady()
            }
        }
    }

    private func step(_ room: FuzzRoom) async throws {
        let visitor = room.visitors.randomElement(using: &random)
        if room.unsold != nil, random.chance(25) { return try await trade(room) }
        if !room.weights.isEmpty, random.chance(15) { return try await burst(room) }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30: try await enter(room)
        case 30..<35: if let visitor { try await leave(visitor, room) }
        case 35..<45: if let visitor { try await done(visitor, room) }
        case 45..<51: if let visitor { try await door(visitor, room) }
        case 51..<58: if let visitor { sleep(visitor, room) }
        case 58..<66: if let visitor { try await listen(visitor, room) }
        case 66..<73: try await operate(room)
        case 73..<80: try await trade(room)
        case 80..<88: try await census(room)
        case 88..<92: try await burst(room)
        case 92: try await rest()
        default: break
        }
    }

    // MARK: Time

    /// Lets time go by; whoever is to ask does so.
    func pass(ms: Int64, polls: Bool = true) async throws {
        let end = clock.nowMs + ms
        while true {
            let left = end - clock.nowMs
            if left > 0 { clock.advance(seconds: Double(min(left, 250)) / 1_000) }
            // Redis has 750 ms to answer: whatever was asked before is answered now.
            if let room = rooms.first {
                for site in sites { _ = try await site.report(room.name) }
            }
            if polls { try await askWhoIsDue() }
            if left <= 250 { return }
        }
    }

    private func askWhoIsDue() async throws {
        for room in rooms {
            for visitor in room.visitors where visitor.dueMs <= clock.nowMs {
                if visitor.stream != nil {
                    visitor.dueMs = clock.nowMs + 5_000
                    try await listen(to: visitor, room)
                } else if visitor.ticket != nil {
                    try await ask(visitor, room)
                }
            }
        }
    }

    /// Long enough for windows, sessions and absences to be over, and for a lease to be renewed.
    private func rest() async throws {
        try await pass(ms: Int64.random(in: 20_000...200_000, using: &random))
        for room in rooms { try await census(room) }
    }

    // MARK: Visitors

    func ask(_ visitor: FuzzVisitor, _ room: FuzzRoom) async throws {
        guard let ticket = visitor.ticket else { return }
        let from = clock.nowMs
        let answer = try await anySite().status(room.name, as: visitor.name, ticket)
        try hear(answer, visitor, room, FuzzSpan(from: from, to: clock.nowMs))
    }

    private func enter(_ room: FuzzRoom) async throws {
        var visitor = room.visitors.randomElement(using: &random)
        if visitor == nil || room.visitors.count < Self.visitorsMax && random.chance(70) {
            let made = FuzzVisitor("v\(room.visitors.count)")
            room.visitors.append(made)
            visitor = made
        }
        guard let visitor else { return }
        // One tab listens and another enters: the model hears first how the visit ended.
        if visitor.stream != nil {
            try await listen(to: visitor, room)
            try await ask(visitor, room)
        }
        if !room.codes.isEmpty, random.chance(40) { return try await enterByCode(visitor, room) }
        let ticket = random.chance(50) ? visitor.ticket : nil
        let from = clock.nowMs
        // A double click, or the same person in two tabs.
        let chosen = random.chance(15) ? sites : [anySite()]
        let (name, user) = (room.name, visitor.name)
        let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
            for site in chosen {
                group.addTask { try await site.enter(name, as: user, ticket: ticket) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let span = FuzzSpan(from: from, to: clock.nowMs)
        for answer in answers {
            try hear(answer, visitor, room, span, entering: true)
        }
    }

    /// What a code does is known beforehand: one request at a time.
    private func enterByCode(_ visitor: FuzzVisitor, _ room: FuzzRoom) async throws {
        let index = room.codes.indices.randomElement(using: &random) ?? 0
        let code = room.codes[index]
        let isWrong = random.chance(10)
        let body = #"{"code":"\#(isWrong ? "no-such-code" : spelled(code.text))"}"#
        var headers = ["X-User-Id": visitor.name, "Content-Type": "application/json"]
        if random.chance(50), let ticket = visitor.ticket { headers["Onsale-Ticket"] = ticket }
        let from = clock.nowMs
        let path = "/api/v1/rooms/\(room.name)/tickets"
        let answer = try await anySite().request("POST", path, headers, body: body)
        let span = FuzzSpan(from: from, to: clock.nowMs)
        let isSpent = visitor.spent.contains(code.lane)
        let isUsedUp = code.uses >= code.usesMax && !isSpent && visitor.memberOf != code.lane
        let expected = isWrong ? "code_invalid" : isUsedUp ? "code_used_up" : nil
        if let expected {
            guard answer.code == expected else {
                throw fault(room, "\(visitor.name)'s code: \(answer.text), not \(expected)")
            }
            return room.note("\(span.to) \(visitor.name): \(expected)")
        }
        let wasWaiting = visitor.phase == .waiting
        let stands = (200...202).contains(answer.status)
        if stands {
            if !isSpent { room.codes[index].uses += 1 }
            visitor.spent.insert(code.lane)
            if visitor.memberOf != code.lane || visitor.lane != code.lane {
                visitor.memberOf = code.lane
                room.regrownMs = span.to
                if wasWaiting, answer.json?["state"]?.string != "admitted" {
                    visitor.lane = code.lane
                    visitor.movedMs = span.to
                    visitor.position = nil
                }
            }
        }
        try hear(answer, visitor, room, span, entering: true)
    }

    /// As people type codes.
    private func spelled(_ code: String) -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: code.lowercased()
        case 1: code.replacingOccurrences(of: "-", with: "　")
        case 2:
            String(
                String.UnicodeScalarView(
                    code.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0xFEE0) }
                )
            )
        default: code
        }
    }

    private func leave(_ visitor: FuzzVisitor, _ room: FuzzRoom) async throws {
        guard let ticket = visitor.ticket, random.chance(60) else { return }
        let answer = try await anySite().leave(room.name, as: visitor.name, ticket)
        guard answer.status == 204 else { throw fault(room, "to leave: \(answer.text)") }
        room.note("\(clock.nowMs) \(visitor.name) leaves")
        end(visitor, "left")
    }

    private func done(_ visitor: FuzzVisitor, _ room: FuzzRoom) async throws {
        guard visitor.phase == .inside else { return }
        let path = "\(room.name)/sessions/\(visitor.name)/done"
        let answer = try await anySite().admin("POST", path)
        room.note("\(clock.nowMs) \(visitor.name) done: \(answer.status)")
        if answer.status == 204 { return end(visitor, "done") }
        // Their session was over.
        try await ask(visitor, room)
        if visitor.phase == .inside { throw fault(room, "\(visitor.name) is inside, not done") }
    }

    func end(_ visitor: FuzzVisitor, _ state: String) {
        if visitor.isKnown { visitor.phase = .over(state) }
        visitor.isBack = false
        visitor.dueMs = .max
        visitor.stream = nil
    }

    /// A request for a page of the shop is a sign of life, and a way to hear of an admission.
    private func door(_ visitor: FuzzVisitor, _ room: FuzzRoom) async throws {
        guard let ticket = visitor.ticket else { return }
        let from = clock.nowMs
        let answer = try await anySite().admission(room.name, ticket)
        let span = FuzzSpan(from: from, to: clock.nowMs)
        room.note("\(span.to) \(visitor.name) at the door: \(answer.status)")
        guard [204, 401].contains(answer.status) else {
            throw fault(room, "the door: \(answer.status) \(answer.text)")
        }
        try await ask(visitor, room)
        let isNear = visitor.endsAtMs - span.from < 1_000
        if (answer.status == 204) != (visitor.phase == .inside), !isNear,
            visitor.heardInsideMs < span.from || answer.status == 204
        {
            throw fault(room, "the door says \(answer.status), \(visitor.name) is \(visitor.phase)")
        }
    }

    /// A lid is closed; nothing is heard for a while.
    private func sleep(_ visitor: FuzzVisitor, _ room: FuzzRoom) {
        guard visitor.isKnown, visitor.stream == nil else { return }
        visitor.dueMs = clock.nowMs + Int64.random(in: 2_000...120_000, using: &random)
        visitor.isFaithful = false
        room.note("\(clock.nowMs) \(visitor.name) sleeps until \(visitor.dueMs)")
    }

    // MARK: Rooms

    private func openRooms() async throws {
        for room in rooms { for visitor in room.visitors { visitor.stream = nil } }
        rooms = []
        for kind in FuzzKind.allCases.shuffled(using: &random).prefix(4) {
            made += 1
            rooms.append(try await open(kind, named: "fuzz-\(seed)-\(made)"))
        }
    }
}
