import EventLoop

/// The commands that a new link sends before callers use it, and a check of their replies.
struct RedisGreeting {
    private var commands: [[RedisArgument]] = []
    private var libraries: [RedisLibrary] = []

    /// For a Redis, which must be a primary if `isPrimary`. `PING` tells of one that is still
    /// loading its data: it answers `-LOADING` then.
    init(_ endpoint: RedisEndpoint, _ libraries: [RedisLibrary], isPrimary: Bool) {
        self.libraries = libraries
        enter(endpoint.access)
        if endpoint.database != 0 { commands.append(["SELECT", .int(endpoint.database)]) }
        commands.append(["PING"])
        if isPrimary { commands.append(["ROLE"]) }
        commands += libraries.map(\.loading)
    }

    /// For a sentinel, with the one command that it is for.
    init(_ access: RedisEndpoint.Access?, _ command: [RedisArgument]) {
        enter(access)
        commands.append(command)
    }

    private mutating func enter(_ access: RedisEndpoint.Access?) {
        guard let access else { return }
        let words = [access.user, access.password].compactMap { $0 }
        commands.append(["AUTH"] + words.map { .string($0) })
    }

    /// Sends all on `link`, until `limitMs` after `startNs`. Answers the last reply, or drops the
    /// link.
    nonisolated(nonsending) func run(
        on link: RedisLink,
        since startNs: UInt64,
        limitMs: Int,
        _ loop: EventLoop
    ) async -> Result<RedisValue, RedisDial.Failure> {
        let tookMs = Int((loop.clock.monotonicNs() - startNs) / 1_000_000)
        let timer = LoopTimer(on: loop, afterMs: limitMs - tookMs) {
            link.drop("no connection within \(limitMs) ms")
        }
        defer { timer.cancel() }
        var last = RedisValue.null
        for command in commands {
            let name = command[0].name
            var fault: String?
            do throws(RedisError) {
                last = try await link.ask(command)
                fault = Self.fault(last, to: name)
            } catch {
                fault = self.fault(error, of: name)
            }
            if let fault { link.drop(fault) }
            if let reason = link.lossReason { return .failure(RedisDial.Failure(reason: reason)) }
        }
        return .success(last)
    }

    private static func fault(_ reply: RedisValue, to command: String) -> String? {
        switch command {
        case "PING" where reply.string != "PONG": "PING: \(reply)"
        case "ROLE": reply.faultOfPrimary
        default: nil
        }
    }

    /// Only the command's name: its arguments may be a password.
    private func fault(_ error: RedisError, of command: String) -> String? {
        switch error {
        case .server(let text) where libraries.contains { $0.isThere(text) }: nil
        case .server(let text), .refusing(let text), .unexpectedReply(let text):
            "\(command) refused: \(text)"
        case .closed, .timedOut, .unavailable, .queueFull: "lost while greeting"
        }
    }
}

extension RedisValue {
    /// What a reply to `ROLE` says against a primary; nil: it is one.
    var faultOfPrimary: String? {
        let role = array?.first?.string ?? "\(self)"
        return role == "master" ? nil : "it is no primary; its role is \(role)"
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
