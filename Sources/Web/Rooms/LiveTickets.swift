import EventLoop
import HTTP
import Onsale
import Store

/// The live streams of one loop: each is told its ticket when it changes.
///
/// Every stream is looked at once a second, a twentieth of them every 50 ms, so that ten thousand
/// cost a steady trickle of folded status calls. Being connected counts as being seen.
actor LiveTickets {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
    private let store: RoomStore
    private var listeners: [Listener] = []
    private var cursor = 0
    private var timer: LoopTimer?

    /// Streams of one loop: as many as its connections.
    static let streamsMax = 20_000
    private static let slicesPerSecond = 20

    /// One visitor's stream and what it was told last.
    private final class Listener {
        let stream: EventStream
        var told: Visit
        var isAsking = false

        init(stream: EventStream, told: Visit) {
            self.stream = stream
            self.told = told
        }

        /// Nothing more will be told.
        var isOver: Bool {
            switch told.standing.state {
            case .waiting, .skipped, .admitted: false
            case .done, .left, .expired: true
            }
        }
    }

    init(store: RoomStore, on loop: EventLoop) {
        self.store = store
        self.loop = loop
    }

    func start() {
        let everyMs = 1000 / Self.slicesPerSecond
        timer = LoopTimer(on: loop, afterMs: everyMs, repeatMs: everyMs) { [unowned self] in
            self.assumeIsolated { $0.lookAtSlice() }
        }
    }

    /// A stream that begins with `visit`; nil when there are too many.
    func open(_ visit: Visit) -> EventStream? {
        guard listeners.count < Self.streamsMax else { return nil }
        let stream = EventStream(on: loop)
        let listener = Listener(stream: stream, told: visit)
        listeners.append(listener)
        tell(listener, visit)
        return stream
    }

    private func lookAtSlice() {
        let count = (listeners.count + Self.slicesPerSecond - 1) / Self.slicesPerSecond
        for _ in 0..<count {
            if cursor >= listeners.count { cursor = 0 }
            guard cursor < listeners.count else { return }
            let listener = listeners[cursor]
            if !listener.stream.isOpen {
                listeners.swapAt(cursor, listeners.count - 1)
                listeners.removeLast()
                continue
            }
            cursor += 1
            if listener.isOver {
                listener.stream.close()
            } else if !listener.isAsking {
                ask(listener)
            }
        }
    }

    private func ask(_ listener: Listener) {
        listener.isAsking = true
        let told = listener.told
        nonisolated(unsafe) let listener = listener
        Task(executorPreference: loop) { [store] in
            // Away from the store the stream stays silent, its heartbeat goes on.
            let outcome = try? await store.status(
                ticket: told.token,
                user: told.user,
                in: told.room
            )
            await unsafe self.heard(outcome, listener)
        }
    }

    private func heard(_ outcome: VisitOutcome?, _ listener: sending Listener) {
        listener.isAsking = false
        guard listener.stream.isOpen else { return }
        switch outcome {
        case .visit(let visit) where visit != listener.told: tell(listener, visit)
        case .visit, nil: break
        case .soldOut: end(listener, .roomSoldOut)
        case .closed: end(listener, .roomClosed)
        case .full, .ticketInvalid, .unknownRoom: end(listener, Web.unknownRoom)
        }
    }

    /// A reader whose buffer is full keeps what it was told and hears the newest state next second.
    ///
    /// A visit that is over ends the stream at the next look and not here: a stream that begins with
    /// it has no connection yet, and one that is closed before it has never ends its response.
    private func tell(_ listener: Listener, _ visit: Visit) {
        guard listener.stream.send(event: "ticket", data: visit.json) else { return }
        listener.told = visit
    }

    private func end(_ listener: Listener, _ refusal: Refusal) {
        _ = listener.stream.send(event: "problem", data: refusal.response.body)
        listener.stream.close()
    }
}
