import Redis

extension RedisConfiguration {
    /// For stores whose tests are not about a Redis that hangs: on a busy machine it may get no
    /// turn for a second, and a simulation would be told that it is away.
    public static let patient: RedisConfiguration = {
        var configuration = RedisConfiguration()
        configuration.commandTimeoutMs = 20_000
        configuration.connectTimeoutMs = 20_000
        return configuration
    }()
}
