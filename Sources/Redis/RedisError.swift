/// Why a command gave no reply.
public enum RedisError: Error, Equatable, Sendable {
    /// Not sent: there is no connection now (circuit open), with the reason of the last failure.
    case unavailable(String)
    /// The connection was lost while the command was in flight: it may or may not have run.
    case closed
    /// No reply in `commandTimeoutMs`: it may or may not have run.
    case timedOut
    /// Not sent: `limit` commands are in flight already.
    case queueFull(limit: Int)
    /// Redis answered `-ERR ...`; the text starts with its code.
    case server(String)
    /// For callers: the reply is not of the shape that the command promises.
    case unexpectedReply(String)
}
