import EventLoop
import Glibc
import Logging

/// Connecting, greeting, losing and coming back.
extension RedisConnection {
    /// Begins to connect; answers at once.
    public func start() {
        guard phase == .idle else { return }
        // A write to a connection that the other side closed must be an error, not our end.
        _ = signal(SIGPIPE, SIG_IGN)
        let turnEnd = turnEnd
        loop.onTurnEnd { turnEnd.link?.flush() ?? false }
        connect()
        listenToSentinels()
    }

    /// Calls `body` on the loop whenever the connection becomes available (true) or is lost
    /// (false).
    public func observe(_ body: @escaping @Sendable (Bool) -> Void) { observers.append(body) }

    /// Waits until commands can be sent; false if that takes longer than `timeoutMs`.
    public func whenConnected(timeoutMs: Int) async -> Bool {
        if phase == .available { return true }
        if phase == .closed { return false }
        return unsafe await withUnsafeContinuation { continuation in
            let waiter = unsafe PatientCaller(continuation)
            waiter.timer = LoopTimer(on: loop, afterMs: timeoutMs) {
                self.patients.removeAll { $0 === waiter }
                waiter.resume(false)
            }
            patients.append(waiter)
        }
    }

    /// Ends the connection for good. What is in flight throws `closed`.
    public func close() async {
        guard phase != .closed else { return }
        let wasAvailable = phase == .available
        phase = .closed
        lastFailure = "closed"
        timer?.cancel()
        timer = nil
        link?.drop("closed")
        if wasAvailable { announce(false) }
        for waiter in patients { waiter.resume(false) }
        patients = []
        observers = []
        await sentinels?.close()
    }

    func connect() {
        phase = .connecting
        timer?.cancel()
        timer = nil
        connects += 1
        Task(executorPreference: loop) { await self.attempt() }
    }

    private func attempt() async {
        let failure =
            switch endpoint.place {
            case .server(let address): await open(address)
            case .sentinels: await openPrimary()
            }
        if let failure { pause(failure) }
    }

    /// Connects and greets, within `connectTimeoutMs`. Answers why the connection did not become
    /// available, or nil.
    func open(_ address: RedisEndpoint.Address) async -> RedisDial.Failure? {
        let limitMs = configuration.connectTimeoutMs
        let startNs = loop.clock.monotonicNs()
        let dialled = await RedisDial.socket(
            to: address,
            tls: endpoint.tls,
            attempt: connects,
            limitMs: limitMs,
            on: loop
        )
        guard phase == .connecting else { return .closed }
        let link: RedisLink
        switch dialled {
        case .success(let socket): link = RedisLink(socket, on: loop)
        case .failure(let failure): return failure
        }
        self.link = link
        let greeting = RedisGreeting(endpoint, libraries, isPrimary: sentinels != nil)
        let greeted = await greeting.run(on: link, since: startNs, limitMs: limitMs, loop)
        if case .failure(let failure) = greeted {
            let wantsTLS =
                link.isBroken && link.statistics.roundTrips == 0 && endpoint.mayLackTLS
            letGo()
            guard wantsTLS else { return failure }
            return RedisDial.Failure(reason: failure.reason + "; is it a port with TLS?")
        }
        link.onLoss = { self.lost($0) }
        link.onRefusal = { self.refused($0) }
        turnEnd.link = link
        if sentinels != nil { move(to: address) }
        becomeAvailable()
        return nil
    }

    private func letGo() {
        if let link { past = past + link.statistics }
        link = nil
        turnEnd.link = nil
        roleTimer?.cancel()
        roleTimer = nil
    }

    /// The next attempt comes after a pause.
    private func pause(_ failure: RedisDial.Failure) {
        guard phase != .closed else { return }
        phase = .waiting
        lastFailure = "\(endpoint): \(failure.reason)"
        isMisconfigured = failure.isLasting
        timer?.cancel()
        timer = LoopTimer(on: loop, afterMs: backoff.nextMs(using: &random)) { self.connect() }
    }

    /// The connection was available, and its link is dead.
    private func lost(_ reason: String) {
        letGo()
        endRefusal()
        guard phase != .closed else { return }
        pause(RedisDial.Failure(reason: reason))
        announce(false)
        Log.warn("redis_lost", [("redis", "\(endpoint)"), ("reason", reason)])
    }

    private func announce(_ isAvailable: Bool) {
        for observer in observers { observer(isAvailable) }
    }

    private func becomeAvailable() {
        phase = .available
        isMisconfigured = false
        noteOpening()
        backoff.reset()
        if wasEverAvailable {
            past.reconnects += 1
            Log.info("redis_back", [("redis", "\(endpoint)")])
        }
        wasEverAvailable = true
        timer?.cancel()
        let limitMs = configuration.commandTimeoutMs
        // A command waits at most a tenth longer than its limit.
        timer = LoopTimer(on: loop, afterMs: limitMs, repeatMs: max(1, limitMs / 10)) {
            _ = self.link?.dropIfOverdue(limitMs: limitMs)
        }
        if sentinels != nil { watchRole() }
        for waiter in patients { waiter.resume(true) }
        patients = []
        announce(true)
    }
}

/// What the loop's turn-end hook holds: hooks cannot be taken back, so it must not hold the actor.
final class TurnEnd { var link: RedisLink? }
