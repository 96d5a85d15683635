import EventLoop

/// Does to the room what the operator is to do meanwhile, each act until the server has taken it.
final class OperatorDesk {
    private let loop: EventLoop
    private let client: CurlClient
    private let addresses: Addresses
    private var timers: [LoopTimer] = []
    private(set) var isPaused = false

    private static let retryMs = 200

    init(_ acts: [OperatorAct], loop: EventLoop, client: CurlClient, addresses: Addresses) {
        self.loop = loop
        self.client = client
        self.addresses = addresses
        timers = acts.map { act in
            LoopTimer(on: loop, afterMs: Int(act.atSeconds * 1_000)) { [weak self] in
                self?.perform(act.kind)
            }
        }
    }

    /// No further acts.
    func stop() { timers = [] }

    private func perform(_ kind: OperatorAct.Kind) {
        switch kind {
        case .pause: isPaused = true
        case .resume: isPaused = false
        case .capacity, .rate: break
        }
        client.send(addresses.request(kind)) { [weak self] response in
            guard let self, response.status != 200, !timers.isEmpty else { return }
            timers.append(
                LoopTimer(on: loop, afterMs: Self.retryMs) { [weak self] in self?.perform(kind) }
            )
        }
    }
}
