import Capability
import EventLoop
import Ledger

/// What a process does by itself, apart from requests, on its first loop: what was committed
/// reaches Redis, capabilities move what is theirs, what is over is swept.
struct Clockwork: Sendable {
    private let relay: OutboxRelay
    private let capabilities: [any Capability]
    private let housekeeping: Rounds

    static func start(_ first: LoopCapabilities) async -> Clockwork {
        let context = first.context
        let relay = context.process.relay
        let pruned: [any Pruned] = [context.attempts] + first.all.flatMap(\.pruned)
        let clockwork = Clockwork(
            relay: relay,
            capabilities: first.all,
            housekeeping: .housekeeping(pruned, on: context.loop)
        )
        await relay.add(first.all.flatMap(\.consumers))
        await relay.start()
        // From above: one may ask another to be told before that begins.
        for capability in first.all.reversed() { await capability.startClock() }
        await clockwork.housekeeping.start()
        return clockwork
    }

    func stop() async {
        for capability in capabilities { await capability.stopClock() }
        await housekeeping.stop()
        await relay.stop()
    }
}
