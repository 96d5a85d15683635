import EventLoop
import JSON

/// A line, and the sale behind it: carries out what visitors decide and tells the observer what
/// came back.
final class LineStage: Stage {
    /// Visitors of one tick send one after the other, 0.1 ms each: with 5 ms that was half of a
    /// latency.
    private static let tickMs = 1
    private static let documentMs = 1_000
    /// A fifth of what a free place may take to be somebody's.
    private static let placesMs = 20
    private static let actAgainMs = 200

    /// For event streams: libcurl searches its connections one by one, so these are apart.
    let streamClient: CurlClient
    /// nil: the performance has no room.
    let addresses: Addresses?
    /// The room that liars fetch tickets of another room from.
    let elsewhere: Addresses?
    var observer: Observer
    private(set) var shop: Shop?
    private(set) var visitors: [Visitor]
    private var elsewhereTickets: [Int: String] = [:]
    private var streams: [Int: CurlClient.StreamID] = [:]
    /// Streams to close when libcurl is not in one of them.
    private var closing: [CurlClient.StreamID] = []
    /// The latest ticket and its owner: what a liar steals.
    private var victim: (visitor: Int, ticket: String)?
    /// The operator has paused the room and not resumed it yet.
    private(set) var isPaused = false

    init(
        on loop: EventLoop,
        client: CurlClient,
        streamClient: CurlClient,
        options: RehearsalOptions,
        addresses: Addresses?,
        elsewhere: Addresses?,
        sale: SaleTerms?
    ) {
        self.streamClient = streamClient
        self.addresses = addresses
        self.elsewhere = elsewhere
        observer = Observer(visitors: options.visitors)
        let finish = options.finish ?? (addresses?.isOperators == true ? .done : .leave)
        visitors = (0..<options.visitors).map {
            Visitor(
                plan: VisitorPlan.make(index: $0, options: options),
                ending: finish == .done ? .done : .leave,
                hasElsewhere: elsewhere != nil,
                isBuyer: sale != nil,
                hasRoom: addresses != nil
            )
        }
        super.init(on: loop, client: client, options: options)
        shop = sale.map { Shop(stage: self, terms: $0) }
    }

    func play() async {
        if let addresses { watch(addresses) }
        await play(arrivalsMs: visitors.map { Int($0.plan.arriveMs) }, tickMs: Self.tickMs)
    }

    override func wake(_ index: Int, nowMs: Int64) {
        perform(visitors[index].wake(nowMs: nowMs), index)
        if !visitors[index].hasRoom { tellShop(index) }
    }

    override func ticked(nowMs: Int64) {
        for stream in closing { streamClient.cancel(stream) }
        closing.removeAll(keepingCapacity: true)
        shop?.tick(nowMs: nowMs)
    }

    override var progress: String {
        let phases = visitors.map(\.phase).tally
        let count = { (phase: Visitor.Phase) in phases[phase] ?? 0 }
        return "  arrived \(visitors.count - count(.away))"
            + "  waiting \(count(.entering) + count(.waiting))"
            + "  inside \(count(.inside) + count(.ending))"
            + (shop.map { "  bought \($0.books.sales.count)" } ?? "")
            + "  finished \(count(.gone))"
    }

    // MARK: What visitors do

    private func perform(_ step: Visitor.Step, _ index: Int) {
        switch step {
        case .send(let purpose): issue(purpose, index)
        case .sendTwice(let purpose):
            issue(purpose, index)
            issue(purpose, index)
        case .sleep(let ms): wakeLater(index, ms: ms)
        case .listen:
            listen(index)
            wakeLater(index, ms: Visitor.listenCheckMs)
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
        let ticket = ticket(purpose, index)
        let request = room.request(purpose, user: options.user(index), ticket: ticket)
        let isBack = visitors[index].isBack
        client.send(request) { [weak self] response in
            guard let self else { return }
            // What was asked on the first visit says nothing about the second.
            guard visitors[index].isBack == isBack else {
                return traffic.note(response, of: purpose.endpoint)
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
        traffic.note(response, of: purpose.endpoint)
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
        if case .unreadable = reply { traffic.unreadable += 1 }
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

    func shopped(_ how: Visitor.LeavingShop, _ index: Int) {
        letSleep(index)
        perform(visitors[index].leaveShop(how), index)
        if how == .again, !visitors[index].hasRoom { tellShop(index) }
    }

    // MARK: Streams

    private func listen(_ index: Int) {
        guard !isOver, let addresses else { return }
        let ticket = visitors[index].ticket
        let request = addresses.request(.event, user: options.user(index), ticket: ticket)
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
                traffic.note(response, of: nil)
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

    // MARK: The room

    private func watch(_ addresses: Addresses) {
        let document = addresses.readDocument
        watch(document, everyMs: Self.documentMs, of: .document, by: client) { [weak self] in
            self?.saw($0, $1)
        }
        // A sale's room lets in no more than can be served.
        if addresses.isOperators, shop == nil {
            let places = addresses.readSettings
            watch(places, everyMs: Self.placesMs, of: nil, by: client) { [weak self] in
                let (sentNs, receivedNs) = ($1.sentNs, $1.receivedNs)
                self?.observer.freePlaces.note($0, sentNs: sentNs, receivedNs: receivedNs)
            }
        }
        for act in options.acts {
            later(ms: Int(act.atSeconds * 1_000)) { [weak self] in self?.act(act.kind, addresses) }
        }
    }

    private func saw(_ room: JSONValue, _ response: Response) {
        observer.room.note(room)
        if observer.room.state == "sold_out" {
            // Every time: a cancel may have opened it again, and others fallen asleep since.
            for index in visitors.indices { perform(visitors[index].hearsOfSellOut(), index) }
        }
        if let asOf = room.milliseconds("asOf") { observer.clock.note(asOf, response) }
    }

    /// Does what the operator is to do, until the server has taken it.
    private func act(_ kind: OperatorAct.Kind, _ addresses: Addresses) {
        if kind == .pause { isPaused = true }
        if kind == .resume { isPaused = false }
        client.send(addresses.request(kind)) { [weak self] response in
            guard let self, response.status != 200, !isOver else { return }
            later(ms: Self.actAgainMs) { [weak self] in self?.act(kind, addresses) }
        }
    }
}
