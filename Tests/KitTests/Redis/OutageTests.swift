import EventLoop
import Glibc
import TestGate
import Testing
import TestRedis

@testable import Redis
@testable import TestKit

@Suite(.alone, .timeLimit(.minutes(1))) struct OutageTests {
    private static let quick: RedisConfiguration = {
        var configuration = RedisConfiguration()
        configuration.commandTimeoutMs = 200
        configuration.connectTimeoutMs = 200
        configuration.backoffMaxMs = 50
        return configuration
    }()

    /// The errors of `count` commands that are sent together.
    private func failures(
        of count: Int,
        on connection: RedisConnection
    ) async -> [RedisError?] {
        await withTaskGroup(of: RedisError?.self) { group in
            for _ in 0..<count { group.addTask { await connection.failure(of: "PING") } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func aHungServerFailsWhatIsInFlightAndThenFailsFast() async throws {
        var configuration = Self.quick
        // No second attempt ends, and writes over the reason, before it was looked at.
        configuration.connectTimeoutMs = 10_000
        try await withConnection(configuration: configuration) { connection, server, _ in
            server.freeze()
            defer { server.thaw() }
            var errors: [RedisError?] = []
            let took = await milliseconds { errors = await failures(of: 50, on: connection) }
            #expect(errors.allSatisfy { $0 == .timedOut || $0 == .closed })
            #expect(errors.contains(.timedOut))
            #expect(took >= 200)
            #expect(took < 2_000)
            #expect(await connection.statistics().timeouts > 0)
            #expect(await connection.lastFailure?.contains("no reply within 200 ms") == true)
            guard case .unavailable = await connection.failure(of: "PING") else {
                Issue.record("the circuit is not open")
                return
            }
            #expect(await connection.statistics().inFlight == 0)

            server.thaw()
            #expect(await connection.whenConnected(timeoutMs: 10_000))
            let pong = try await connection.send("PING")
            #expect(pong.string == "PONG")
            #expect(await connection.statistics().reconnects == 1)
        }
    }

    @Test func bytesThatRedisDoesNotTakeAreLimited() async throws {
        var configuration = RedisConfiguration()
        configuration.commandTimeoutMs = 2_000
        configuration.unsentMax = 1 << 20
        try await withConnection(configuration: configuration) { connection, server, loop in
            server.freeze()
            defer { server.thaw() }
            let text = String(repeating: "x", count: 600 << 10)
            let errors = try await loop.run {
                await withTaskGroup(of: RedisError?.self) { group in
                    for _ in 0..<40 {
                        group.addTask(executorPreference: loop) {
                            await connection.failure(of: "SET", "k", text)
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
            }
            // The kernel takes some of the 24 MB.
            let refused = errors.count { $0 == .queueFull(limit: 4_096) }
            #expect(refused > 0)
            #expect(errors.count { $0 == .timedOut || $0 == .closed } == 40 - refused)
        }
    }

    @Test func aKilledServerFailsWhatIsInFlightAndIsFoundAgain() async throws {
        try await withConnection { connection, server, _ in
            server.freeze()
            async let errors = failures(of: 20, on: connection)
            #expect(await eventually { await connection.statistics().inFlight == 20 })
            server.kill()
            #expect(await errors == Array(repeating: .closed, count: 20))
            guard case .unavailable = await connection.failure(of: "PING") else {
                Issue.record("the circuit is not open")
                return
            }
            #expect(await connection.statistics().inFlight == 0)

            try server.start()
            #expect(await connection.whenConnected(timeoutMs: 10_000))
            let pong = try await connection.send("PING")
            #expect(pong.string == "PONG")
        }
    }

    /// A late look at the clock is not a late reply: here the loop itself was held up, and its
    /// timers come before its sockets.
    @Test func aStallOfTheLoopIsNotTakenForAHungServer() async throws {
        try await withConnection(configuration: Self.quick) { connection, server, loop in
            server.freeze()
            let pong = try await loop.run {
                async let reply = connection.send("PING")
                await Self.stall(loop, ms: 400, thawing: server)
                return try await reply
            }
            #expect(pong.string == "PONG")
            #expect(await connection.statistics().reconnects == 0)
        }
    }

    /// Blocks the loop from inside a timer; the server answers in the second half of that time.
    private nonisolated(nonsending) static func stall(
        _ loop: EventLoop,
        ms: Int,
        thawing server: TestRedis
    ) async {
        final class Box { var timer: LoopTimer? }
        let box = Box()
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            box.timer = LoopTimer(on: loop, afterMs: 1) {
                hold(ms: ms / 2)
                server.thaw()
                hold(ms: ms / 2)
                // A new timer makes libuv see the time: the watchdog is due before the reply is
                // read.
                box.timer = LoopTimer(on: loop, afterMs: 1) { box.timer = nil }
                continuation.resume()
            }
        }
    }

    @Test func nobodyThereMeansUnavailable() async throws {
        let endpoint = try RedisEndpoint(unixPath: "/nonexistent/redis.sock")
        try await withConnection(to: endpoint, configuration: Self.quick) { connection, _ in
            #expect(await connection.whenConnected(timeoutMs: 50) == false)
            #expect(await connection.isAvailable == false)
            let error = await connection.failure(of: "PING")
            #expect(
                error
                    == .unavailable("unix:/nonexistent/redis.sock: No such file or directory")
            )
            #expect(await connection.statistics().refused == 1)
        }
    }

    @Test func aConnectionIsNotAvailableWhileItsServerCannotAnswer() async throws {
        let server = try ListeningSocket()
        try await withConnection(to: server.endpoint, configuration: Self.quick) { connection, _ in
            #expect(
                await eventually {
                    await connection.lastFailure?.contains("no connection within 200 ms") == true
                }
            )
            #expect(await connection.isAvailable == false)
        }
    }

    @Test func observersHearOfEachLossAndReturn() async throws {
        try await withConnection(configuration: Self.quick) { connection, server, _ in
            let heard = Heard()
            await connection.observe { heard.append($0) }
            server.kill()
            #expect(await eventually { heard.all == [false] })
            try server.start()
            #expect(await eventually { heard.all == [false, true] })
        }
    }

    @Test func closingFailsWhatIsInFlightAndWhatComesAfter() async throws {
        try await withConnection { connection, server, _ in
            server.freeze()
            async let errors = failures(of: 3, on: connection)
            #expect(await eventually { await connection.statistics().inFlight == 3 })
            await connection.close()
            #expect(await errors == [.closed, .closed, .closed])
            #expect(await connection.failure(of: "PING") == .unavailable("closed"))
            #expect(await connection.whenConnected(timeoutMs: 10) == false)
        }
    }

    @Test func aServerThatLoadsItsDataIsNotYetAvailable() async throws {
        let server = try ScriptedServer(answering: "-LOADING Redis is loading the dataset")
        server.start()
        defer { server.stop() }
        try await withConnection(to: server.endpoint, configuration: Self.quick) { connection, _ in
            #expect(
                await eventually {
                    await connection.lastFailure?.contains("PING refused: LOADING") == true
                }
            )
            #expect(await connection.isAvailable == false)
            server.answer("+PONG")
            #expect(await connection.whenConnected(timeoutMs: 10_000))
            #expect(await connection.statistics().reconnects == 0)
        }
    }
}

/// Keeps the calling thread busy: what a stalled loop looks like from outside.
private func hold(ms: Int) {
    let end = ContinuousClock.now + .milliseconds(ms)
    while ContinuousClock.now < end {}
}
