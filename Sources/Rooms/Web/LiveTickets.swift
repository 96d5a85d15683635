import EventLoop
import HTTP
import Site
import Values

/// The live streams of one loop: each is told its ticket when it changes.
///
/// A stream is looked at once a second, near the head of the line ten times a second, in folded
/// status calls. Being connected counts as being seen.
actor LiveTickets: OnLoop {
    nonisolated let loop: EventLoop
    private let store: RoomStore
    private var listeners: [Listener] = []
    private var turns = Turns()
    /// The open streams of each ticket.
    private var ofTicket: [Holder: [Listener]] = [:]
    private let shares = StreamShares(perAddressMax: perAddressMax)
    private var timer: LoopTimer?

    /// Streams of one loop: as many as its connections.
    static let streamsMax = 20_000
    /// Streams of one address on one loop, an eighth: 1,000 people of one company with two tabs
    /// each are 2,000.
    static let perAddressMax = streamsMax / 8
    /// Streams of one ticket on one loop: a page in three tabs. More take looks from others.
    static let perTicketMax = 3
    private static let roundEveryMs = 50
    /// Streams asked about in one round: all of them within a second.
    private static let asksPerRoundMax = streamsMax * roundEveryMs / 1_000
    private static let lookEveryMs: UInt64 = 1_000
    /// The next to be admitted hear of it within this.
    private static let lookNearHeadEveryMs: UInt64 = 100
    private static let nearHead: Int64 = 64

    private struct Holder: Hashable {
        let room: RoomID
        let user: UserID

        init(_ visit: Visit) {
            room = visit.room
            user = visit.user
        }
    }

    /// One visitor's stream and what it was told last.
    private final class Listener {
        let stream: EventStream
        var told: Visit
        var isAsking = false
        var dueNs: UInt64

        init(stream: EventStream, told: Visit, dueNs: UInt64) {
            self.stream = stream
            self.told = told
            self.dueNs = dueNs
        }
    }

    init(store: RoomStore, on loop: EventLoop) {
        self.store = store
        self.loop = loop
    }

    func start() {
        timer = LoopTimer(on: loop, afterMs: Self.roundEveryMs, repeatMs: Self.roundEveryMs) {
            [unowned self] in
            self.assumeIsolated { $0.round() }
        }
    }

    /// A stream that begins with `visit`.
    func open(_ visit: Visit, for client: NetworkAddress?) throws(Refusal) -> EventStream {
        guard listeners.count < Self.streamsMax else { throw .tooManyStreams }
        let holder = Holder(visit)
        let others = (ofTicket[holder] ?? []).filter { $0.stream.isOpen }
        guard others.count < Self.perTicketMax else {
            throw .full("This ticket has three live streams already; poll.")
        }
        let stream = try shares.stream(on: loop, for: client)
        let listener = Listener(stream: stream, told: visit, dueNs: loop.clock.monotonicNs())
        listeners.append(listener)
        ofTicket[holder] = others + [listener]
        tell(listener, visit)
        return stream
    }

    private func round() {
        guard !listeners.isEmpty else { return }
        for listener in listeners where !listener.stream.isOpen {
            let holder = Holder(listener.told)
            let others = (ofTicket[holder] ?? []).filter { $0.stream.isOpen }
            ofTicket[holder] = others.isEmpty ? nil : others
        }
        listeners.removeAll { !$0.stream.isOpen }
        let nowNs = loop.clock.monotonicNs()
        let due = turns.take(Self.asksPerRoundMax, of: listeners.count) { index in
            listeners[index].dueNs <= nowNs && !listeners[index].isAsking
        }
        for index in due {
            let listener = listeners[index]
            let isNear = listener.told.standing.ahead.map { $0 < Self.nearHead } ?? false
            let everyMs = isNear ? Self.lookNearHeadEveryMs : Self.lookEveryMs
            listener.dueNs = nowNs + everyMs * 1_000_000
            ask(listener)
        }
    }

    private func ask(_ listener: Listener) {
        listener.isAsking = true
        let told = listener.told
        nonisolated(unsafe) let listener = listener
        store.status(ticket: told.token, user: told.user, in: told.room) { [self] outcome in
            // Away from the store the stream stays silent, its heartbeat goes on.
            assumeIsolated { unsafe $0.heard(try? outcome.get(), listener) }
        }
    }

    private func heard(_ outcome: VisitOutcome?, _ listener: Listener) {
        listener.isAsking = false
        guard listener.stream.isOpen else { return }
        switch outcome {
        case .visit(let visit) where visit != listener.told: tell(listener, visit)
        case .visit, nil: break
        case .soldOut: end(listener, .room(.soldOut))
        case .soldOutInLine: end(listener, .room(.soldOutInLine))
        case .closed: end(listener, .room(.closed))
        case .full, .ticketInvalid, .codeInvalid, .codeUsedUp, .unknownRoom:
            end(listener, RoomHandlers.unknownRoom)
        }
    }

    /// A reader whose buffer is full hears the newest state at a later look. A visit that is over
    /// is the last event.
    private func tell(_ listener: Listener, _ visit: Visit) {
        guard listener.stream.send(event: "ticket", data: visit.json) else { return }
        listener.told = visit
        switch visit.standing.state {
        case .waiting, .skipped, .admitted: break
        case .done, .left, .expired: listener.stream.close()
        }
    }

    private func end(_ listener: Listener, _ refusal: Refusal) {
        _ = listener.stream.send(event: "problem", data: refusal.response.body)
        listener.stream.close()
    }
}

/// Who is next where more are due than can be served: each round begins behind the last one that
/// was served, so that those at the end have their turn as often as those at the start.
struct Turns {
    private var next = 0

    /// Places of up to `most` that are due, of `count`.
    mutating func take(_ most: Int, of count: Int, isDue: (Int) -> Bool) -> [Int] {
        var taken: [Int] = []
        for step in 0..<count {
            let place = (next + step) % count
            guard isDue(place) else { continue }
            taken.append(place)
            if taken.count == most { break }
        }
        if taken.count == most, let last = taken.last { next = last + 1 }
        return taken
    }
}
