public import EventLoop
import Synchronization

/// One pipelined connection that mends itself. Commands leave in call order and are answered in it.
///
/// All commands of one turn of the loop leave in one write. While there is no connection the
/// circuit is open: commands are refused at once, and one attempt at a time is made to come back,
/// with growing pauses; only one that was greeted (`AUTH`, `SELECT`, `PING`) closes the circuit
/// again. A cancelled task still waits for its reply: it ends within `commandTimeoutMs`.
///
/// Once started it keeps itself alive until `close`.
public actor RedisConnection: OnLoop {
    public nonisolated let endpoint: RedisEndpoint
    let configuration: RedisConfiguration
    let libraries: [RedisLibrary]
    public nonisolated let loop: EventLoop

    enum Phase { case idle, connecting, available, waiting, closed }
    var phase = Phase.idle
    var link: RedisLink?
    /// What a link counted that is gone, and what never reached one.
    var past = RedisStatistics()
    /// Attempts to connect.
    var connects = 0
    var wasEverAvailable = false
    var backoff: Backoff
    var random = SystemRandomNumberGenerator()
    /// Ends an attempt to connect or a pause, or looks at the oldest command: one at a time.
    var timer: LoopTimer?
    let turnEnd = TurnEnd()
    var observers: [@Sendable (Bool) -> Void] = []
    var patients: [PatientCaller] = []
    /// Names of libraries that are being loaded again.
    var reloading: Set<String> = []

    /// Nil: the endpoint names the server itself.
    let sentinels: SentinelWatch?
    /// The primary that was available last.
    var primary: RedisEndpoint.Address?
    /// Looks whether a primary is still one.
    var roleTimer: LoopTimer?

    /// While Redis refuses to work.
    var refusal: RedisRefusal?

    private nonisolated let openingCount = Atomic<Int>(0)

    /// How often Redis became another: by a new connection, when it began to refuse to work and
    /// when it worked again. After each it may have lost something, or be older than it was.
    public nonisolated var openings: Int { openingCount.load(ordering: .relaxed) }

    func noteOpening() { openingCount.add(1, ordering: .relaxed) }

    /// Why the connection was lost or could not be made, last time.
    public internal(set) var lastFailure: String?

    /// The last attempt failed, and so will the others until somebody changes a file, a certificate
    /// or the name of the primary.
    public internal(set) var isMisconfigured = false

    /// The libraries of `scripts` are loaded whenever the connection opens: calls find them there.
    public init(
        _ endpoint: RedisEndpoint,
        configuration: RedisConfiguration = .init(),
        scripts: [RedisScript] = [],
        on loop: EventLoop
    ) {
        self.endpoint = endpoint
        self.configuration = configuration
        libraries = scripts.reduce(into: []) { libraries, script in
            guard !libraries.contains(where: { $0.name == script.library.name }) else { return }
            libraries.append(script.library)
        }
        self.loop = loop
        if case .sentinels(let known) = endpoint.place {
            sentinels = SentinelWatch(known, endpoint.tls, configuration, on: loop)
        } else {
            sentinels = nil
        }
        backoff = Backoff(minMs: configuration.backoffMinMs, maxMs: configuration.backoffMaxMs)
    }

    /// Commands can be sent. Whether they are done, `refusalCode` tells.
    public var isAvailable: Bool { phase == .available }

    /// The code with which Redis refuses to work now, as `OOM`; nil: it works.
    public var refusalCode: String? { refusal?.code }

    /// Sends one command. Not for those that block, subscribe or monitor.
    public func send(_ arguments: [[UInt8]]) async throws(RedisError) -> RedisValue {
        let link = try admit()
        return try await Self.reply(to: link) {
            link.encode(count: arguments.count) {
                for argument in arguments { $0.append(argument) }
            }
        }
    }

    public func send(_ arguments: [RedisArgument]) async throws(RedisError) -> RedisValue {
        let link = try admit()
        return try await Self.reply(to: link) {
            link.encode(count: arguments.count) {
                for argument in arguments { $0.append(argument) }
            }
        }
    }

    public func send(_ arguments: String...) async throws(RedisError) -> RedisValue {
        let link = try admit()
        return try await Self.reply(to: link) {
            link.encode(count: arguments.count) {
                for argument in arguments { $0.append(argument) }
            }
        }
    }

    /// Calls a script. If Redis has lost its library, loads it and calls once more: the first call
    /// did nothing, so this is safe.
    public func run(
        _ script: RedisScript,
        keys: [String],
        arguments: [RedisArgument] = []
    ) async throws(RedisError) -> RedisValue {
        precondition(
            keys.count == script.keyCount || script.takesMoreKeys && keys.count > script.keyCount,
            "\(script.name) takes \(script.keyCount) keys"
        )
        do {
            return try await call(script, keys, arguments)
        } catch .server("ERR Function not found") {
            // One load serves everybody: calls that are sent after it run after it.
            if reloading.insert(script.library.name).inserted {
                defer { reloading.remove(script.library.name) }
                do throws(RedisError) {
                    _ = try await send(script.library.loading)
                } catch .server(let text) where script.library.isThere(text) {}
            }
            return try await call(script, keys, arguments)
        }
    }

    private func call(
        _ script: RedisScript,
        _ keys: [String],
        _ arguments: [RedisArgument]
    ) async throws(RedisError) -> RedisValue {
        let link = try admit()
        return try await Self.reply(to: link) {
            link.encode(count: 3 + keys.count + arguments.count) { command in
                command.append("FCALL")
                command.append(script.function)
                command.append(Int64(keys.count))
                for key in keys { command.append(key) }
                for argument in arguments { command.append(argument) }
            }
        }
    }

    private func admit() throws(RedisError) -> RedisLink {
        guard phase == .available, let link else {
            past.refused += 1
            throw .unavailable(lastFailure ?? "not connected yet")
        }
        guard link.inFlight < configuration.pendingMax, link.unsent < configuration.unsentMax else {
            past.refused += 1
            throw .queueFull(limit: configuration.pendingMax)
        }
        return link
    }

    /// Sends what `encode` writes. Both happen in the continuation's closure, where nothing comes
    /// between: a task without the loop as its executor preference is enqueued anew at every call,
    /// also from one function of an actor to the next.
    static func reply(to link: RedisLink, _ encode: () -> Void) async throws(RedisError)
        -> RedisValue
    {
        try unsafe await withUnsafeContinuation { continuation in
            encode()
            unsafe link.submit(continuation)
        }.get()
    }

    public func statistics() -> RedisStatistics {
        guard let link else { return past }
        var sum = past + link.statistics
        // While greeting, what is in flight is ours.
        sum.inFlight = phase == .available ? link.inFlight : 0
        return sum
    }
}
