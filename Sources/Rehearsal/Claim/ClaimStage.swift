import EventLoop

/// A rush for a coupon: carries out what visitors decide and writes down what came back.
final class ClaimStage: Stage {
    private static let tickMs = 5
    /// How often the public document is asked for, if the answer to the last one is there.
    private static let lookMs = 100

    /// Reads the document on its own connection: behind the claims, every look would be late.
    private let onlooker: CurlClient
    private let addresses: CouponAddresses
    private(set) var claimers: [Claimer]
    private(set) var books: ClaimBooks

    init(
        on loop: EventLoop,
        client: CurlClient,
        onlooker: CurlClient,
        options: RehearsalOptions,
        addresses: CouponAddresses,
        terms: ClaimBooks.Terms
    ) {
        self.onlooker = onlooker
        self.addresses = addresses
        books = ClaimBooks(visitors: options.visitors, terms: terms)
        claimers = (0..<options.visitors).map {
            Claimer(
                plan: ClaimPlan.make(index: $0, options: options),
                retries: options.claims.retries
            )
        }
        super.init(on: loop, client: client, options: options)
    }

    func play() async {
        let document = addresses.document
        watch(document, everyMs: Self.lookMs, of: .document, by: onlooker) { [weak self] in
            guard let view = CouponView($0) else { return }
            self?.books.note(view, sentNs: $1.sentNs, receivedNs: $1.receivedNs)
        }
        await play(arrivalsMs: claimers.map(\.plan.arriveMs), tickMs: Self.tickMs)
    }

    override func wake(_ index: Int, nowMs: Int64) { perform(claimers[index].wake(), index) }

    override var progress: String {
        let came = claimers.count { $0.phase != .away }
        let soldOut = books.refusals["410 " + ClaimReply.soldOutCode] ?? 0
        return "  came \(came)  issued \(books.issues.count)  sold out \(soldOut)"
            + "  finished \(claimers.count - remaining)"
    }

    // MARK: What visitors do

    private func perform(_ step: Claimer.Step, _ index: Int) {
        switch step {
        case .claim(let copies, let hangUpMs):
            for _ in 0..<copies { claim(index, hangUpMs: hangUpMs) }
        case .lie(let lie): tell(lie, index)
        case .sleep(let ms): wakeLater(index, ms: ms)
        case .rest: break
        case .finish: remaining -= 1
        }
    }

    private func claim(_ index: Int, hangUpMs: Int?) {
        let request = addresses.claim(user: options.user(index), hangUpMs: hangUpMs)
        send(request, isClaim: true) { stage, reply, response in
            let (sentNs, receivedNs) = (response.sentNs, response.receivedNs)
            stage.books.note(reply, of: index, sentNs: sentNs, receivedNs: receivedNs)
            stage.perform(stage.claimers[index].heard(reply), index)
        }
    }

    private func tell(_ lie: ClaimLie, _ index: Int) {
        let request = addresses.lie(lie, user: options.user(index))
        send(request, isClaim: false) { stage, reply, _ in
            stage.books.note(reply, to: lie)
            stage.perform(stage.claimers[index].heardLie(reply), index)
        }
    }

    /// What is refused by design counts for no latency.
    private func send(
        _ request: Request,
        isClaim: Bool,
        _ heard: @escaping (ClaimStage, ClaimReply, Response) -> Void
    ) {
        guard !isOver else { return }
        client.send(request) { [weak self] response in
            guard let self else { return }
            let reply = ClaimReply(response, of: addresses.coupon)
            traffic.note(response, of: isClaim ? reply.endpoint : nil)
            if case .unreadable = reply { traffic.unreadable += 1 }
            heard(self, reply, response)
        }
    }
}
