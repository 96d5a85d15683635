import Redis
public import SQL

/// Why the store could not answer. A lost race or a refusal is an outcome, never this.
public enum StoreError: Error, Sendable, Equatable {
    /// Redis or the ledger is away, hangs or is overrun: try again in a second. What was in flight
    /// may have happened.
    case unavailable(String)
    /// The engines work, and too many want the same thing now: nothing was done. Said to the caller
    /// in these words.
    case busy(String)
    /// A limit of this server is reached; nothing was done.
    case full(String)
    /// An answer nobody expected: a bug of ours or a foreign program in our keys.
    case broken(String)

    /// Trying again soon may help.
    public var isMomentary: Bool {
        switch self {
        case .unavailable, .busy: true
        case .full, .broken: false
        }
    }

    public var reason: String {
        switch self {
        case .unavailable(let reason), .busy(let reason), .full(let reason), .broken(let reason):
            reason
        }
    }

    init(_ error: RedisError) {
        switch error {
        case .unavailable(let reason): self = .unavailable(reason)
        case .closed: self = .unavailable("the connection to Redis was lost")
        case .timedOut: self = .unavailable("Redis did not answer in time")
        // A Redis that hangs fills the queue as well.
        case .queueFull(let limit): self = .unavailable("\(limit) commands wait for Redis already")
        case .refusing(let text): self = .unavailable("Redis refuses: \(text)")
        case .server(let message): self = .broken(message)
        case .unexpectedReply(let reply): self = .broken("unexpected reply: \(reply)")
        }
    }

    /// A violation that the caller did not expect is a bug; those that are outcomes are caught
    /// before.
    public init(_ error: SQLError) {
        switch error {
        case .unavailable(let reason): self = .unavailable(reason)
        case .busy: self = .busy("Too many requests wait for their turn.")
        case .violated(let violation): self = .broken("the ledger refused: \(violation)")
        case .broken(let reason): self = .broken(reason)
        }
    }
}
