import EventLoop

/// Looks at the room as its operator, again and again, for places that stay free.
final class PlaceWatch {
    /// Between two looks: a fifth of what a free place may take to be somebody's.
    private static let everyMs = 20

    private let stage: Stage
    private let addresses: Addresses
    private var timer: LoopTimer?
    private var isLooking = false

    /// Nil without the admin key, and for a sale: its room lets in no more than can be served.
    init?(_ stage: Stage) {
        guard let addresses = stage.addresses, addresses.isOperators, stage.shop == nil else {
            return nil
        }
        self.stage = stage
        self.addresses = addresses
        timer = LoopTimer(on: stage.loop, afterMs: Self.everyMs, repeatMs: Self.everyMs) {
            [weak self] in
            self?.look()
        }
    }

    func stop() { timer = nil }

    private func look() {
        guard !isLooking else { return }
        isLooking = true
        stage.client.send(addresses.readSettings) { [weak self] response in
            guard let self else { return }
            isLooking = false
            stage.observer.note(response, of: nil)
            guard response.status == 200, let fields = JSONFields(response.body) else { return }
            stage.observer.freePlaces.note(
                fields,
                sentNs: response.sentNs,
                receivedNs: response.receivedNs
            )
        }
    }
}
