import EventLoop
import JSON

/// Looks at the room as its operator, again and again, for places that stay free.
final class PlaceWatch {
    /// Between two looks: a fifth of what a free place may take to be somebody's.
    private static let everyMs = 20

    private let stage: LineStage
    private let addresses: Addresses
    private var timer: LoopTimer?
    private var isLooking = false

    /// Nil without the admin key, and for a sale: its room lets in no more than can be served.
    init?(_ stage: LineStage) {
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
            stage.traffic.note(response, of: nil)
            guard response.status == 200, let room = JSONValue(object: response.body) else {
                return
            }
            let (sentNs, receivedNs) = (response.sentNs, response.receivedNs)
            stage.observer.freePlaces.note(room, sentNs: sentNs, receivedNs: receivedNs)
        }
    }
}
