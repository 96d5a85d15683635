import EventLoop
import Logging

/// Following the primary of which sentinels know.
extension RedisConnection {
    /// How often a primary is asked whether it is still one.
    private static let roleEveryMs = 1_000

    func listenToSentinels() {
        guard let sentinels else { return }
        Task(executorPreference: loop) {
            await sentinels.listen { news in
                Task(executorPreference: self.loop) { await self.hear(news) }
            }
        }
    }

    /// Asks one sentinel after the other, and connects to the first server they name that says that
    /// it is a primary. Answers why there is none, or nil.
    func openPrimary() async -> RedisDial.Failure? {
        guard let sentinels else { return nil }
        var tried: Set<RedisEndpoint.Address> = []
        var failures: [RedisDial.Failure] = []
        for sentinel in await sentinels.order {
            guard phase == .connecting else { return .closed }
            let address: RedisEndpoint.Address
            do throws(RedisDial.Failure) {
                address = try await sentinels.primary(by: sentinel)
            } catch {
                failures.append(error.prefixed("sentinel \(sentinel)"))
                continue
            }
            guard phase == .connecting else { return .closed }
            // Sentinels mostly agree.
            guard tried.insert(address).inserted else { continue }
            guard let failure = await open(address) else {
                await sentinels.prefer(sentinel)
                return nil
            }
            await sentinels.passOver(sentinel, failure.prefixed("it names \(address)").reason)
            failures.append(failure.prefixed("sentinel \(sentinel) names \(address)"))
        }
        return RedisDial.Failure(
            reason: failures.map(\.reason).joined(separator: "; "),
            isLasting: failures.allSatisfy(\.isLasting)
        )
    }

    func move(to address: RedisEndpoint.Address) {
        if let primary, primary != address {
            Log.warn("redis_moved", [("from", "\(primary)"), ("to", "\(address)")])
        }
        primary = address
    }

    private func hear(_ news: SentinelWatch.News) async {
        switch news {
        case .moved(let address) where phase == .available:
            if address != primary { leave("the primary is \(address) now") }
        case .moved:
            backoff.reset()
            if phase == .waiting { connect() }
        case .says(let address):
            guard phase == .available, address != primary, await isPrimary(address) else { return }
            if address != primary { leave("the primary is \(address)") }
        }
    }

    /// Whether the server there says so, to a connection of its own.
    private func isPrimary(_ address: RedisEndpoint.Address) async -> Bool {
        let startNs = loop.clock.monotonicNs()
        let limitMs = configuration.connectTimeoutMs
        let dialled = await RedisDial.socket(
            to: address,
            tls: endpoint.tls,
            attempt: 0,
            limitMs: limitMs,
            on: loop
        )
        guard case .success(let socket) = dialled else { return false }
        let link = RedisLink(socket, on: loop)
        let greeting = RedisGreeting(endpoint, [], isPrimary: true)
        let reply = await greeting.run(on: link, since: startNs, limitMs: limitMs, loop)
        link.drop("asked")
        if case .success = reply { return true } else { return false }
    }

    /// Ends the link; the next attempt follows at once.
    func leave(_ reason: String) {
        guard phase == .available else { return }
        link?.drop(reason)
    }

    func watchRole() {
        let everyMs = Self.roleEveryMs
        roleTimer = LoopTimer(on: loop, afterMs: everyMs, repeatMs: everyMs) {
            Task(executorPreference: self.loop) { await self.lookAtRole() }
        }
    }

    private func lookAtRole() async {
        let asked = link
        do throws(RedisError) {
            let fault = try await send("ROLE").faultOfPrimary
            if let fault, link === asked { leave(fault) }
        } catch {
            // A refusal is told where replies arrive; a link that is lost is looked for anyway.
            return
        }
    }
}

extension RedisDial.Failure {
    fileprivate func prefixed(_ whose: String) -> Self {
        Self(reason: "\(whose): \(reason)", isLasting: isLasting)
    }
}
