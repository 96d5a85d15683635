import EventLoop

/// Plays one rush for a coupon: carries out what visitors decide and writes down what came back.
/// On one loop; everything here is called from its timers and its clients.
final class ClaimStage {
    /// How exactly visitors keep their times.
    private static let tickMs = 5
    private static let secondMs = 1_000
    /// How often the public document is asked for, if the answer to the last one is there.
    private static let lookMs = 100

    let loop: EventLoop
    let options: RehearsalOptions
    let client: CurlClient
    /// Reads the document beside the crowd: in one queue with it, all looks would come afterwards.
    private let onlooker: CurlClient
    private let addresses: CouponAddresses
    private(set) var claimers: [Claimer]
    private(set) var books: ClaimBooks
    /// The traffic and the outages; it has no visitors to tell of.
    private(set) var observer = Observer(visitors: 0)
    private(set) var latencies = ClaimLatencies()
    private var agenda = Deadlines<Int>()
    private(set) var remaining: Int
    private var timers: [LoopTimer] = []
    private var isLooking = false
    private var isOver = false
    private(set) var startNs: Int64 = 0
    private(set) var endNs: Int64 = 0
    private var onProgress: (() -> Void)?
    private var onEnd: (() -> Void)?

    init(
        on loop: EventLoop,
        client: CurlClient,
        onlooker: CurlClient,
        options: RehearsalOptions,
        addresses: CouponAddresses,
        terms: ClaimBooks.Terms
    ) {
        self.loop = loop
        self.client = client
        self.onlooker = onlooker
        self.options = options
        self.addresses = addresses
        books = ClaimBooks(visitors: options.visitors, terms: terms)
        claimers = (0..<options.visitors).map {
            Claimer(
                plan: ClaimPlan.make(index: $0, options: options),
                retries: options.claims.retries
            )
        }
        remaining = options.visitors
    }

    var nowNs: Int64 { Int64(loop.clock.monotonicNs()) }
    private var nowMs: Int64 { nowNs / 1_000_000 }

    /// Lets everybody come at their time; `end` is called once, when the last has gone or time is
    /// over.
    func play(progress: @escaping () -> Void, end: @escaping () -> Void) {
        startNs = nowNs
        onProgress = progress
        onEnd = end
        let startMs = nowMs
        for (index, claimer) in claimers.enumerated() {
            agenda.set(index, dueMs: startMs + Int64(claimer.plan.arriveMs))
        }
        timers = [
            LoopTimer(on: loop, afterMs: 0, repeatMs: Self.tickMs) { [weak self] in self?.tick() },
            LoopTimer(on: loop, afterMs: 0, repeatMs: Self.lookMs) { [weak self] in self?.look() },
            LoopTimer(on: loop, afterMs: Self.secondMs, repeatMs: Self.secondMs) { [weak self] in
                self?.onProgress?()
            },
            LoopTimer(on: loop, afterMs: Int(options.timeoutSeconds * 1_000)) { [weak self] in
                self?.finish()
            },
        ]
    }

    private func tick() {
        let now = nowMs
        while let index = agenda.takeFirst(atMs: now) { perform(claimers[index].wake(), index) }
        if remaining == 0 { finish() }
    }

    private func finish() {
        timers = []
        isOver = true
        endNs = nowNs
        onProgress?()
        let end = onEnd
        onEnd = nil
        onProgress = nil
        end?()
    }

    // MARK: What visitors do

    private func perform(_ step: Claimer.Step, _ index: Int) {
        switch step {
        case .claim(let copies, let hangUpMs):
            for _ in 0..<copies { claim(index, hangUpMs: hangUpMs) }
        case .lie(let lie): tell(lie, index)
        case .sleep(let ms): agenda.set(index, dueMs: nowMs + Int64(ms))
        case .rest: break
        case .finish: remaining -= 1
        }
    }

    private func claim(_ index: Int, hangUpMs: Int?) {
        guard !isOver else { return }
        let request = addresses.claim(user: options.user(index), hangUpMs: hangUpMs)
        client.send(request) { [weak self] response in
            guard let self else { return }
            let reply = ClaimReply(response, of: addresses.coupon)
            note(response, reply)
            latencies.note(response, reply)
            books.note(
                ClaimBooks.Deed(
                    visitor: index,
                    sentNs: response.sentNs,
                    receivedNs: response.receivedNs,
                    reply: reply
                )
            )
            perform(claimers[index].heard(reply), index)
        }
    }

    private func tell(_ lie: ClaimLie, _ index: Int) {
        guard !isOver else { return }
        client.send(addresses.lie(lie, user: options.user(index))) { [weak self] response in
            guard let self else { return }
            let reply = ClaimReply(response, of: addresses.coupon)
            note(response, reply)
            books.note(reply, to: lie)
            perform(claimers[index].heardLie(reply), index)
        }
    }

    private func note(_ response: Response, _ reply: ClaimReply) {
        observer.note(response, of: nil)
        if case .unreadable = reply { observer.noteUnreadable() }
    }

    // MARK: The document

    private func look() {
        guard !isLooking, !isOver else { return }
        isLooking = true
        onlooker.send(addresses.document) { [weak self] response in
            guard let self else { return }
            isLooking = false
            observer.note(response, of: .document)
            guard response.status == 200, let view = CouponView(response.body) else { return }
            books.note(view, sentNs: response.sentNs, receivedNs: response.receivedNs)
        }
    }
}
