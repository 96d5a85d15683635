public import EventLoop
public import Redis
public import SQL

/// What an audit works with, beside a running server or without one.
public struct AuditEngines: Sendable {
    public let database: any Database
    /// It knows the scripts of what is audited.
    public let redis: RedisConnection
    /// What differs in Redis is loaded from the ledger; false: nothing is changed.
    public let repairs: Bool
    /// How long what is over stays in Redis.
    public let retainMs: Int64
    public let loop: EventLoop

    public init(
        database: any Database,
        redis: RedisConnection,
        repairs: Bool = false,
        retainMs: Int64 = Retention.usualMs,
        on loop: EventLoop
    ) {
        self.database = database
        self.redis = redis
        self.repairs = repairs
        self.retainMs = retainMs
        self.loop = loop
    }
}
