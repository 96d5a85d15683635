public import Redis

/// How the store calls Redis: the errors of the wire become the store's own, in one place.
extension RedisConnection {
    public nonisolated func reply(
        to script: RedisScript,
        keys: [String],
        _ arguments: [RedisArgument]
    ) async throws(StoreError) -> ReplyReader {
        let reply: RedisValue
        do {
            reply = try await run(script, keys: keys, arguments: arguments)
        } catch {
            throw StoreError(error)
        }
        return try ReplyReader(reply)
    }

    public nonisolated func command(_ arguments: String...) async throws(StoreError) -> RedisValue {
        try await command(arguments)
    }

    /// The reply to a command that answers a list.
    public nonisolated func list(_ arguments: String...) async throws(StoreError) -> [RedisValue] {
        try await list(arguments)
    }

    public nonisolated func list(_ arguments: [String]) async throws(StoreError) -> [RedisValue] {
        let reply = try await command(arguments)
        guard let values = reply.array else { throw .broken("\(arguments[0]) answered \(reply)") }
        return values
    }

    public nonisolated func command(_ arguments: [String]) async throws(StoreError) -> RedisValue {
        do {
            return try await send(arguments.map { .string($0) })
        } catch {
            throw StoreError(error)
        }
    }

    /// Throws what is no state of ours: a key of another type. One that is not there is none.
    public nonisolated func require(_ types: [(key: String, type: String)]) async throws(StoreError)
    {
        for (key, type) in types {
            let found = try await command("TYPE", key).string ?? ""
            guard found == type || found == "none" else {
                throw .broken("\(key) is a \(found), not a \(type)")
            }
        }
    }
}
