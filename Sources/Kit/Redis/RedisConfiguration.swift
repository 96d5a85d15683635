/// The limits of one connection.
public struct RedisConfiguration: Sendable {
    /// Commands in flight before a caller is turned away: 4,096 x ~200 B is under 1 MiB.
    public var pendingMax = 4_096
    /// Bytes of commands that wait to be written before a caller is turned away: 16 KiB for each
    /// command in flight. A command that begins below it is taken whole.
    var unsentMax = 64 << 20
    /// The longest wait for one reply; then the connection is dropped, for everything behind a hung
    /// reply hangs too. So no blocking commands (`BLPOP`) here.
    public var commandTimeoutMs = 750
    /// From the first packet to the answer of the greeting's `PING`.
    public var connectTimeoutMs = 1_000
    /// The first pause between two attempts to connect lasts at most this long, the next twice that
    /// and so on, each drawn evenly from 1 ms up (full jitter): a crowd does not return as one.
    var backoffMinMs = 20
    /// No pause is longer. It bounds how late the end of an outage is noticed.
    public var backoffMaxMs = 1_000

    public init() {}
}
