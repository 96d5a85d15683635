import Engines
import EventLoop
import Rooms
import Seats
import Values

/// The synthetic visitors of `--demo`: they stand in the line of the room `demo`, stay inside for a
/// while with some seats held, give them back and come again, so that a newcomer finds some people
/// ahead, gets in soon, and finds seats to buy: the crowd buys none.
actor DemoCrowd: OnLoop {
    private let stores: DemoStores
    nonisolated let loop: EventLoop
    private var rounds: Rounds?
    private var visitors: [Visitor] = []
    private var names = 0

    private struct Visitor {
        var user: UserID
        var token: String?
        var isInside = false
        var hold: String?
        var dueMs: Int64
    }

    static let roomName = "demo"
    static let capacity: Int64 = 50
    /// Short, for who closes the browser while inside keeps a place, and near the sell-out, when
    /// there are as many places as buyers for the rest, the sale waits for them.
    private static let sessionSeconds: Int64 = 180
    private static let seats = 500
    private static let price: Int64 = 70_000
    /// 40 more than fit inside: with stays of about 20 s a newcomer waits some 16 s.
    private static let size = 90
    private static let stayMs: ClosedRange<Int64> = 12_000...28_000

    init(_ stores: DemoStores, on loop: EventLoop) {
        self.stores = stores
        self.loop = loop
    }

    func start() async {
        let rounds = Rounds(everyMs: 100, on: loop) { [weak self] in await self?.move() }
        self.rounds = rounds
        await rounds.start(afterMs: 0)
    }

    func stop() async { await rounds?.stop() }

    private var nowMs: Int64 { Int64(loop.clock.monotonicNs() / 1_000_000) }

    /// One round of the crowd. Away from Redis it waits like everybody.
    private func move() async {
        guard let room = RoomID(Self.roomName) else { return }
        do {
            if visitors.isEmpty {
                try await openRoom(room)
                try await openSale(behind: room)
                visitors = (0..<Self.size).map { _ in newcomer(afterMs: 0...3_000) }
            }
            for index in visitors.indices where visitors[index].dueMs <= nowMs {
                try await step(index, in: room)
            }
        } catch {
            for index in visitors.indices {
                visitors[index].dueMs = max(visitors[index].dueMs, nowMs + 1_000)
            }
        }
    }

    private func openRoom(_ room: RoomID) async throws(StoreError) {
        let settings = stores.settings
        guard try await settings.report(room) == nil else { return }
        var change = RoomChange()
        change.capacity = .some(Self.capacity)
        change.sessionSeconds = Self.sessionSeconds
        _ = try await settings.configure(change, of: room)
    }

    /// A concert a month from now.
    private func openSale(behind room: RoomID) async throws(StoreError) {
        guard let concert = ConcertID(Self.roomName),
            let performance = PerformanceID(Self.roomName),
            try await stores.concerts.performance(performance) == nil
        else { return }
        try await stores.concerts.put(Concert(id: concert, title: "Onsale live"))
        let day = Timestamp(milliseconds: loop.clock.wallMs() + 30 * 86_400_000)
        var change = PerformanceChange()
        change.concert = concert
        change.date = String(day.description.prefix(10))
        change.seats = Self.seats
        change.price = Self.price
        change.room = room
        _ = try await stores.concerts.put(change, of: performance)
    }

    private func newcomer(afterMs: ClosedRange<Int64>) -> Visitor {
        names += 1
        guard let user = UserID("demo-\(loop.clock.wallMs())-\(names)") else {
            preconditionFailure("a name of the alphabet")
        }
        return Visitor(user: user, dueMs: nowMs + Int64.random(in: afterMs))
    }

    private func step(_ index: Int, in room: RoomID) async throws(StoreError) {
        let visitor = visitors[index]
        if visitor.isInside {
            if let hold = visitor.hold {
                _ = try await stores.seats.release(hold, for: visitor.user)
            }
            _ = try await stores.rooms.finish(visitor.user, in: room)
            visitors[index] = newcomer(afterMs: 500...4_000)
            return
        }
        let outcome =
            if let token = visitor.token {
                try await stores.rooms.status(ticket: token, user: visitor.user, in: room)
            } else {
                try await stores.rooms.enter(visitor.user, ticket: nil, in: room)
            }
        guard case .visit(let visit) = outcome else {
            visitors[index] = newcomer(afterMs: 5_000...10_000)
            return
        }
        visitors[index].token = visit.token
        switch visit.standing.state {
        case .waiting, .skipped:
            visitors[index].dueMs = nowMs + (visit.standing.pollAfterMs ?? 1_000)
        case .admitted:
            visitors[index].isInside = true
            let hold = try await holdSome(for: visitor.user)
            visitors[index].hold = hold
            visitors[index].dueMs = nowMs + Int64.random(in: Self.stayMs)
        case .done, .left, .expired: visitors[index] = newcomer(afterMs: 500...4_000)
        }
    }

    /// Two seats side by side, if they are free.
    private func holdSome(for user: UserID) async throws(StoreError) -> String? {
        guard let performance = PerformanceID(Self.roomName) else { return nil }
        let seat = Int.random(in: 1..<Self.seats)
        guard
            case .held(let hold) = try await stores.seats.hold(
                [seat, seat + 1],
                of: performance,
                for: user
            )
        else { return nil }
        return hold.token
    }
}
