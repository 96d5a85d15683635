import Capability
import EventLoop
import Ledger

/// What a process does by itself, apart from requests, on its first loop: what was committed
/// reaches Redis, capabilities move what is theirs, what is over is swept.
struct Clockwork: Sendable {
    private let relay: OutboxRelay
    private let capabilities: [any Capability]
    private let housekeeping: Rounds

    static func start(_ first: LoopHouse) async -> Clockwork {
        let house = first.house
        let relay = house.household.relay
        let pruned: [any Pruned] = [house.attempts] + first.capabilities.flatMap(\.pruned)
        let clockwork = Clockwork(
            relay: relay,
            capabilities: first.capabilities,
            housekeeping: .housekeeping(pruned, on: house.loop)
        )
        await relay.add(first.capabilities.flatMap(\.consumers))
        await relay.start()
        // From above: one may ask another to be told before that begins.
        for capability in first.capabilities.reversed() { await capability.startClock() }
        await clockwork.housekeeping.start()
        return clockwork
    }

    func stop() async {
        for capability in capabilities { await capability.stopClock() }
        await housekeeping.stop()
        await relay.stop()
    }
}
