import Redis
import SQL

/// Why the store could not answer. A lost race or a refusal is an outcome, never this.
public enum StoreError: Error, Sendable, Equatable {
    /// Redis or the ledger is away, hangs or is overrun: try again in a second. What was in flight
    /// may have happened.
    case unavailable(String)
    /// A limit of this server is reached; nothing was done.
    case full(String)
    /// An answer nobody expected: a bug of ours or a foreign program in our keys.
    case broken(String)

    public var reason: String {
        switch self {
        case .unavailable(let reason), .full(let reason), .broken(let reason): reason
        }
    }

    init(_ error: RedisError) {
        switch error {
        case .unavailable(let reason): self = .unavailable(reason)
        case .closed: self = .unavailable("the connection to Redis was lost")
        case .timedOut: self = .unavailable("Redis did not answer in time")
        case .queueFull(let limit): self = .unavailable("\(limit) commands wait for Redis already")
        case .refusing(let text): self = .unavailable("Redis refuses: \(text)")
        case .server(let message): self = .broken(message)
        case .unexpectedReply(let reply): self = .broken("unexpected reply: \(reply)")
        }
    }

    /// A violation that the caller did not expect is a bug; those that are outcomes are caught
    /// before.
    init(_ error: SQLError) {
        switch error {
        case .unavailable(let reason): self = .unavailable(reason)
        case .violated(let violation): self = .broken("the ledger refused: \(violation)")
        case .broken(let reason): self = .broken(reason)
        }
    }
}
