/// Why a command gave no reply.
public enum RedisError: Error, Equatable, Sendable {
    /// Not sent: there is no connection now (circuit open), with the reason of the last failure.
    case unavailable(String)
    /// The connection was lost while the command was in flight: it may or may not have run.
    case closed
    /// No reply in `commandTimeoutMs`: it may or may not have run.
    case timedOut
    /// Not sent: `limit` commands are in flight already, or too many of their bytes wait.
    case queueFull(limit: Int)
    /// Redis is there and does not do its work now, or not for us: it is full, read only, loading,
    /// a replica that lost its primary, busy. As good as away; nothing was done.
    case refusing(String)
    /// Redis answered `-ERR ...`; the text starts with its code.
    case server(String)
    /// For callers: the reply is not of the shape that the command promises.
    case unexpectedReply(String)
}

extension RedisError {
    private static let refusals: Set<Substring> = [
        "OOM", "READONLY", "LOADING", "MISCONF", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY",
        "NOAUTH", "NOPERM", "NOREPLICAS", "UNKILLABLE",
    ]
    /// What Redis 7.0 says in place of `NOPERM` where a script lacks a right.
    private static let scriptLacksRight = "ERR The user executing the script"

    /// What an error reply means.
    init(reply text: String) {
        let code = text.prefix { $0 != " " }
        self =
            Self.refusals.contains(code) || text.hasPrefix(Self.scriptLacksRight)
            ? .refusing(text) : .server(text)
    }
}
