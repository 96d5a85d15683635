import EventLoop
import Redis
import TestPrograms

extension RedisConfiguration {
    /// For stores whose tests are not about a Redis that hangs: on a busy machine it may get no
    /// turn for a second, and a simulation would be told that it is away. By a bed's own clock a
    /// year may go by until an answer comes.
    public static let patient: RedisConfiguration = {
        var configuration = RedisConfiguration()
        configuration.commandTimeoutMs = 400 * 86_400_000
        configuration.connectTimeoutMs = 20_000
        return configuration
    }()
}

extension TestRedis {
    /// A patient connection that is ready.
    public func connection(_ scripts: [RedisScript], on loop: EventLoop) async throws
        -> RedisConnection
    {
        let redis = RedisConnection(
            endpoint,
            configuration: .patient,
            scripts: scripts,
            on: loop
        )
        await redis.start()
        guard await redis.whenConnected(timeoutMs: 10_000) else {
            throw StartedProgram.Failure("no connection to \(socketPath)")
        }
        return redis
    }
}
