import EventLoop
import Logging

/// The sentinels of one connection: where the primary is, and when it moves.
///
/// Each question has a connection of its own. One more stays open at one sentinel, which tells when
/// the primary moves; when it ends, the next sentinel has it.
actor SentinelWatch: OnLoop {
    typealias Address = RedisEndpoint.Address

    enum News: Sendable {
        /// Told when it happened.
        case moved(to: Address)
        /// Told when it was asked: this sentinel may be behind the others.
        case says(Address)
    }

    nonisolated let loop: EventLoop
    private let sentinels: RedisEndpoint.Sentinels
    private let tls: RedisTLS?
    /// For the answer of one sentinel, from the first packet.
    private let limitMs: Int
    /// The one that helped last comes first.
    private(set) var order: [Address]
    /// Why sentinels were passed over, the last time.
    private var faults: [Address: String] = [:]
    /// The connection that hears of moves.
    private var heard: RedisLink?
    private var isClosed = false
    private var connects = 0
    private var backoff: Backoff
    private var random = SystemRandomNumberGenerator()

    private static let channel = "+switch-master"
    /// How often the sentinel that is listened to must show that it is there.
    private static let pingEveryMs = 1_000

    init(
        _ sentinels: RedisEndpoint.Sentinels,
        _ tls: RedisTLS?,
        _ configuration: RedisConfiguration,
        on loop: EventLoop
    ) {
        self.sentinels = sentinels
        self.tls = tls
        self.loop = loop
        limitMs = configuration.connectTimeoutMs
        order = sentinels.addresses
        backoff = Backoff(minMs: configuration.backoffMinMs, maxMs: configuration.backoffMaxMs)
    }

    // MARK: Where

    /// What `sentinel` answers.
    func primary(by sentinel: Address) async throws(RedisDial.Failure) -> Address {
        let question: [RedisArgument] = [
            "SENTINEL", "get-master-addr-by-name", .string(sentinels.primary),
        ]
        do throws(RedisDial.Failure) {
            let (link, reply) = try await open(sentinel, question)
            link.drop("answered")
            guard !reply.isNull else {
                throw RedisDial.Failure(
                    reason: "it knows no primary \(sentinels.primary)",
                    isLasting: true
                )
            }
            guard let words = reply.array, words.count == 2, let host = words[0].string,
                let port = words[1].int.flatMap({ UInt16(exactly: $0) })
            else { throw RedisDial.Failure(reason: "it answers \(reply)") }
            return .tcp(host: host, port: port)
        } catch {
            passOver(sentinel, error.reason)
            throw error
        }
    }

    /// `sentinel` named the primary.
    func prefer(_ sentinel: Address) {
        order = [sentinel] + order.filter { $0 != sentinel }
        guard faults.removeValue(forKey: sentinel) != nil else { return }
        Log.info("redis_sentinel_works", [("sentinel", "\(sentinel)")])
    }

    /// One line for each change.
    func passOver(_ sentinel: Address, _ reason: String) {
        guard faults.updateValue(reason, forKey: sentinel) != reason else { return }
        Log.warn("redis_sentinel_fails", [("sentinel", "\(sentinel)"), ("reason", reason)])
    }

    private func open(_ sentinel: Address, _ command: [RedisArgument])
        async throws(RedisDial.Failure) -> (RedisLink, RedisValue)
    {
        connects += 1
        let startNs = loop.clock.monotonicNs()
        let socket = try await RedisDial.socket(
            to: sentinel,
            tls: tls,
            attempt: connects,
            limitMs: limitMs,
            on: loop
        ).get()
        let link = RedisLink(socket, on: loop)
        let greeting = RedisGreeting(sentinels.access, command)
        let reply = await greeting.run(on: link, since: startNs, limitMs: limitMs, loop)
        return (link, try reply.get())
    }

    // MARK: When

    /// Tells of moves, until `close`.
    func listen(_ tell: @escaping @Sendable (News) -> Void) async {
        var next = 0
        while !isClosed {
            let sentinel = order[next % order.count]
            next += 1
            do throws(RedisDial.Failure) {
                // So that one that is no help has the same fault here and there: one line.
                _ = try await primary(by: sentinel)
                let (link, _) = try await open(sentinel, ["SUBSCRIBE", .string(Self.channel)])
                backoff.reset()
                link.onMessage = { self.read($0, tell) }
                heard = link
                // A move before now is not told again.
                tell(.says(try await primary(by: sentinel)))
                await hear(link)
            } catch {
                passOver(sentinel, error.reason)
            }
            heard?.drop("passed over")
            heard = nil
            guard !isClosed else { return }
            await loop.sleep(ms: backoff.nextMs(using: &random))
        }
    }

    func close() {
        isClosed = true
        heard?.drop("closed")
    }

    /// Returns when `link` has ended. A sentinel that says nothing is dropped.
    private func hear(_ link: RedisLink) async {
        let timer = LoopTimer(on: loop, afterMs: Self.pingEveryMs, repeatMs: Self.pingEveryMs) {
            guard !link.dropIfOverdue(limitMs: Self.pingEveryMs), link.inFlight == 0 else { return }
            Task { await self.ping() }
        }
        defer { timer.cancel() }
        unsafe await withUnsafeContinuation { (ended: UnsafeContinuation<Void, Never>) in
            guard link.isOpen, !isClosed else { return unsafe ended.resume() }
            link.onLoss = { _ in unsafe ended.resume() }
        }
    }

    private func ping() async {
        do throws(RedisError) {
            _ = try await heard?.ask(["PING"])
        } catch {
            // A link that does not answer is dropped by the timer.
            return
        }
    }

    /// `["message", "+switch-master", "NAME HOST PORT HOST PORT"]`, the old address first.
    private func read(_ message: RedisValue, _ tell: (News) -> Void) {
        let words = (message.array?.last?.string ?? "").split(separator: " ")
        guard words.count == 5, words[0] == sentinels.primary, let port = UInt16(words[4]) else {
            return
        }
        tell(.moved(to: .tcp(host: String(words[3]), port: port)))
    }
}
