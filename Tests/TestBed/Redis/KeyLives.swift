import Redis

/// How long keys of a private Redis stay.
public struct KeyLives: Sendable {
    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    /// For how long each key that begins so stays, ms; -1: for good.
    public func of(_ prefix: String) async throws -> [String: Int64] {
        var lives: [String: Int64] = [:]
        let pattern = prefix.replacing("{", with: "\\{") + "*"
        for name in try await redis.send("KEYS", pattern).array ?? [] {
            guard let name = name.string else { continue }
            let life = try await redis.send("PTTL", name).int.map(Int64.init)
            lives[String(name.dropFirst(prefix.count))] = life
        }
        return lives
    }

    /// All keys that have an end reach it.
    public func end() async throws {
        for name in try await redis.send("KEYS", "*").array?.compactMap(\.string) ?? [] {
            if try await redis.send("PTTL", name).int ?? -1 > 0 {
                _ = try await redis.send("DEL", name)
            }
        }
    }

    /// Within a minute of `ms`.
    public static func isAbout(_ life: Int64?, _ ms: Int64) -> Bool {
        life.map { (ms - 60_000...ms).contains($0) } ?? false
    }
}
