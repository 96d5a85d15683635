import EventLoop
import Onsale
import Store

/// The synthetic visitors of `--demo`: they stand in the line of the room `demo`, stay inside for a
/// while, finish and come again, so that a newcomer finds some people ahead and gets in soon.
actor DemoCrowd {
    private let store: RoomStore
    private let loop: EventLoop
    private var timer: LoopTimer?
    private var visitors: [Visitor] = []
    private var isMoving = false
    private var names = 0

    private struct Visitor {
        var user: UserID
        var token: String?
        var isInside = false
        var dueMs: Int64
    }

    static let roomName = "demo"
    static let capacity: Int64 = 50
    /// 40 more than fit inside: with stays of about 20 s a newcomer waits some 16 s.
    private static let size = 90
    private static let stayMs: ClosedRange<Int64> = 12_000...28_000

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(store: RoomStore, on loop: EventLoop) {
        self.store = store
        self.loop = loop
    }

    func start() {
        timer = LoopTimer(on: loop, afterMs: 0, repeatMs: 100) { [unowned self] in
            self.assumeIsolated { $0.round() }
        }
    }

    func stop() {
        timer?.cancel()
        timer = nil
    }

    private var nowMs: Int64 { Int64(loop.clock.monotonicNs() / 1_000_000) }

    private func round() {
        guard !isMoving else { return }
        isMoving = true
        Task(executorPreference: loop) { await self.move() }
    }

    /// One round of the crowd. Away from Redis it waits like everybody.
    private func move() async {
        defer { isMoving = false }
        guard let room = RoomID(Self.roomName) else { return }
        do {
            if visitors.isEmpty {
                try await openRoom(room)
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
        guard try await store.report(room) == nil else { return }
        var change = RoomChange()
        change.capacity = .some(Self.capacity)
        _ = try await store.configure(change, of: room)
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
            _ = try await store.finish(visitor.user, in: room)
            visitors[index] = newcomer(afterMs: 500...4_000)
            return
        }
        let outcome =
            if let token = visitor.token {
                try await store.status(ticket: token, user: visitor.user, in: room)
            } else {
                try await store.enter(visitor.user, ticket: nil, in: room)
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
            visitors[index].dueMs = nowMs + Int64.random(in: Self.stayMs)
        case .done, .left, .expired: visitors[index] = newcomer(afterMs: 500...4_000)
        }
    }
}
