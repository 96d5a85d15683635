import Redis

/// A clock of the test's own for scripts: they read it from Redis in place of `TIME`.
public enum RedisClock {
    public static let key = "{test}clock"

    /// A script whose clock it is.
    public static func clocked(_ script: String) -> String {
        script.replacing(
            "local time = redis.call('TIME') -- guard: clock",
            with: "local time = redis.call('HMGET', '\(key)', 's', 'us')"
        )
    }

    public static func set(_ ms: Int64, in redis: RedisConnection) async throws {
        _ = try await redis.send(
            "HSET",
            key,
            "s",
            String(ms / 1000),
            "us",
            String(ms % 1000 * 1000)
        )
    }
}
