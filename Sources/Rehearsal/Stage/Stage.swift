import EventLoop
import Values

/// Plays one rehearsal: carries out what visitors decide and tells the observer what came back.
/// On one loop; everything here is called from its timers and its client.
final class Stage {
    /// How exactly visitors keep their times. Who is due in one tick asks in one go, and waits for
    /// the others' requests to be sent, 0.1 ms each: with 5 ms half of a latency was that.
    private static let tickMs = 1
    private static let secondMs = 1_000

    let loop: EventLoop
    let options: RehearsalOptions
    let client: CurlClient
    /// For event streams: libcurl searches its connections one by one, so these are apart.
    let streamClient: CurlClient
    /// nil: the performance has no room.
    let addresses: Addresses?
    /// The room that liars fetch tickets of another room from.
    let elsewhere: Addresses?
    var observer: Observer
    private(set) var shop: Shop?
    /// Nobody does anything any more; answers on their way still count.
    private(set) var isOver = false
    private(set) var visitors: [Visitor]
    private var agenda = Deadlines<Int>()
    private var elsewhereTickets: [Int: String] = [:]
    private var streams: [Int: CurlClient.StreamID] = [:]
    /// Streams to close when libcurl is not in one of them.
    private var closing: [CurlClient.StreamID] = []
    /// Somebody who has a ticket now, and it: what a liar steals.
    private var victim: (visitor: Int, ticket: String)?
    private var remaining: Int
    private var timers: [LoopTimer] = []
    private var isReadingDocument = false
    private var desk: OperatorDesk?
    private(set) var startNs: Int64 = 0
    private var onProgress: (() -> Void)?
    private var onEnd: (() -> Void)?

    init(
        on loop: EventLoop,
        client: CurlClient,
        streamClient: CurlClient,
        options: RehearsalOptions,
        addresses: Addresses?,
        elsewhere: Addresses?,
        ending: Purpose,
        sale: SaleSearch.Found? = nil
    ) {
        self.loop = loop
        self.client = client
        self.streamClient = streamClient
        self.options = options
        self.addresses = addresses
        self.elsewhere = elsewhere
        observer = Observer(visitors: options.visitors)
        visitors = (0..<options.visitors).map {
            Visitor(
                plan: VisitorPlan.make(index: $0, options: options),
                ending: ending,
                hasElsewhere: elsewhere != nil,
                isBuyer: sale != nil,
                hasRoom: addresses != nil
            )
        }
        remaining = options.visitors
        if let sale {
            let addresses = ShopAddresses(url: options.url, performance: sale.performance)
            shop = Shop(stage: self, addresses: addresses, sale: sale)
        }
    }

    var nowNs: Int64 { Int64(loop.clock.monotonicNs()) }
    var nowMs: Int64 { nowNs / 1_000_000 }

    /// Lets everybody in at their time; `end` is called once, when the last has gone or time is
    /// over.
    func play(progress: @escaping () -> Void, end: @escaping () -> Void) {
        startNs = nowNs
        onProgress = progress
        onEnd = end
        let startMs = nowMs
        for (index, visitor) in visitors.enumerated() {
            agenda.set(index, dueMs: startMs + Int64(visitor.plan.arriveMs))
        }
        desk = addresses.map {
            OperatorDesk(options.acts, loop: loop, client: client, addresses: $0)
        }
        timers = [
            LoopTimer(on: loop, afterMs: Self.tickMs, repeatMs: Self.tickMs) { [weak self] in
                self?.tick()
            },
            LoopTimer(on: loop, afterMs: 0, repeatMs: Self.secondMs) { [weak self] in
                self?.second()
            },
            LoopTimer(on: loop, afterMs: Int(options.timeoutSeconds * 1_000)) { [weak self] in
                self?.finish()
            },
        ]
    }

    // MARK: Time

    private func tick() {
        for stream in closing { streamClient.cancel(stream) }
        closing.removeAll(keepingCapacity: true)
        let now = nowMs
        while let index = agenda.takeFirst(atMs: now) {
            perform(visitors[index].wake(nowMs: now), index)
            if !visitors[index].hasRoom { tellShop(index) }
        }
        shop?.tick(nowMs: now)
        if remaining == 0 { finish() }
    }

    private func second() {
        onProgress?()
        guard !isReadingDocument, let addresses else { return }
        isReadingDocument = true
        client.send(addresses.readDocument) { [weak self] response in self?.heardDocument(response)
        }
    }

    /// Whether the operator has left the room paused, for the time ended before they went on.
    var isPaused: Bool { desk?.isPaused ?? false }

    private func finish() {
        timers = []
        desk?.stop()
        isOver = true
        let end = onEnd
        onEnd = nil
        onProgress = nil
        end?()
    }

    // MARK: What visitors do

    private func perform(_ step: Visitor.Step, _ index: Int) {
        switch step {
        case .send(let purpose): issue(purpose, index)
        case .sendTwice(let purpose):
            issue(purpose, index)
            issue(purpose, index)
        case .sleep(let ms): agenda.set(index, dueMs: nowMs + Int64(ms))
        case .listen:
            listen(index)
            agenda.set(index, dueMs: nowMs + Int64(Visitor.listenCheckMs))
        case .rest: break
        case .finish(let fate):
            remaining -= 1
            if fate == .soldOut { observer.soldOutNs.append(nowNs) }
            shop?.visitorGone(index)
            if let stream = streams.removeValue(forKey: index) { closing.append(stream) }
        }
    }

    private func issue(_ purpose: Purpose, _ index: Int) {
        guard !isOver,
            let room = purpose == .enterElsewhere ? elsewhere ?? addresses : addresses
        else { return }
        let request = room.request(
            purpose,
            user: options.user(index),
            ticket: ticket(purpose, index)
        )
        let isBack = visitors[index].isBack
        client.send(request) { [weak self] response in
            guard let self else { return }
            // What was asked on the first visit says nothing about the second.
            guard visitors[index].isBack == isBack else {
                return observer.note(response, of: purpose.endpoint)
            }
            heard(response, purpose, index)
        }
    }

    private func ticket(_ purpose: Purpose, _ index: Int) -> String {
        let own = visitors[index].ticket
        guard purpose == .lie, let lie = visitors[index].plan.lie else {
            return purpose == .enterElsewhere ? "" : own
        }
        return Lies.ticket(
            lie,
            own: own,
            foreign: victim.flatMap { $0.visitor == index ? nil : $0.ticket },
            elsewhere: elsewhereTickets[index],
            visitor: index
        )
    }

    private func heard(_ response: Response, _ purpose: Purpose, _ index: Int) {
        observer.note(response, of: purpose.endpoint)
        let reply = Reply(response)
        if purpose == .enterElsewhere, case .ticket(let answer) = reply {
            elsewhereTickets[index] = answer.ticket
        } else if case .ticket(let answer) = reply, !answer.ticket.isEmpty, purpose != .lie {
            victim = (index, answer.ticket)
        }
        note(reply, purpose, index, sentNs: response.sentNs, receivedNs: response.receivedNs)
    }

    private func note(
        _ reply: Reply,
        _ purpose: Purpose,
        _ index: Int,
        sentNs: Int64,
        receivedNs: Int64
    ) {
        let observation = Observation(
            visitor: index,
            purpose: purpose,
            sentNs: sentNs,
            receivedNs: receivedNs,
            reply: reply
        )
        // The checks of the line are about first visits.
        if !visitors[index].isBack { observer.note(observation) }
        perform(visitors[index].heard(reply, to: purpose, nowMs: nowMs), index)
        tellShop(index)
    }

    // MARK: The shop

    private func tellShop(_ index: Int) {
        guard let shop, !isOver else { return }
        switch visitors[index].phase {
        case .inside: shop.admitted(index, atNs: nowNs)
        case .waiting: shop.waiting(index)
        default: break
        }
    }

    /// A buyer comes out of the shop.
    func shopped(_ how: Visitor.LeavingShop, _ index: Int) {
        agenda.remove(index)
        perform(visitors[index].leaveShop(how), index)
        if how == .again, !visitors[index].hasRoom { tellShop(index) }
    }

    // MARK: Streams and documents

    private func listen(_ index: Int) {
        guard !isOver, let addresses else { return }
        let request = addresses.request(
            .event,
            user: options.user(index),
            ticket: visitors[index].ticket
        )
        var reader = EventStreamReader()
        let sentNs = nowNs
        streams[index] = streamClient.stream(
            request,
            onBytes: { [weak self] bytes in
                guard let self else { return }
                let receivedNs = nowNs
                for event in reader.take(bytes) where event.name == "ticket" {
                    guard let answer = TicketAnswer(event.data) else { continue }
                    note(.ticket(answer), .event, index, sentNs: sentNs, receivedNs: receivedNs)
                }
            },
            onEnd: { [weak self] response in
                guard let self else { return }
                streams[index] = nil
                observer.note(response, of: nil)
                observer.note(
                    Observation(
                        visitor: index,
                        purpose: .event,
                        sentNs: sentNs,
                        receivedNs: response.receivedNs,
                        reply: .nothing(response.failure ?? .other)
                    )
                )
                perform(visitors[index].streamEnded(), index)
            }
        )
    }

    private func heardDocument(_ response: Response) {
        isReadingDocument = false
        observer.note(response, of: .document)
        guard response.status == 200, let fields = JSONFields(response.body) else { return }
        observer.room.note(fields)
        if observer.room.state == "sold_out" {
            // Every time: a cancel may have opened it again, and others fallen asleep since.
            for index in visitors.indices { perform(visitors[index].hearsOfSellOut(), index) }
        }
        if let asOf = fields.string("asOf").flatMap({ Timestamp(rfc3339: $0)?.milliseconds }) {
            observer.clock.note(
                serverMs: asOf,
                sentNs: response.sentNs,
                receivedNs: response.receivedNs
            )
        }
    }
}
