import EventLoop

/// Carries out what buyers decide and keeps the books of what comes back. On the stage's loop.
final class Shop {
    /// How much later than the hold's end a late payer comes.
    private static let lateByMs = 200

    unowned let stage: LineStage
    let addresses: ShopAddresses
    private(set) var buyers: [Buyer]
    private(set) var books: Books
    private(set) var maps = MapShelf()
    private var agenda = Deadlines<Int>()
    /// Visitors that have told `holdEarly`.
    private var earlyLiars: Set<Int> = []
    /// The latest hold's token and its owner: what a liar steals.
    private var victim: (visitor: Int, token: String)?
    private var random: SeededRandom

    init(stage: LineStage, terms: SaleTerms) {
        let options = stage.options
        self.stage = stage
        let performance = terms.performance
        addresses = ShopAddresses(url: options.url, performance: performance, adminKey: nil)
        buyers = (0..<options.visitors).map {
            Buyer(
                plan: BuyerPlan.make(index: $0, options: options),
                terms: terms,
                random: SeededRandom(seed: options.seed &+ 1, index: $0)
            )
        }
        books = Books(visitors: options.visitors, terms: terms)
        random = SeededRandom(seed: options.seed &+ 2)
    }

    // MARK: What the stage tells

    /// The visitor is inside. May be called more than once for one admission.
    func admitted(_ index: Int, atNs: Int64) {
        switch buyers[index].activity {
        case .outside, .queueing: break
        default: return
        }
        books.admitted(index, atNs: atNs)
        perform(buyers[index].admitted(), index)
    }

    func waiting(_ index: Int) {
        guard buyers[index].plan.lie == .holdEarly, earlyLiars.insert(index).inserted else {
            return
        }
        issue(.lie(.holdEarly), index)
    }

    func visitorGone(_ index: Int) {
        buyers[index].visitorGone()
        maps.forget(index)
    }

    func tick(nowMs: Int64) {
        while let index = agenda.takeFirst(atMs: nowMs) { perform(buyers[index].wake(), index) }
    }

    // MARK: What buyers do

    private func perform(_ step: Buyer.Step, _ index: Int) {
        switch step {
        case .run(let errands): for errand in errands { issue(errand, index) }
        case .sleep(let ms): agenda.set(index, dueMs: stage.nowMs + Int64(ms))
        case .rest: break
        case .queueAgain: stage.shopped(.again, index)
        case .finish(let fate):
            maps.forget(index)
            stage.shopped(leaving(fate, index), index)
        }
    }

    private func leaving(_ fate: BuyerFate, _ index: Int) -> Visitor.LeavingShop {
        switch fate {
        case .abandoned: .vanishing
        // The payment has ended the session.
        case .bought, .cancelled: .paid
        default: .emptyHanded
        }
    }

    private func issue(_ errand: Errand, _ index: Int) {
        guard !stage.isOver else { return }
        let subject = subject(errand, index)
        var request: Request
        if case .lie(let lie) = errand {
            request = self.request(lie, index)
        } else {
            request = addresses.request(
                errand,
                user: stage.options.user(index),
                subject: subject,
                ticket: stage.visitors[index].ticket,
                etag: maps.etag(index)
            )
        }
        request.hangUpMs = buyers[index].takeHangUp(errand)
        if case .pay = errand { stage.observer.paying(index, sentNs: stage.nowNs) }
        let isFirst = books.isNew(errand, of: index)
        books.sent(errand, subject: subject, by: index, atNs: stage.nowNs)
        stage.client.send(request) { [weak self] response in
            guard let self else { return }
            let reply = read(response, errand, index)
            if isFirst { setClock(reply, response) }
            heard(
                Deed(
                    visitor: index,
                    errand: errand,
                    subject: subject,
                    sentNs: response.sentNs,
                    receivedNs: response.receivedNs,
                    reply: reply
                )
            )
        }
    }

    private func subject(_ errand: Errand, _ index: Int) -> String {
        switch errand {
        case .pay, .release: buyers[index].hold?.token ?? ""
        case .cancel: buyers[index].receipt?.payment ?? ""
        default: ""
        }
    }

    private func request(_ lie: ShopLie, _ index: Int) -> Request {
        let foreign = victim.flatMap { $0.visitor == index ? nil : $0.token }
        let forged = Lies.forged(victim?.token ?? "", index)
        // Side by side, anywhere in the house.
        let count = lie == .tooMany ? books.terms.limit + 1 : buyers[index].plan.seats
        let room = max(1, books.terms.seats - count + 1)
        let first = 1 + Int(random.next() % UInt64(room))
        return addresses.request(
            lie,
            user: stage.options.user(index),
            foreign: lie == .payForged ? forged : foreign ?? forged,
            key: buyers[index].paidKey,
            seats: Array(first..<(first + count)),
            ticket: stage.visitors[index].ticket
        )
    }

    private func read(_ response: Response, _ errand: Errand, _ index: Int) -> ShopReply {
        stage.traffic.note(response, of: errand.endpoint)
        let reply =
            errand == .look
            ? maps.read(response, visitor: index) : ShopReply(response, to: errand)
        switch reply {
        case .unreadable: stage.traffic.unreadable += 1
        case .held(var held):
            victim = (index, held.token)
            if let overNs = stage.observer.clock.latestNs(held.expiresAtMs) {
                held.lastsMs = max(0, Int((overNs - stage.nowNs) / 1_000_000)) + Self.lateByMs
            }
            return .held(held)
        default: break
        }
        return reply
    }

    /// A payment says when the server made it; a stored answer says when it made the first one.
    private func setClock(_ reply: ShopReply, _ response: Response) {
        guard case .paid(let receipt) = reply, let paidAtMs = receipt.paidAtMs else { return }
        stage.observer.clock.note(paidAtMs, response)
    }

    private func heard(_ deed: Deed) {
        books.note(deed, clock: stage.observer.clock)
        if case .paid = deed.reply {
            stage.observer.paid(deed.visitor, receivedNs: deed.receivedNs)
        }
        // The early lie is told beside the visit, before the buyer has begun.
        if deed.errand == .lie(.holdEarly) { return }
        perform(buyers[deed.visitor].heard(deed.reply, to: deed.errand), deed.visitor)
    }
}
