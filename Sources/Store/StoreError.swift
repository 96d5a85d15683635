import Redis

/// Why the store could not answer. A lost race or a refusal is an outcome, never this.
public enum StoreError: Error, Sendable, Equatable {
    /// Redis is away, hangs or is overrun: try again in a second. What was in flight may have
    /// happened.
    case unavailable(String)
    /// An answer nobody expected: a bug of ours or a foreign program in our keys.
    case broken(String)

    init(_ error: RedisError) {
        switch error {
        case .unavailable(let reason): self = .unavailable(reason)
        case .closed: self = .unavailable("the connection to Redis was lost")
        case .timedOut: self = .unavailable("Redis did not answer in time")
        case .queueFull(let limit): self = .unavailable("\(limit) commands wait for Redis already")
        case .server(let message): self = .broken(message)
        case .unexpectedReply(let reply): self = .broken("unexpected reply: \(reply)")
        }
    }
}
