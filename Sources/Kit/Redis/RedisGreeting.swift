import EventLoop

/// What is said on a new link before it serves, and how the answers must be.
struct RedisGreeting {
    private var commands: [[RedisArgument]] = []
    private let libraries: [RedisLibrary]

    /// `PING` tells of a Redis that is still loading its data: it answers `-LOADING` then.
    init(_ endpoint: RedisEndpoint, _ libraries: [RedisLibrary]) {
        self.libraries = libraries
        if let password = endpoint.password {
            commands.append(Self.auth(endpoint.user, password))
        }
        if endpoint.database != 0 { commands.append(["SELECT", .int(endpoint.database)]) }
        commands.append(["PING"])
        commands += libraries.map(\.loading)
    }

    private static func auth(_ user: String?, _ password: String) -> [RedisArgument] {
        ["AUTH"] + [user, password].compactMap { $0.map { .string($0) } }
    }

    /// Sends all on `link`, until `limitMs` after `startNs`. Answers why the link cannot serve, or
    /// nil.
    nonisolated(nonsending) func run(
        on link: RedisLink,
        since startNs: UInt64,
        limitMs: Int,
        _ loop: EventLoop
    ) async -> String? {
        let tookMs = Int((loop.clock.monotonicNs() - startNs) / 1_000_000)
        let timer = LoopTimer(on: loop, afterMs: limitMs - tookMs) {
            link.drop("no connection within \(limitMs) ms")
        }
        defer { timer.cancel() }
        for command in commands {
            do throws(RedisError) {
                try check(await link.ask(command), to: command)
            } catch {
                if let fault = fault(error, of: command[0].name) {
                    return link.lossReason ?? fault
                }
            }
        }
        return link.lossReason
    }

    private func check(_ reply: RedisValue, to command: [RedisArgument]) throws(RedisError) {
        guard command != ["PING"] || reply.string == "PONG" else {
            throw .unexpectedReply("\(reply)")
        }
    }

    /// Nil: no fault. Only the command's name: its arguments may be a password.
    private func fault(_ error: RedisError, of command: String) -> String? {
        switch error {
        case .server(let text) where libraries.contains { $0.isThere(text) }: nil
        case .server(let text), .refusing(let text): "\(command) refused: \(text)"
        case .unexpectedReply(let text): "\(command): \(text)"
        case .closed, .timedOut, .unavailable, .queueFull: "lost while greeting"
        }
    }
}

extension RedisLink {
    /// Sends one command now, not with those of the turn.
    nonisolated(nonsending) func ask(_ command: [RedisArgument]) async throws(RedisError)
        -> RedisValue
    {
        try unsafe await withUnsafeContinuation { continuation in
            encode(count: command.count) { buffer in
                for word in command { buffer.append(word) }
            }
            unsafe submit(continuation)
            _ = flush()
        }.get()
    }
}
