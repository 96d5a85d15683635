import Capability
import Engines
import EventLoop
import Ledger
import Logging
import Operating
import Redis
import SQL

/// Whether visitors may be sent to this process. What it finds is answered by `/readyz` and told to
/// the log when it changes, also if nobody asks.
///
/// Redis is asked at each question, which costs nothing. The ledger is asked once a second: it may
/// try a write to find out, and answers as late as a write does. A health check must not wait for
/// that, nor may strangers cause it.
actor ReadinessWatch: OnLoop {
    nonisolated let loop: EventLoop
    private let connections: [RedisConnection]
    private let fitness: RedisFitness
    private let databases: [any Database]
    private let relay: OutboxRelay
    private var capabilities: [any Capability] = []
    private var rounds: Rounds?

    /// As of the last round.
    private var ledgerProblem: DatabaseProblem?
    private var troubles: [String] = []
    /// With both engines there; without one events stand still.
    private var relayFailingSinceNs: UInt64?
    private var isDraining = false
    /// What the log knows.
    private var told = Readiness()
    private var looks = 0
    private var lastTold = 0

    private static let roundMs = 1_000
    /// So long the relay may fail before anybody is told, as long as the looks at a room.
    private static let relayFailingNs: UInt64 = 5_000_000_000

    init(
        _ connections: [RedisConnection],
        _ fitness: RedisFitness,
        _ databases: [any Database],
        _ relay: OutboxRelay,
        on loop: EventLoop
    ) {
        self.connections = connections
        self.fitness = fitness
        self.databases = databases
        self.relay = relay
        self.loop = loop
    }

    /// `capabilities` are those of the first loop.
    func start(_ capabilities: [any Capability]) async {
        self.capabilities = capabilities
        await look()
        let rounds = Rounds(everyMs: Self.roundMs, on: loop) { [unowned self] in await self.look() }
        self.rounds = rounds
        await rounds.start()
    }

    /// Returns when it looks no more.
    func stop() async {
        guard let rounds else { return }
        await rounds.stop()
        await rounds.ended()
    }

    /// From now on no visitors should be sent here.
    func drain() async {
        isDraining = true
        _ = await readiness()
    }

    func readiness() async -> Readiness {
        looks += 1
        let look = looks
        var readiness = Readiness()
        let redisProblem = await redisProblem()
        if redisProblem != nil { readiness.add("redis_away", stops: .line) }
        if let ledgerProblem { readiness.add(ledgerProblem.trouble.rawValue, stops: .sales) }
        // Without Redis no room is looked at, and none fails.
        if redisProblem == nil { for trouble in troubles { readiness.add(trouble) } }
        if isRelayStuck { readiness.add("outbox_stuck") }
        for fault in await fitness.faults() {
            switch fault {
            case .evicts: readiness.add("redis_evicts")
            case .isCluster: readiness.add("redis_is_cluster", stops: .line)
            case .lacksRights: readiness.add("redis_lacks_rights", stops: .line)
            }
        }
        readiness.isDraining = isDraining
        // One that began before another and ends after it knows less.
        if look > lastTold {
            lastTold = look
            tell(readiness, redisProblem)
        }
        return readiness
    }

    // MARK: Looking

    private func redisProblem() async -> String? {
        for connection in connections {
            if await !connection.isAvailable {
                return await connection.lastFailure ?? "not connected yet"
            }
            if let code = await connection.refusalCode { return code }
        }
        return nil
    }

    private var isRelayStuck: Bool {
        guard let relayFailingSinceNs else { return false }
        return loop.clock.monotonicNs() - relayFailingSinceNs > Self.relayFailingNs
    }

    private func look() async {
        var problem: DatabaseProblem?
        for database in databases where problem == nil { problem = await database.problem() }
        ledgerProblem = problem
        var found: [String] = []
        for capability in capabilities {
            let some = await capability.troubles()
            found += some
        }
        troubles = found
        let isFailing = await relay.statistics().isFailing
        let isAway = await redisProblem() != nil || ledgerProblem != nil
        relayFailingSinceNs =
            isFailing && !isAway ? relayFailingSinceNs ?? loop.clock.monotonicNs() : nil
        _ = await readiness()
    }

    /// One line for each change: the codes that strangers read, and what they mean.
    private func tell(_ readiness: Readiness, _ redisProblem: String?) {
        guard readiness != told else { return }
        told = readiness
        let status = readiness.status()
        var fields: Log.Fields = [
            ("status", status.rawValue), ("line", readiness.status(for: .line).rawValue),
            ("sales", readiness.status(for: .sales).rawValue),
            ("reasons", readiness.codes.joined(separator: ",")),
        ]
        if let redisProblem { fields.append(("redis", redisProblem)) }
        if let ledgerProblem { fields.append(("ledger", ledgerProblem.reason)) }
        switch status {
        case .ready, .draining: Log.info("readiness", fields)
        case .degraded, .unready: Log.warn("readiness", fields)
        }
    }
}
