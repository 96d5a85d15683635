import EventLoop
import Foundation
import Redis
import Testing
import TestRedis

@testable import TestKit

/// A loop, a server and a connection for one test, ended in order.
func withConnection<Value: Sendable>(
    configuration: RedisConfiguration = .init(),
    scripts: [RedisScript] = [],
    options: [String] = [],
    _ body: @Sendable (RedisConnection, TestRedis, EventLoop) async throws -> Value
) async throws -> Value {
    let server = try TestRedis(options: options)
    defer { server.stop() }
    return try await withConnection(
        to: server.endpoint,
        configuration: configuration,
        scripts: scripts
    ) { connection, loop in
        guard await connection.whenConnected(timeoutMs: 10_000) else {
            throw NotConnected(reason: await connection.lastFailure)
        }
        return try await body(connection, server, loop)
    }
}

func withConnection<Value: Sendable>(
    to endpoint: RedisEndpoint,
    configuration: RedisConfiguration = .init(),
    scripts: [RedisScript] = [],
    _ body: @Sendable (RedisConnection, EventLoop) async throws -> Value
) async throws -> Value {
    let loop = EventLoop.start()
    defer { loop.stop() }
    let connection = RedisConnection(
        endpoint,
        configuration: configuration,
        scripts: scripts,
        on: loop
    )
    await connection.start()
    do {
        let value = try await body(connection, loop)
        await connection.close()
        return value
    } catch {
        await connection.close()
        throw error
    }
}

func connect(_ connection: RedisConnection) async throws {
    guard await connection.whenConnected(timeoutMs: 10_000) else {
        throw NotConnected(reason: await connection.lastFailure)
    }
}

/// The first attempt to connect fails with `reason`.
func expectFailure(
    _ endpoint: RedisEndpoint,
    _ reason: String,
    isLasting: Bool = false
) async throws {
    try await withConnection(to: endpoint) { connection, _ in
        try await until("a reason") { await connection.lastFailure != nil }
        let found = await connection.lastFailure
        #expect(found == "\(endpoint): \(reason)")
        #expect(await connection.isMisconfigured == isLasting)
        #expect(await connection.isAvailable == false)
    }
}

struct NotConnected: Error { let reason: String? }

extension RedisConnection {
    /// The error of a command, or nil if it had a reply.
    nonisolated func failure(of arguments: String...) async -> RedisError? {
        do throws(RedisError) {
            _ = try await send(arguments.map { .string($0) })
            return nil
        } catch {
            return error
        }
    }
}

extension EventLoop {
    /// Runs `body` in a task on this loop, as a request runs.
    func run<Value: Sendable>(_ body: @Sendable @escaping () async throws -> Value) async throws
        -> Value
    {
        try await Task(executorPreference: self) { try await body() }.value
    }
}

func milliseconds(_ body: () async throws -> Void) async rethrows -> Int {
    let took = try await ContinuousClock().measure { try await body() }
    return Int(took / .milliseconds(1))
}

func withServer<Value: Sendable>(
    in folder: String,
    _ body: @Sendable (RedisServerProcess, RedisConnection) async throws -> Value
) async throws -> Value {
    let loop = EventLoop.start()
    defer { loop.stop() }
    let server = RedisServerProcess(folder: folder, on: loop)
    try await server.start()
    do {
        let value = try await withConnection(to: server.endpoint) { connection, _ in
            guard await connection.whenConnected(timeoutMs: 10_000) else {
                throw NotConnected(reason: await connection.lastFailure)
            }
            return try await body(server, connection)
        }
        await server.stop()
        return value
    } catch {
        await server.stop()
        throw error
    }
}
