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
    }

    private func connect() {
        phase = .connecting
        let limitMs = configuration.connectTimeoutMs
        timer?.cancel()
        timer = LoopTimer(on: loop, afterMs: limitMs) {
            self.fail("no connection within \(limitMs) ms")
        }
        connects += 1
        guard case .tcp(let host, let port) = endpoint.address else {
            return open(endpoint.address)
        }
        let attempt = connects
        Task(executorPreference: loop) {
            await self.lookUp(host, port: port, attempt: attempt)
        }
    }

    private func lookUp(_ host: String, port: UInt16, attempt: Int) async {
        let found = await NameLookup.addresses(of: host)
        // The attempt may have timed out, or the connection may be closed by now.
        guard phase == .connecting, attempt == connects, link == nil else { return }
        switch found {
        case .success(let addresses):
            // The next attempt takes the next address: a host may answer on one of two only.
            open(.tcp(host: addresses[attempt % addresses.count], port: port))
        case .failure(let failure): fail(failure.reason)
        }
    }

    private func open(_ address: RedisEndpoint.Address) {
        let link = RedisLink(on: loop)
        link.onOpen = {
            Task(executorPreference: self.loop) { await self.greet() }
        }
        link.onLoss = { self.lost($0) }
        link.onRefusal = { self.refused($0) }
        self.link = link
        turnEnd.link = link
        if let reason = link.connect(to: address) { fail(reason) }
    }

    /// Ends the attempt or the connection. A link that is open reports its loss by itself.
    private func fail(_ reason: String) {
        if let link, link.hasContext { link.drop(reason) } else { lost(reason) }
    }

    private func lost(_ reason: String) {
        if let link { past = past + link.statistics }
        link = nil
        turnEnd.link = nil
        guard phase != .closed else { return }
        let wasAvailable = phase == .available
        phase = .waiting
        lastFailure = "\(endpoint): \(reason)"
        endRefusal()
        timer?.cancel()
        timer = LoopTimer(on: loop, afterMs: backoff.nextMs(using: &random)) { self.connect() }
        guard wasAvailable else { return }
        announce(false)
        Log.warn("redis_lost", [("redis", "\(endpoint)"), ("reason", reason)])
    }

    private func announce(_ isAvailable: Bool) {
        for observer in observers { observer(isAvailable) }
    }

    // MARK: Greeting

    private func greet() async {
        guard let link, phase == .connecting else { return }
        do throws(RedisError) {
            for command in greeting {
                do throws(RedisError) {
                    let reply = try await Self.reply(to: link) {
                        link.encode(count: command.count) {
                            for word in command { $0.append(word) }
                        }
                    }
                    guard command != ["PING"] || reply.string == "PONG" else {
                        throw .unexpectedReply("PING: \(reply)")
                    }
                } catch .refusing(let text) {
                    throw .refusing("\(command[0].name) refused: \(text)")
                } catch .server(let text) {
                    if libraries.contains(where: { $0.isThere(text) }) { continue }
                    // Only the command's name: its arguments may be a password.
                    throw .server("\(command[0].name) refused: \(text)")
                }
            }
        } catch {
            guard self.link === link, phase == .connecting else { return }
            switch error {
            case .server(let text), .unexpectedReply(let text), .refusing(let text): fail(text)
            case .closed, .timedOut, .unavailable, .queueFull: fail("lost while greeting")
            }
            return
        }
        guard self.link === link, phase == .connecting else { return }
        becomeAvailable()
    }

    /// `PING` tells of a Redis that is still loading its data: it answers `-LOADING` then.
    private var greeting: [[RedisArgument]] {
        var commands: [[RedisArgument]] = []
        if let password = endpoint.password {
            commands.append(
                ["AUTH"] + [endpoint.user, password].compactMap { $0.map { .string($0) } }
            )
        }
        if endpoint.database != 0 { commands.append(["SELECT", .int(endpoint.database)]) }
        commands.append(["PING"])
        commands += libraries.map(\.loading)
        return commands
    }

    private func becomeAvailable() {
        phase = .available
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
        for waiter in patients { waiter.resume(true) }
        patients = []
        announce(true)
    }
}

/// What the loop's turn-end hook holds: hooks cannot be taken back, so it must not hold the actor.
final class TurnEnd { var link: RedisLink? }
